"""ViewerPlace: a script is opened at the frame where it was left, with the in and out points that it had."""

import pytest
from plates import write_plates

FRAMES = range(1001, 1011)


@pytest.fixture
def plate(tmp_path):
    """Ten frames from 1001 on."""
    return write_plates(tmp_path / "plate", "plate", FRAMES)


@pytest.fixture
def looked_at(window, plate, qtbot):
    """The plate in the Viewer, at its first frame."""
    window.canvas.add_node("Read", values={"file": plate})
    window.look_at("Read1", 1)
    qtbot.waitUntil(lambda: window.viewer.shown_frame == 1001, timeout=20000)
    return window


def test_a_script_is_opened_where_it_was_left(looked_at, tmp_path, qtbot):
    """Frame, in and out are the Viewer node's a moment later, are saved with it, and are there again."""
    window, canvas = looked_at, looked_at.canvas
    undo = canvas.undo_stack.undoText()
    window.viewer.set_frame(1006)
    window.viewer.timeline.set_in_out(1003, 1008)
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "frame") == 1006)
    assert canvas.value("Viewer1", "inOut") == "1003-1008" and canvas.undo_stack.undoText() == undo
    canvas.script().save(tmp_path / "shot.pcat")
    canvas.undo_stack.setClean()
    assert window.document.new() and window.viewer.frame == 1
    assert window.document.open(tmp_path / "shot.pcat")
    qtbot.waitUntil(lambda: window.viewer.shown_frame == 1006, timeout=20000)
    line = window.viewer.timeline
    assert (line.first, line.in_point, line.out_point, line.last) == (1001, 1003, 1008, 1010)
    assert not window.document.modified


def test_all_frames_are_no_in_and_out(looked_at, qtbot):
    """So a clip that grows is still played to its end."""
    canvas, line = looked_at.canvas, looked_at.viewer.timeline
    line.set_in_out(1003, 1008)
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "inOut") == "1003-1008")
    line.set_in_out(1001, 1010)
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "inOut") == "")


def test_what_is_played_through_is_not_written_down(looked_at, qtbot):
    """Only where it ends."""
    canvas, viewer = looked_at.canvas, looked_at.viewer
    seen = []
    canvas.value_changed.connect(lambda node, knob: seen.append(canvas.value(node, knob)))
    viewer.play(1)
    qtbot.wait(700)
    assert viewer.playback.playing and not seen
    viewer.play(0)
    qtbot.waitUntil(lambda: seen == [viewer.frame])


def test_the_nodes_knobs_are_heeded(looked_at):
    """Its panel is as good a place as the timeline."""
    canvas, viewer = looked_at.canvas, looked_at.viewer
    canvas.set_value("Viewer1", "frame", 1004)
    canvas.set_value("Viewer1", "inOut", "1002-1005")
    assert viewer.frame == 1004 and (viewer.timeline.in_point, viewer.timeline.out_point) == (1002, 1005)
    canvas.undo_stack.undo()
    assert (viewer.timeline.in_point, viewer.timeline.out_point) == (1001, 1010)


def test_a_plate_that_is_away_takes_no_in_and_out_along(looked_at, tmp_path, qtbot):
    """Opened while its drive is off and saved so, the script still has them."""
    window, canvas = looked_at, looked_at.canvas
    window.viewer.set_frame(1006)
    window.viewer.timeline.set_in_out(1003, 1008)
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "inOut") == "1003-1008")
    canvas.script().save(tmp_path / "shot.pcat")
    canvas.undo_stack.setClean()
    (tmp_path / "plate").rename(tmp_path / "away")
    assert window.document.open(tmp_path / "shot.pcat")
    qtbot.waitUntil(lambda: bool(window.viewer.errors), timeout=20000)
    qtbot.wait(600)
    assert canvas.value("Viewer1", "frame") == 1006 and canvas.value("Viewer1", "inOut") == "1003-1008"
