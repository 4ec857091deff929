"""Rendering from a Write node's panel."""

import threading

import numpy as np
import OpenImageIO as oiio
import pytest
from panels import answer
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from paircat.ui import write_controls
from paircat.ui.properties import PropertiesBin
from paircat.ui.write_controls import WriteControls


@pytest.fixture
def properties(canvas, qtbot, tmp_path):
    """Where panels open and close; what it renders ends with it."""
    canvas.path = tmp_path / "shot.pcat"
    made = PropertiesBin(canvas)
    qtbot.addWidget(made)
    made.resize(460, 800)
    made.show()
    yield made
    made.shutdown()


@pytest.fixture
def panel_of(canvas, properties):
    """Adds a node and opens its panel."""

    def make(kind, **values):
        name = canvas.add_node(kind, None, values=values, connect_selected=False)
        properties.show_node(name)
        return properties.panel(name)

    return make


def plate(folder, frames=3):
    for frame in range(1, frames + 1):
        assert oiio.ImageBuf(np.full((6, 8, 3), 0.1 * frame, np.float32)).write(str(folder / f"plate.{frame}.exr"))


def test_write_renders_in_the_background(panel_of, canvas, tmp_path, qtbot):
    """With progress; what is wrong is a sentence in the panel."""
    plate(tmp_path)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr", frames="1-3")
    controls = panel.findChild(WriteControls)
    qtbot.mouseClick(controls.render_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "not connected" in controls.label.text() and not controls.rendering)
    canvas.connect(read, panel.name, "Input")
    qtbot.mouseClick(controls.render_button, Qt.MouseButton.LeftButton)
    assert controls.rendering and controls.cancel_button.isEnabled()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 1-3" in controls.label.text()
    assert sorted(path.name for path in tmp_path.glob("out.*")) == ["out.1.exr", "out.2.exr", "out.3.exr"]


def test_rendering_can_be_cancelled(properties, panel_of, canvas, tmp_path, qtbot):
    """Frames that are written by then stay."""
    plate(tmp_path, 40)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr")
    canvas.connect(read, panel.name, "Input")
    controls = panel.findChild(WriteControls)
    controls.start()
    qtbot.waitUntil(lambda: properties.write_jobs.of(panel.name).rendering)
    controls.cancel()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert len(list(tmp_path.glob("out.*.exr"))) < 40
    assert controls.render_button.isEnabled() and not controls.cancel_button.isEnabled()


def question_of(controls, qtbot):
    """The question that the button brings up."""
    qtbot.mouseClick(controls.render_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: controls.question is not None and not controls.rendering)
    return controls.question


@pytest.fixture
def slow_drive(monkeypatch):
    """A drive that answers when it is told to; the threads that wait for it."""
    waiting, answers, look = [], threading.Event(), write_controls.existing_frames

    def wait(*arguments):
        waiting.append(threading.current_thread())
        answers.wait(10)
        return look(*arguments)

    monkeypatch.setattr(write_controls, "existing_frames", wait)
    yield waiting, answers
    answers.set()


def test_a_slow_drive_does_not_hold_up_the_window(panel_of, canvas, tmp_path, qtbot, slow_drive):
    """The panel says what it waits for, and it can be cancelled; then nothing is written, whenever the answer comes."""
    waiting, answers = slow_drive
    plate(tmp_path)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr")
    canvas.connect(read, panel.name, "Input")
    controls = panel.findChild(WriteControls)
    qtbot.mouseClick(controls.render_button, Qt.MouseButton.LeftButton)
    assert controls.label.text() == "Looking at the frames …" and controls.bar.maximum() == 0
    assert not controls.render_button.isEnabled()
    qtbot.waitUntil(lambda: len(waiting) == 1)
    assert waiting[0] is not threading.main_thread()
    qtbot.mouseClick(controls.cancel_button, Qt.MouseButton.LeftButton)
    assert controls.label.text() == "Cancelled. Nothing was written." and not controls.rendering
    answers.set()
    qtbot.wait(300)
    assert not controls.rendering and not list(tmp_path.glob("out.*"))
    controls.start()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 1-3" in controls.label.text()


def test_a_render_whose_panel_closes_before_it_begins(properties, panel_of, canvas, tmp_path, qtbot, slow_drive):
    """It begins all the same; where files are in the way nobody is there to be asked, so nothing is written."""
    _, answers = slow_drive
    plate(tmp_path)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    for words in ("Wrote frames 1-3", "3 of 3 frames exist already; nothing is written yet."):
        answers.clear()
        panel = panel_of("Write", file="out.#.exr")
        name = panel.name
        canvas.connect(read, name, "Input")
        panel.findChild(WriteControls).start()
        properties.close_panel(name)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        answers.set()
        render = properties.write_jobs.of(name)
        qtbot.waitUntil(lambda render=render: not render.busy, timeout=30000)
        assert render.message.startswith(words)


def test_files_that_are_there_are_not_overwritten_unasked(panel_of, canvas, tmp_path, qtbot):
    """Cancel keeps all; the missing frames can be written alone; overwriting is a choice of its own."""
    plate(tmp_path)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr")
    canvas.connect(read, panel.name, "Input")
    controls = panel.findChild(WriteControls)
    kept = tmp_path / "out.2.exr"
    kept.write_bytes(b"mine")
    answer(question_of(controls, qtbot), "Cancel")
    assert not controls.rendering and [path.name for path in tmp_path.glob("out.*")] == ["out.2.exr"]
    box = question_of(controls, qtbot)
    assert box.text() == "1 of the 3 frames of Write1 exist already." and "frames 2:" in box.informativeText()
    answer(box, "Only the Missing Frames")
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 1,3" in controls.label.text() and kept.read_bytes() == b"mine"
    box = question_of(controls, qtbot)
    assert box.text() == "What Write1 would write exists already."
    answer(box, "Overwrite")
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 1-3" in controls.label.text() and kept.read_bytes() != b"mine"


@pytest.mark.parametrize("closes", ["its button", "Close All", "the limit of panels"])
def test_a_render_goes_on_when_its_panel_closes(closes, properties, panel_of, canvas, tmp_path, qtbot):
    """However it closes; opened again, the panel shows how far the render is, and can cancel it or see its end."""
    plate(tmp_path, 60)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr")
    name = panel.name
    canvas.connect(read, name, "Input")
    panel.findChild(WriteControls).start()
    qtbot.waitUntil(lambda: properties.write_jobs.of(name).rendering)
    if closes == "its button":
        qtbot.mouseClick(panel.close_button, Qt.MouseButton.LeftButton)
    elif closes == "Close All":
        properties.close_all()
    else:
        properties.most.setValue(1)
        panel_of("Blur")
    assert properties.panel(name) is None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: (tmp_path / "out.2.exr").exists(), timeout=30000)
    properties.show_node(name)
    controls = properties.panel(name).findChild(WriteControls)
    if controls.rendering:
        assert controls.cancel_button.isEnabled() and not controls.render_button.isEnabled()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 1-60" in controls.label.text()
    assert len(list(tmp_path.glob("out.*.exr"))) == 60


def test_a_panel_opened_again_cancels_its_render(properties, panel_of, canvas, tmp_path, qtbot):
    """A second panel is no second render: it says what the first one said, and its button stops the same process."""
    plate(tmp_path, 60)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr")
    canvas.connect(read, panel.name, "Input")
    panel.findChild(WriteControls).start()
    qtbot.waitUntil(lambda: properties.write_jobs.of(panel.name).rendering)
    properties.close_panel(panel.name)
    properties.show_node(panel.name)
    controls = properties.panel(panel.name).findChild(WriteControls)
    assert controls is not panel.findChild(WriteControls)
    assert controls.rendering and controls.label.text() == "Starting …" and controls.bar.maximum() == 0
    qtbot.mouseClick(controls.cancel_button, Qt.MouseButton.LeftButton)
    assert controls.label.text() == "Stopping after this frame …" and not controls.cancel_button.isEnabled()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert len(list(tmp_path.glob("out.*.exr"))) < 60 and controls.render_button.isEnabled()


def test_a_plate_is_refused_before_overwriting_is_offered(panel_of, canvas, tmp_path, qtbot):
    """Without a question to which every answer would be wrong."""
    plate(tmp_path)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="plate.#.exr", frames="1-3")
    canvas.connect(read, panel.name, "Input")
    controls = panel.findChild(WriteControls)
    qtbot.mouseClick(controls.render_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "is read and would be written over" in controls.label.text())
    assert controls.question is None and not controls.rendering


def test_nothing_is_rendered_while_a_field_is_not_allowed(panel_of, canvas, tmp_path, qtbot):
    """Its sentence says why, whichever field of the panel it is; put right, it renders what is seen."""
    plate(tmp_path)
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr", frames="1")
    canvas.connect(read, panel.name, "Input")
    controls = panel.findChild(WriteControls)
    for knob, wrong, right, words in (("frames", "2-abc", "2", "'2-abc' is not"), ("quality", "-3", "0", "'Quality'")):
        field = panel.forms[0].widget(knob).edit
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, wrong)
        controls.start()  # as where a button does not take the keyboard
        assert not controls.rendering and words in controls.label.text() and controls.label.property("problem")
        assert not list(tmp_path.glob("out.*")) and field.text() == wrong
        field.selectAll()
        qtbot.keyClicks(field, right)
    controls.start()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 2 " in controls.label.text()


def test_frames_that_the_input_lacks_are_reported_at_the_end(properties, panel_of, canvas, tmp_path, qtbot):
    """Those that there are have been written; frames that somebody listed lack nothing."""
    plate(tmp_path, 6)
    for frame in (3, 4):
        (tmp_path / f"plate.{frame}.exr").unlink()
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    panel = panel_of("Write", file="out.#.exr")
    canvas.connect(read, panel.name, "Input")
    controls = panel.findChild(WriteControls)
    controls.start()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert controls.label.text().startswith("Wrote 4 frames in ") and controls.label.property("problem")
    assert "; 3-4 are missing from the input and were not written. Render them, or " in controls.label.text()
    assert len(list(tmp_path.glob("out.*"))) == 4
    canvas.set_values(panel.name, {"frames": "1-2,5", "file": "listed.#.exr"})
    controls.start()
    qtbot.waitUntil(lambda: not controls.rendering, timeout=30000)
    assert "Wrote frames 1-2,5" in controls.label.text() and not controls.label.property("problem")
