"""Trainings: one for every CopyCat of the canvas."""

from written_runs import write_run

from paircat.ui.trainings import Trainings


def test_every_copycat_is_followed_without_its_panel(canvas, tmp_path, qtbot):
    """A run is found when its script is opened; a deleted node's is let go, a renamed one's is kept."""
    write_run(tmp_path, "first")
    trainings = Trainings(canvas)
    changed = []
    trainings.changed.connect(changed.append)
    canvas.add_node("CopyCat", "CopyCat1", values={"dataDirectory": str(tmp_path)}, connect_selected=False)
    qtbot.waitUntil(lambda: len(trainings.all()) == 1)
    found = trainings.of("CopyCat1")
    qtbot.waitUntil(lambda: len(found.snapshots) == 1)
    canvas.rename("CopyCat1", "Paint")
    assert trainings.of("Paint") is found and found.name == "Paint"
    canvas.remove(["Paint"])
    qtbot.waitUntil(lambda: trainings.all() == [])
    canvas.undo_stack.undo()
    qtbot.waitUntil(lambda: len(trainings.all()) == 1)
    assert changed[0] == "CopyCat1"
    trainings.close()
