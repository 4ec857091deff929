"""Steps of undo."""

import pytest
from PySide6.QtGui import QUndoStack

from paircat.nodes.script import Project
from paircat.ui.canvas_commands import SetKnob, SetProject, Steps


@pytest.fixture
def stack(qapp):
    return QUndoStack()


def set_to(values, number):
    return SetKnob(values, "size", {"size": number}, f"set {number}", lambda: None)


def test_a_knob_goes_back_to_not_being_set(stack):
    """A knob that stood at its default is absent again after undo, which is not the same as None."""
    values: dict[str, object] = {}
    told = []
    stack.push(SetKnob(values, "size", {"size": None}, "set", lambda: told.append(dict(values))))
    stack.undo()
    stack.redo()
    assert told == [{"size": None}, {}, {"size": None}]


def test_a_block_is_one_step(stack):
    """Also with a block in it."""
    values: dict[str, object] = {}
    steps = Steps(stack)
    with steps.one("both"):
        stack.push(set_to(values, 1))
        with steps.one("inner"):
            stack.push(set_to(values, 2))
    assert stack.count() == 1 and stack.undoText() == "both" and values == {"size": 2}
    stack.undo()
    assert values == {}


def test_a_block_without_changes_is_no_step(stack):
    """Nothing to undo, and what was saved is still what there is."""
    stack.push(set_to({}, 1))
    stack.setClean()
    with Steps(stack).one("nothing"):
        pass
    assert stack.count() == 1 and stack.isClean()


def test_a_block_that_fails_is_undone(stack):
    """What it did before the failure is gone, and the failure is heard."""
    values: dict[str, object] = {}
    with pytest.raises(RuntimeError, match="half way"), Steps(stack).one("half"):
        stack.push(set_to(values, 1))
        raise RuntimeError("half way")
    assert values == {} and stack.count() == 0


def test_the_project_is_put_back(stack):
    """In both directions."""
    seen = []
    stack.push(SetProject(Project(fps=24.0), Project(fps=30.0), seen.append))
    stack.undo()
    assert [project.fps for project in seen] == [30.0, 24.0]
