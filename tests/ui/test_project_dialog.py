"""The project's settings."""

import pytest

from paircat.ui.project_dialog import ProjectDialog


@pytest.fixture
def dialog(canvas, qtbot):
    """On the canvas's project; nothing is changed before it is accepted."""
    made = ProjectDialog(canvas)
    qtbot.addWidget(made)
    return made


def test_what_is_set_is_one_step(canvas, dialog):
    """Accepting changes the project; undo gives it back."""
    dialog.fps.setValue(30.0)
    dialog.frames.setText("1001-1040")
    dialog.accept()
    assert (canvas.project.fps, canvas.project.frames) == (30.0, "1001-1040")
    canvas.undo_stack.undo()
    assert (canvas.project.fps, canvas.project.frames) == (24.0, "")


def test_a_wrong_range_is_reported_in_the_dialog(canvas, dialog):
    """It stays open with the sentence, and nothing changes."""
    dialog.show()
    dialog.frames.setText("one to ten")
    dialog.accept()
    assert dialog.isVisible() and "one to ten" in dialog.problem.text()
    assert canvas.undo_stack.count() == 0
