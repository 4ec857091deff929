"""The window: canvas, properties and viewer as one."""

import os
import re
import threading
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
from panels import answer
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from paircat.engine.picture.display import Look
from paircat.nodes.script import Script
from paircat.ui.write_controls import WriteControls

DEMO = Path(__file__).resolve().parents[2] / "examples" / "deblur.pcat"


@pytest.fixture
def picture(tmp_path):
    """A picture of one value in each channel."""
    path = tmp_path / "plate.exr"
    out = oiio.ImageOutput.create(str(path))
    out.open(str(path), oiio.ImageSpec(32, 24, 3, "float"))
    out.write_image(np.full((24, 32, 3), 0.25, np.float32))
    out.close()
    return path


def press(window, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.canvas.view, key, modifiers)
    QApplication.processEvents()


def test_a_graph_is_built_with_the_keyboard(window, picture, qtbot):
    """Letters add nodes that are connected to the selection, D disables, Delete deletes, Ctrl+Z brings back."""
    press(window, Qt.Key.Key_R)
    window.editing.chooser.filesSelected.emit([str(picture)])
    window.editing.chooser.reject()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    press(window, Qt.Key.Key_B)
    assert window.canvas.sources("Blur1") == {"Input": "Read1"}
    press(window, Qt.Key.Key_D)
    assert window.canvas.disabled("Blur1")
    press(window, Qt.Key.Key_Delete)
    assert window.canvas.names() == ["Read1"]
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert set(window.canvas.names()) == {"Read1", "Blur1"}
    press(window, Qt.Key.Key_Tab)
    qtbot.keyClicks(window.editing.search.field, "copycat")
    qtbot.keyClick(window.editing.search.field, Qt.Key.Key_Return)
    assert "CopyCat1" in window.canvas.names()


def test_the_panel_of_what_is_selected_comes_up(window):
    """Of one node that is selected, and not of a Dot or a Backdrop; it goes with its node."""
    window.document.open(DEMO)
    window.canvas.select(["CopyCat1"])
    assert window.properties.names()[0] == "CopyCat1"
    window.canvas.add_node("Dot", connect_selected=False)
    assert "Dot1" not in window.properties.names()
    window.canvas.node_activated.emit("Dot1")
    assert "Dot1" in window.properties.names()
    window.canvas.remove(["CopyCat1"])
    assert "CopyCat1" not in window.properties.names()


def test_a_number_key_shows_the_node(window, picture, qtbot):
    """1 looks at the selected node; the picture is the file's; a changed knob is seen without asking again."""
    name = window.canvas.add_node("Read", values={"file": str(picture)})
    press(window, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: window.viewer.is_current and window.viewer.shown_frame == 1, timeout=20000)
    assert window.viewer.node == name
    window.canvas.select([name])
    window.canvas.add_node("Grade", values={"multiply": 2.0})
    press(window, Qt.Key.Key_1)
    shown: list[float] = []

    def value() -> float:
        answer = window.viewer._answer
        shown.append(float(answer.a.image.pixels[0, 0, 0]) if answer and answer.a.image else 0.0)
        return shown[-1]

    qtbot.waitUntil(lambda: value() == pytest.approx(0.5), timeout=20000)
    window.canvas.set_value("Grade1", "multiply", 3.0)
    qtbot.waitUntil(lambda: value() == pytest.approx(0.75), timeout=20000)


def test_create_inference_wires_the_preview_source(window):
    """The node appears in sight, on what Preview is connected to, with its Model File set; one step."""
    window.document.open(DEMO)
    window.canvas.view.frame(window.canvas.area(["CopyCat1"]))
    window.properties.create_inference.emit("CopyCat1", "/runs/a.100.cat")
    assert window.canvas.sources("Inference2") == {"Input": "Blur1"}
    assert window.canvas.value("Inference2", "modelFile") == "/runs/a.100.cat"
    assert window.canvas.undo_stack.count() == 1
    others = [name for name in window.canvas.names() if name != "Inference2"]
    new, view = window.canvas.area(["Inference2"]), window.canvas.view
    assert view.mapToScene(view.viewport().rect()).boundingRect().contains(new)
    assert not any(new.intersects(window.canvas.area([name])) for name in others)
    window.properties.create_inference.emit("CopyCat1", str(DEMO.parent / "runs" / "b.200.cat"))
    assert not new.intersects(window.canvas.area(["Inference3"]))
    assert window.canvas.value("Inference3", "modelFile") == "runs/b.200.cat"  # relative to the script's folder


def test_a_pair_is_compared(window):
    """Reading the Results asks for Input against GroundTruth at a frame; the viewer shows both."""
    window.document.open(DEMO)
    window.properties.show_frames.emit("CopyCat1", 51)
    assert window.viewer.node == "Blur1" and window.viewer.frame == 51
    assert window.viewer._other == "Read1"


def test_a_script_opens_as_it_was_looked_at(window, tmp_path):
    """The Viewer node's input is shown again; a script without one shows nothing, and nothing of the one before."""
    plain = Script.load(DEMO)
    plain.remove("Viewer1")
    plain.save(tmp_path / "plain.pcat")
    window.document.open(DEMO)
    assert window.viewer.node == "Inference1"
    window.document.open(tmp_path / "plain.pcat")
    assert window.viewer.node == ""
    window.canvas.select(["Read1"])
    window.editing.look(1)
    window.canvas.select(["Blur1"])
    window.editing.look(2)
    window.canvas.script().save(tmp_path / "looked.pcat")
    window.canvas.undo_stack.setClean()
    window.document.open(tmp_path / "plain.pcat")
    assert window.viewer.node == ""
    window.document.open(tmp_path / "looked.pcat")
    assert window.viewer.node == "Blur1"


def test_a_script_is_looked_at_afresh(window, picture, tmp_path, qtbot):
    """Its own range from its first frame on, neutral; nothing of the one before, not even where its range is equal."""
    for frame in range(-2, 8):
        os.link(picture, tmp_path / f"still.{frame}.exr")
    made = Script(tmp_path / "shot.pcat")
    made.add("Read").set("file", "still.#.exr")
    made.add("Viewer")
    made.connect("Read1", "Viewer1", "1")
    made.save()
    viewer = window.viewer

    def seen() -> tuple[object, ...]:
        qtbot.waitUntil(lambda: viewer.is_current, timeout=20000)
        points = viewer.transport.in_point.value(), viewer.transport.out_point.value()
        return viewer.frame, viewer.timeline.first, viewer.timeline.last, *points, viewer.look.gain, viewer.look.gamma

    assert window.document.open(made.path) and seen() == (-2, -2, 7, -2, 7, 1.0, 1.0)
    viewer.set_frame(4)
    viewer.timeline.set_in_out(3, 5)
    viewer.set_look(Look(gain=4.0, gamma=2.0))
    assert seen() == (4, -2, 7, 3, 5, 4.0, 2.0)
    assert window.document.open(made.path) and seen() == (-2, -2, 7, -2, 7, 1.0, 1.0)
    assert window.document.new() and seen() == (1, 1, 1, 1, 1, 1.0, 1.0)


def test_the_viewer_and_its_pipe_agree(window):
    """Whichever of the two is changed, the other follows, also on undo; a Viewer that is deleted shows nothing."""
    window.document.open(DEMO)

    def looked_at() -> str:
        QApplication.processEvents()
        assert window.viewer.node == window.editing.pipe.node == window.viewer.bar.a.currentData()
        return window.viewer.node

    assert looked_at() == "Inference1"
    window.viewer.bar.node_chosen.emit("A", "Read1")
    assert looked_at() == "Read1"
    assert window.canvas.sources("Viewer1")[str(window.canvas.value("Viewer1", "inputNumber"))] == "Read1"
    window.canvas.undo_stack.undo()
    assert looked_at() == "Inference1"
    window.canvas.select(["Inference1"])
    window.canvas.add_node("Write")
    assert looked_at() == "Write2"
    window.canvas.remove(["Write2"])
    assert looked_at() == "Inference1"
    window.canvas.connect("Blur1", "Viewer1", "4")
    window.canvas.set_value("Viewer1", "inputNumber", 4)
    assert looked_at() == "Blur1"
    window.viewer.show_buffer(1)
    assert looked_at() == "Inference1" and window.canvas.value("Viewer1", "inputNumber") == 1
    window.canvas.remove(["Viewer1"])
    assert looked_at() == ""
    window.viewer.bar.node_chosen.emit("A", "Blur1")
    assert looked_at() == "Blur1" and window.canvas.sources("Viewer1") == {"1": "Blur1"}
    window.viewer.bar.node_chosen.emit("A", "")
    assert looked_at() == ""
    window.canvas.add_node("Viewer", "Viewer2", connect_selected=False)
    window.canvas.connect("Read1", "Viewer2", "1")
    window.canvas.node_activated.emit("Viewer2")
    assert looked_at() == "Read1"
    window.canvas.connect("Blur1", "Viewer1", "2")
    window.canvas.select(["Viewer1"])  # selected with a number key, it is the one that is meant
    window.editing.look(2)
    assert looked_at() == "Blur1"


def test_the_title_says_what_is_open(window):
    """Name and a mark while there are unsaved changes."""
    window.document.open(DEMO)
    assert window.windowTitle() == "deblur.pcat[*] - PairCat" and not window.isWindowModified()
    window.canvas.set_value("Blur1", "size", 9.0)
    assert window.isWindowModified()
    window.canvas.undo_stack.undo()
    assert not window.isWindowModified()


def test_undo_says_what_it_undoes(window):
    """The menu names the step, and is grey where there is none."""
    undo = window.menu_bar.actions["Edit/Undo"]
    assert not undo.isEnabled()
    window.canvas.add_node("Read")
    assert undo.isEnabled() and undo.text() == "Undo add Read1"


def test_right_click_offers_nodes_and_what_can_be_done(window):
    """Categories of nodes, then the commands for the selection; it does not block."""
    window.canvas.view.menu_wanted.emit(QPoint(10, 10))
    menu = next(menu for menu in window.findChildren(QMenu) if menu.isVisible())
    titles = [action.text() for action in menu.actions()]
    assert {"Image", "Learn", "Filter"} <= set(titles) and {"Copy", "Delete", "Disable"} <= set(titles)
    menu.close()


def test_closing_asks_for_unsaved_changes(window, monkeypatch):
    """Cancel keeps the window; Discard closes it."""
    window.canvas.add_node("Read")
    monkeypatch.setattr(window.dialogs, "_ask", lambda *_: "cancel")
    assert not window.close() and window.isVisible()
    monkeypatch.setattr(window.dialogs, "_ask", lambda *_: "discard")
    assert window.close() and not window.isVisible()


def test_closing_asks_while_a_training_is_on_its_way(window, monkeypatch):
    """Its process is not there yet, and would never be: Wait keeps the window."""
    window.canvas.add_node("CopyCat")
    window.canvas.undo_stack.setClean()
    training = window.properties.trainings.of("CopyCat1")
    begun = threading.Event()
    training._launches.prepare("/nowhere", lambda: begun.wait(20) or "/nowhere", training.node.settings(None))
    asked = []

    def wait(question, more, answers, default=""):
        asked.append(question)
        return default

    monkeypatch.setattr(window.dialogs, "_ask", wait)
    assert not window.close() and window.isVisible()
    assert asked == ["A training of CopyCat1 is being started; its process is not there yet."]
    monkeypatch.setattr(window.dialogs, "_ask", lambda *_, **__: "stop")
    assert window.close() and not window.isVisible()
    begun.set()


def test_the_frame_rate_of_the_timeline_is_the_projects(window):
    """Typed at the timeline, it is a change of the script that can be undone."""
    window.document.open(DEMO)
    window.viewer.fps_changed.emit(30.0)
    assert window.canvas.project.fps == 30.0
    window.canvas.undo_stack.undo()
    assert window.canvas.project.fps == 25.0


def test_renaming_is_followed(window):
    """What is looked at is still looked at under its new name."""
    window.document.open(DEMO)
    window.look_at("Read1")
    window.canvas.rename("Read1", "Plate")
    assert window.viewer.node == "Plate"


def test_torch_is_not_loaded():
    """Building the window imports no PyTorch, which would cost seconds."""
    import subprocess
    import sys

    program = "import sys, paircat.ui.app; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "False"


def test_side_b_goes_with_its_node(window, picture, qtbot):
    """Deleted, or left behind by another script of which a node has the same name, it is no longer compared with."""
    for name in ("Read1", "Read2"):
        window.canvas.add_node("Read", name, values={"file": str(picture)}, connect_selected=False)
    window.look_at("Read1")
    window.viewer.compare_with("Read2")
    qtbot.waitUntil(lambda: window.viewer.is_current and window.viewer.shown_frame == 1, timeout=20000)
    assert window.viewer._answer.b is not None
    window.canvas.remove(["Read2"])
    qtbot.waitUntil(lambda: window.viewer.is_current and window.viewer._answer.b is None, timeout=20000)
    assert window.viewer._answer.error == ""
    assert (window.viewer.bar.b.currentData(), window.viewer.bar.compare.currentData()) == ("", "")
    window.viewer.compare_with("Read1")
    window.canvas.undo_stack.setClean()
    assert window.document.open(DEMO) and "Read1" in window.canvas.names()
    assert window.viewer.bar.b.currentData() == ""


@pytest.fixture
def rendering(window, picture, tmp_path, qtbot):
    """The window while its Write1 writes many frames; ends with it."""
    for frame in range(1, 401):
        os.link(picture, tmp_path / f"still.{frame}.exr")
    window.canvas.path = tmp_path / "shot.pcat"
    window.canvas.add_node("Read", values={"file": "still.#.exr"})
    name = window.canvas.add_node("Write", values={"file": "out.#.exr"})
    window.canvas.undo_stack.setClean()
    window.properties.show_node(name)
    window.properties.panel(name).findChild(WriteControls).start()
    render = window.properties.write_jobs.of(name)
    qtbot.waitUntil(lambda: render.done > 1, timeout=30000)
    yield window
    window.properties.write_jobs.stop(0)


def press_in_question(text: str, seen: list[str]) -> None:
    """Note what the question that is on the screen next says, and press its button."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, look)
            return
        seen.append(box.text())
        answer(box, text)

    QTimer.singleShot(0, look)


def test_closing_the_window_while_it_renders_asks_first(rendering, tmp_path, capfd):
    """Keep Rendering keeps window and process; Stop and Quit ends both, and no word of a killed process is left."""
    render, seen = rendering.properties.write_jobs.of("Write1"), []
    press_in_question("Keep Rendering", seen)
    assert not rendering.close() and rendering.isVisible() and render.rendering
    press_in_question("Stop and Quit", seen)
    assert rendering.close() and not rendering.isVisible() and not render.rendering
    assert all(re.fullmatch(r"Write1 is rendering \(\d+ of 400 frames\)\.", sentence) for sentence in seen)
    assert len(seen) == 2
    assert 1 < len(list(tmp_path.glob("out.*.exr"))) < 400 and not list(tmp_path.glob(".out.*"))
    assert "Destroyed while process" not in capfd.readouterr().err


def test_opening_another_script_while_it_renders_asks_first(rendering, tmp_path, qtbot):
    """Its nodes would go: Keep Rendering keeps the script, too; otherwise the render ends after its frame."""
    renders, seen = rendering.properties.write_jobs, []
    press_in_question("Keep Rendering", seen)
    assert not rendering.document.open(DEMO)
    assert renders.of("Write1").rendering and "CopyCat1" not in rendering.canvas.names()
    press_in_question("Stop and Go On", seen)
    assert rendering.document.open(DEMO) and "CopyCat1" in rendering.canvas.names()
    assert not renders.of("Write1").rendering, "the Write1 of the other script is another one"
    qtbot.waitUntil(lambda: not renders.running(), timeout=30000)
    assert len(seen) == 2 and 1 < len(list(tmp_path.glob("out.*.exr"))) < 400


def test_the_node_that_fails_is_marked_until_it_is_mended(window, picture, qtbot):
    """A Read without its file, two nodes above what is looked at; the mark goes once it has one."""
    canvas = window.canvas
    canvas.add_node("Read", values={"file": str(picture.with_name("gone.exr"))})
    canvas.add_node("Blur")
    window.look_at(canvas.add_node("Grade"))
    qtbot.waitUntil(lambda: list(window.errors.marked()) == ["Read1"], timeout=8000)
    assert "gone.exr" in window.errors.marked()["Read1"]
    canvas.set_value("Read1", "file", str(picture))
    qtbot.waitUntil(lambda: not window.errors.marked(), timeout=8000)
