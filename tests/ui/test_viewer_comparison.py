"""ViewerComparison: a script is opened with the side B, the comparison and the wipe's line that it was left with."""

import pytest
from plates import write_plates


@pytest.fixture
def compared(window, tmp_path, qtbot):
    """Two plates, of which the first is looked at and wiped against the second."""
    for name in ("a", "b"):
        file = write_plates(tmp_path / name, name, range(1, 3))
        window.canvas.add_node("Read", None, values={"file": file}, connect_selected=False)
    window.look_at("Read1", 1)
    qtbot.waitUntil(lambda: window.viewer.shown_frame == 1, timeout=20000)
    window.viewer.compare_with("Read2")
    window.viewer.image.set_wipe(0.25)
    qtbot.waitUntil(lambda: window.canvas.value("Viewer1", "sideB") == "Read2")
    return window


def test_a_script_is_opened_with_the_comparison_that_it_was_left_with(compared, tmp_path, qtbot):
    """It is the Viewer node's a moment later, without a step of undo, and another script has none of it."""
    window, canvas = compared, compared.canvas
    assert [canvas.value("Viewer1", knob) for knob in ("compare", "wipe")] == ["Wipe", 0.25]
    assert "look at" in canvas.undo_stack.undoText()
    canvas.script().save(tmp_path / "shot.pcat")
    canvas.undo_stack.setClean()
    assert window.document.new()
    assert window.viewer.bar.comparison == ("", "") and window.viewer.image.wipe == 0.5
    assert window.document.open(tmp_path / "shot.pcat")
    qtbot.waitUntil(lambda: window.viewer.image.right is not None, timeout=20000)
    assert window.viewer.bar.comparison == ("Read2", "wipe") and window.viewer.image.wipe == 0.25
    qtbot.wait(600)
    assert not window.document.modified and canvas.value("Viewer1", "sideB") == "Read2"


def test_the_nodes_knobs_are_heeded(compared):
    """Its panel is as good a place as the bar; a side B that is not there is none."""
    canvas, viewer = compared.canvas, compared.viewer
    canvas.set_value("Viewer1", "compare", "Difference")
    assert viewer.bar.comparison == ("Read2", "difference")
    canvas.set_value("Viewer1", "wipe", 0.75)
    assert viewer.image.wipe == 0.75
    canvas.set_value("Viewer1", "sideB", "Nothing1")
    assert viewer.bar.comparison == ("", "")
    canvas.undo_stack.undo()
    assert viewer.bar.comparison == ("Read2", "difference")


def test_side_b_follows_what_becomes_of_its_node(compared, qtbot):
    """Renamed, the script names it so; deleted, it names none."""
    canvas = compared.canvas
    canvas.rename("Read2", "Truth")
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "sideB") == "Truth")
    canvas.select(["Truth"])
    compared.editing.delete()
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "sideB") == "")
    assert canvas.value("Viewer1", "compare") == "A only"
