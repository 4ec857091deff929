"""Editing: what keys, menus and drops do to the selection."""

import numpy as np
import OpenImageIO as oiio
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QLineEdit

from paircat.nodes.script import Script
from paircat.ui.canvas_editing import Editing


@pytest.fixture
def editing(canvas):
    """Read1 -> Blur1 -> Grade1 on the canvas, nothing selected."""
    for kind in ("Read", "Blur", "Grade"):
        canvas.add_node(kind)
    canvas.select([])
    canvas.undo_stack.clear()
    return Editing(canvas)


def picture(path) -> str:
    out = oiio.ImageOutput.create(str(path))
    out.open(str(path), oiio.ImageSpec(4, 4, 3, "half"))
    out.write_image(np.zeros((4, 4, 3), np.float32))
    out.close()
    return str(path)


def dropped(*paths, text: str = "") -> QMimeData:
    data = QMimeData()
    if paths:
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    else:
        data.setText(text)
    return data


def seen(canvas):
    """The part of the canvas that is in sight."""
    return canvas.view.mapToScene(canvas.view.viewport().rect()).boundingRect()


def test_copied_nodes_are_pasted_with_new_names(editing):
    """Knobs and the connections among them come along; what hung on another node hangs on the selected one."""
    canvas = editing.canvas
    canvas.set_value("Blur1", "size", 5.0)
    canvas.select(["Blur1", "Grade1"])
    editing.copy()
    canvas.add_node("Read", connect_selected=False)
    editing.paste()
    assert set(canvas.selected_names()) == {"Blur2", "Grade2"}
    assert canvas.sources("Grade2") == {"Input": "Blur2"} and canvas.sources("Blur2") == {"Input": "Read2"}
    assert canvas.value("Blur2", "size") == (5.0, 5.0)
    canvas.select([])
    editing.paste()
    assert canvas.sources("Blur3") == {}
    assert canvas.undo_stack.count() == 4


def test_what_is_pasted_into_another_script_means_the_same_files(editing, tmp_path):
    """Paths that start at the folder of the script start at that of the other one then; all others stay."""
    canvas = editing.canvas
    canvas.path = tmp_path / "job" / "shot.pcat"
    canvas.set_value("Read1", "file", "plates/night.####.exr")
    canvas.add_node("Write", values={"file": "out/night.####.exr"}, connect_selected=False)
    canvas.add_node("CopyCat", values={"dataDirectory": "runs"}, connect_selected=False)
    canvas.add_node("Inference", values={"modelFile": "$SHOW/a.cat"}, connect_selected=False)
    canvas.select(["Read1", "Write1", "CopyCat1", "Inference1"])
    editing.copy()
    editing.paste()
    assert canvas.value("Read2", "file") == "plates/night.####.exr"
    canvas.load(Script(tmp_path / "other" / "shot.pcat"))
    editing.paste()
    assert canvas.value("Read1", "file") == "../job/plates/night.####.exr"
    assert canvas.value("Write1", "file") == "../job/out/night.####.exr"
    assert canvas.value("CopyCat1", "dataDirectory") == "../job/runs"
    assert canvas.value("Inference1", "modelFile") == "$SHOW/a.cat"


def test_what_is_pasted_is_seen(editing, monkeypatch):
    """With the pointer in the lower right corner it stands as near to it as there is room."""
    canvas = editing.canvas
    canvas.select(["Read1", "Blur1", "Grade1"])
    editing.copy()
    for corner in ("bottomRight", "topLeft"):
        monkeypatch.setattr(canvas.view, "pointer", getattr(seen(canvas), corner))
        editing.paste()
        assert seen(canvas).contains(canvas.area(canvas.selected_names()))


def test_what_is_pasted_covers_nothing(editing, monkeypatch):
    """Neither its originals below the pointer, nor what was pasted there before."""
    canvas = editing.canvas
    monkeypatch.setattr(canvas.view, "pointer", canvas.area(["Blur1"]).topLeft)
    canvas.select(["Blur1", "Grade1"])
    editing.copy()
    for _ in range(3):
        editing.paste()
    areas = [canvas.area([name]) for name in canvas.names()]
    assert not any(one.intersects(other) for place, one in enumerate(areas) for other in areas[:place])
    assert seen(canvas).contains(canvas.area(canvas.selected_names()))


def test_a_pasted_node_hangs_by_its_first_input_only(editing):
    """On what is selected: a CopyCat does not learn from a picture what it is itself."""
    canvas = editing.canvas
    canvas.add_node("Read", connect_selected=False)
    canvas.add_node("CopyCat", connect_selected=False)
    for slot, source in (("Input", "Read1"), ("GroundTruth", "Read2"), ("Preview", "Read1")):
        canvas.connect(source, "CopyCat1", slot)
    canvas.select(["CopyCat1"])
    editing.copy()
    canvas.select(["Read2"])
    editing.paste()
    assert canvas.sources("CopyCat2") == {"Input": "Read2"}


def test_a_script_without_nodes_pastes_nothing(editing):
    """As if nothing had been on the clipboard."""
    QApplication.clipboard().setText(Script().to_text())
    editing.paste()
    assert editing.canvas.undo_stack.count() == 0


def test_the_clipboard_holds_text(editing):
    """It can be read, mailed and pasted elsewhere; other text is left alone."""
    editing.canvas.select(["Blur1"])
    editing.copy()
    assert '"kind": "Blur"' in QApplication.clipboard().text()
    QApplication.clipboard().setText("a shopping list")
    editing.paste()
    assert editing.canvas.undo_stack.count() == 0


def test_cut_is_copy_and_delete(editing):
    """The node is gone and can be pasted."""
    editing.canvas.select(["Grade1"])
    editing.cut()
    assert "Grade1" not in editing.canvas.names()
    editing.paste()
    assert "Grade1" in editing.canvas.names()


def test_duplicates_keep_their_sources(editing):
    """A duplicate hangs where its original hangs, and stands beside it."""
    canvas = editing.canvas
    canvas.select(["Blur1"])
    editing.duplicate()
    assert canvas.sources("Blur2") == {"Input": "Read1"} and canvas.sources("Grade1") == {"Input": "Blur1"}
    assert not canvas.area(["Blur2"]).intersects(canvas.area(["Blur1"]))


def test_disabling_toggles(editing):
    """All are disabled unless all are already; one step for any number."""
    canvas = editing.canvas
    canvas.set_disabled(["Blur1"], True)
    canvas.select(["Blur1", "Grade1"])
    editing.toggle_disabled()
    assert canvas.disabled("Blur1") and canvas.disabled("Grade1") and canvas.undo_stack.count() == 2
    editing.toggle_disabled()
    assert not canvas.disabled("Blur1") and not canvas.disabled("Grade1")


def test_extracting_takes_a_node_out(editing):
    """What hung on it hangs on its source, and it hangs on nothing."""
    canvas = editing.canvas
    canvas.select(["Blur1"])
    editing.extract()
    assert canvas.sources("Grade1") == {"Input": "Read1"} and canvas.sources("Blur1") == {}
    assert canvas.undo_stack.count() == 1


def test_swapping_inputs(editing):
    """Input and GroundTruth of a CopyCat change places, even where one is empty."""
    canvas = editing.canvas
    canvas.select(["Read1"])
    canvas.select(["Read1", "Blur1"])
    editing.add("CopyCat")
    editing.swap_inputs()
    assert canvas.sources("CopyCat1") == {"Input": "Blur1", "GroundTruth": "Read1"}
    canvas.disconnect_input("CopyCat1", "Input")
    editing.swap_inputs()
    assert canvas.sources("CopyCat1") == {"Input": "Read1"}


def test_a_dot_goes_into_the_connection(editing):
    """The Dot of its key stands between the selected node and what hung on it."""
    editing.canvas.select(["Blur1"])
    editing.add("Dot")
    assert editing.canvas.sources("Grade1") == {"Input": "Dot1"}


def test_a_backdrop_goes_around_the_selection(editing):
    """It encloses what is selected, also after undo and redo."""
    canvas = editing.canvas
    canvas.select(["Blur1", "Grade1"])
    editing.add("Backdrop")
    assert canvas.area(["Backdrop1"]).contains(canvas.area(["Blur1", "Grade1"]))
    canvas.undo_stack.undo()
    canvas.undo_stack.redo()
    assert canvas.area(["Backdrop1"]).contains(canvas.area(["Blur1", "Grade1"]))


def test_number_keys_look_through_the_viewer(editing):
    """The selected node goes to that input of the Viewer node, which is made if there is none, and stays selected."""
    canvas = editing.canvas
    canvas.select(["Blur1"])
    editing.look(1)
    assert editing.pipe.node == "Blur1" and canvas.sources("Viewer1") == {"1": "Blur1"}
    assert canvas.selected_names() == ["Blur1"] and canvas.undo_stack.count() == 1
    canvas.select(["Grade1"])
    editing.look(2)
    assert canvas.sources("Viewer1") == {"1": "Blur1", "2": "Grade1"} and canvas.value("Viewer1", "inputNumber") == 2
    canvas.select([])
    editing.look(1)
    assert editing.pipe.node == "Blur1"
    canvas.add_node("Viewer", connect_selected=False)
    canvas.select(["Read1", "Viewer2"])  # the Viewer that is meant
    editing.look(3)
    assert editing.pipe.node == "Read1" and canvas.sources("Viewer2") == {"3": "Read1"}


def test_dropped_files_become_nodes(editing, tmp_path):
    """A sequence becomes one Read, a .cat an Inference, at the place where they were dropped; one step for all."""
    canvas = editing.canvas
    frames = [picture(tmp_path / f"shot.{number}.exr") for number in (1001, 1002, 1003)]
    cat = tmp_path / "run.100.cat"
    cat.write_bytes(b"")
    editing.drop(dropped(*frames, cat), 500.0, 300.0)
    assert canvas.value("Read2", "file") == str(tmp_path / "shot.####.exr")
    assert canvas.value("Inference1", "modelFile") == str(cat)
    assert canvas.undo_stack.count() == 1 and set(canvas.selected_names()) == {"Read2", "Inference1"}
    assert canvas.area(["Inference1"]).contains(500.0, 300.0)


def test_dropped_sequences_with_long_names_do_not_cover_each_other(editing, tmp_path):
    """Nor what stands there already."""
    canvas = editing.canvas
    for name in ("a plate with a very long name", "its painted frames of the second version"):
        picture(tmp_path / f"{name}.1001.exr")
    for _ in range(2):
        editing.drop(dropped(tmp_path), 500.0, 300.0)
    tiles = [
        canvas.area([name]) for name in canvas.names("Read") if canvas.value(name, "file").startswith(str(tmp_path))
    ]
    assert len(tiles) == 4
    assert not any(one.intersects(other) for place, one in enumerate(tiles) for other in tiles[:place])


def test_what_cannot_be_read_is_reported(editing, tmp_path, qtbot):
    """A text file becomes no node; a sentence says why."""
    (tmp_path / "notes.txt").write_text("x")
    with qtbot.waitSignal(editing.failed) as blocker:
        editing.drop(dropped(tmp_path / "notes.txt"), 0.0, 0.0)
    assert "notes.txt" in blocker.args[0] and editing.canvas.undo_stack.count() == 0


def test_a_dropped_script_is_to_be_opened(editing, tmp_path, qtbot):
    """It is no node; the window is asked to open it."""
    with qtbot.waitSignal(editing.script_dropped) as blocker:
        editing.drop(dropped(tmp_path / "shot.pcat"), 0.0, 0.0)
    assert blocker.args == [str(tmp_path / "shot.pcat")]


def test_dropped_text_of_nodes_is_pasted_there(editing):
    """As from the clipboard, at the place of the drop."""
    editing.canvas.select(["Blur1"])
    editing.copy()
    editing.canvas.select([])
    editing.drop(dropped(text=QApplication.clipboard().text()), 700.0, 70.0)
    assert editing.canvas.node("Blur2").position == (700.0, 70.0)


def test_the_search_adds_what_was_chosen(editing, qtbot):
    """Tab's field is over the canvas; a kind chosen there is added and connected to the selection."""
    editing.canvas.select(["Grade1"])
    editing.open_search()
    assert editing.search.isVisible()
    qtbot.keyClicks(editing.search.field, "copyc")
    qtbot.keyClick(editing.search.field, Qt.Key.Key_Return)
    assert not editing.search.isVisible() and editing.canvas.sources("CopyCat1") == {"Input": "Grade1"}


def test_a_read_asks_for_its_file(editing, tmp_path, qtbot):
    """Its key opens the chooser: a frame of a sequence stands for all, named from the script's folder, one step of
    undo; several files become a node each; cancelling leaves nothing behind."""
    canvas = editing.canvas
    canvas.path = tmp_path / "shot.pcat"
    for name in ("night.1001.exr", "night.1002.exr", "still.exr"):
        picture(tmp_path / name)
    editing.add("Read")
    assert editing.chooser.isVisible() and editing.chooser.directory().absolutePath() == str(tmp_path)
    editing.chooser.reject()
    assert set(canvas.names()) == {"Read1", "Blur1", "Grade1"} and canvas.undo_stack.count() == 0
    editing.add("Read")
    editing.chooser.selectFile(str(tmp_path / "night.1002.exr"))
    editing.chooser.accept()
    assert canvas.value("Read2", "file") == "night.####.exr" and canvas.selected_names() == ["Read2"]
    assert canvas.undo_stack.count() == 1
    editing.add("Read")
    chosen = [str(tmp_path / name) for name in ("night.1001.exr", "night.1002.exr", "still.exr")]
    editing.chooser.filesSelected.emit(chosen)
    editing.chooser.reject()
    assert {canvas.value(name, "file") for name in canvas.selected_names()} == {"night.####.exr", "still.exr"}


@pytest.mark.parametrize("name", ["plate.####.exr", "plate.%04d.exr", "later.1001.exr"])
def test_a_sequence_can_be_typed_into_the_chooser(editing, tmp_path, name, qtbot):
    """As artists write it, and before its frames are rendered."""
    canvas = editing.canvas
    canvas.path = tmp_path / "shot.pcat"
    picture(tmp_path / "plate.1001.exr")
    editing.add("Read")
    field = editing.chooser.findChild(QLineEdit, "fileNameEdit")
    field.setFocus()
    field.setText(str(tmp_path / name))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not editing.chooser.isVisible()
    assert canvas.value("Read2", "file") == name


def test_the_chooser_of_a_read_opens_where_the_last_one_was(editing, tmp_path):
    """Plates of a shot lie together, mostly beside no script."""
    (tmp_path / "plates").mkdir()
    editing.canvas.path = tmp_path / "shot.pcat"
    editing.add("Read")
    editing.chooser.filesSelected.emit([picture(tmp_path / "plates" / "still.exr")])
    editing.chooser.reject()
    editing.add("Read")
    assert editing.chooser.directory().absolutePath() == str(tmp_path / "plates")
    editing.chooser.reject()


@pytest.mark.parametrize("names", [["Blur1", "Grade1"], ["Grade1", "Blur1"]])
def test_extracting_several_joins_what_is_left(editing, names):
    """In whichever order they were clicked, what hung on the last one hangs on the source of the first."""
    canvas = editing.canvas
    canvas.select(["Grade1"])
    editing.add("Write")
    canvas.select([])
    for number in range(len(names)):
        canvas.select(names[: number + 1])
    editing.extract()
    assert canvas.sources("Write1") == {"Input": "Read1"} and canvas.sources("Blur1") == {}
    assert canvas.sources("Grade1") == {"Input": "Blur1"}


def test_what_asks_for_a_copycat_keeps_it(editing):
    """A second node on a CopyCat takes over pictures, not the Preview that asks for the CopyCat itself."""
    canvas = editing.canvas
    canvas.select(["Read1", "Grade1"])
    editing.add("CopyCat")
    editing.add("Preview")
    for kind in ("Preview", "Inference", "Write"):
        canvas.select(["CopyCat1"])
        editing.add(kind)
        assert canvas.sources("Preview1")["CopyCat"] == "CopyCat1"
    canvas.select(["CopyCat1"])
    editing.extract()
    assert "CopyCat" not in canvas.sources("Preview1")
    canvas.undo_stack.undo()
    canvas.remove(["CopyCat1"])
    assert "CopyCat" not in canvas.sources("Preview1")


def test_a_preview_of_a_copycat_shows_what_that_is_shown_on(editing):
    """Its Preview, or else its Input, in the same step of undo."""
    canvas = editing.canvas
    canvas.select(["Read1"])
    canvas.select(["Read1", "Grade1"])
    editing.add("CopyCat")
    steps = canvas.undo_stack.count()
    editing.add("Preview")
    assert canvas.sources("Preview1") == {"CopyCat": "CopyCat1", "Source": canvas.sources("CopyCat1")["Input"]}
    assert canvas.undo_stack.count() == steps + 1
    canvas.connect("Blur1", "CopyCat1", "Preview")
    canvas.select(["CopyCat1"])
    editing.add("Preview")
    assert canvas.sources("Preview2")["Source"] == "Blur1"


def test_a_duplicate_is_seen(editing):
    """It may stand beyond the edge of what is shown."""
    canvas = editing.canvas
    view = canvas.view
    canvas.select(["Read1"])
    view.frame(canvas.area(["Read1"]).translated(-700, 0))
    editing.duplicate()
    assert seen(canvas).contains(canvas.area(canvas.selected_names()))


def test_a_new_node_is_seen(editing):
    """Below a node at the lower edge of what is shown, too."""
    canvas = editing.canvas
    canvas.select(["Grade1"])
    canvas.view.frame(canvas.area(["Grade1"]).translated(0, -260))
    editing.add("Blur")
    assert seen(canvas).contains(canvas.area(["Blur2"]))
