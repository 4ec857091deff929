"""Steps of undo."""

import pytest
from PySide6.QtGui import QUndoStack

from paircat.nodes.node import node_kinds
from paircat.nodes.project import Project
from paircat.ui.canvas_commands import SetKnob, SetProject, Steps


@pytest.fixture
def stack(qapp):
    return QUndoStack()


@pytest.fixture
def blur():
    return node_kinds()["Blur"]("Blur1")


def set_to(node, number):
    return SetKnob(node, "size", {"size": number}, f"set {number}", lambda: None)


def test_a_knob_goes_back_to_not_being_set(stack, blur):
    """A knob that stood at its default is absent again after undo, which is not the same as None."""
    received = []
    stack.push(SetKnob(blur, "size", {"size": None}, "set", lambda: received.append(dict(blur.values))))
    stack.undo()
    stack.redo()
    assert received == [{"size": None}, {}, {"size": None}]


def test_a_block_is_one_step(stack, blur):
    """Also with a block in it."""
    steps = Steps(stack)
    with steps.one("both"):
        stack.push(set_to(blur, 1))
        with steps.one("inner"):
            stack.push(set_to(blur, 2))
    assert stack.count() == 1 and stack.undoText() == "both" and blur.values == {"size": 2}
    stack.undo()
    assert blur.values == {}


def test_a_block_without_changes_is_no_step(stack, blur):
    """Nothing to undo, and what was saved is still what there is."""
    stack.push(set_to(blur, 1))
    stack.setClean()
    with Steps(stack).one("nothing"):
        pass
    assert stack.count() == 1 and stack.isClean()


def test_a_block_that_fails_is_undone(stack, blur):
    """What it did before the failure is gone, and the failure is heard."""
    with pytest.raises(RuntimeError, match="half way"), Steps(stack).one("half"):
        stack.push(set_to(blur, 1))
        raise RuntimeError("half way")
    assert blur.values == {} and stack.count() == 0


def test_both_sides_of_a_step_are_rewritten(stack, blur):
    """What undo and redo bring back is what the change makes of it; a knob that was not set stays so."""
    steps = []
    for number in (1, 2):
        steps.append(set_to(blur, number))
        stack.push(steps[-1])
    for step in steps:
        step.rewrite(lambda node, knob, value: 10 * value)
    stack.undo()
    assert blur.values == {"size": 10}
    stack.redo()
    assert blur.values == {"size": 20}
    stack.undo()
    stack.undo()
    assert blur.values == {}


def test_the_project_is_put_back(stack):
    """In both directions."""
    seen = []
    stack.push(SetProject(Project(fps=24.0), Project(fps=30.0), seen.append))
    stack.undo()
    assert [project.fps for project in seen] == [30.0, 24.0]
