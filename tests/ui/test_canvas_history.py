"""History: values that undo and redo could bring back are changed with those that are there."""

from __future__ import annotations

import gc

import pytest


def louder(node, knob, value):
    return value.upper() if knob == "file" else value


@pytest.fixture
def read(canvas):
    name = canvas.add_node("Read", values={"file": "a"})
    canvas.set_value(name, "file", "b")
    return name


def test_what_is_there_and_what_was_before_are_changed(canvas, read):
    """The knob that changes is told; undo and redo bring back changed values, and are no more steps than before."""
    received = []
    canvas.value_changed.connect(lambda node, knob: received.append((node, knob)))
    count = canvas.undo_stack.count()
    assert canvas.history.rewrite(louder)
    assert canvas.value(read, "file") == "B" and received == [(read, "file")] and canvas.undo_stack.count() == count
    canvas.undo_stack.undo()
    assert canvas.value(read, "file") == "A"
    canvas.undo_stack.redo()
    assert canvas.value(read, "file") == "B"
    assert not canvas.history.rewrite(louder)


def test_a_deleted_node_comes_back_changed(canvas, read):
    """Nothing on the canvas has changed by it."""
    canvas.remove([read])
    assert not canvas.history.rewrite(louder)
    canvas.undo_stack.undo()
    assert canvas.value(read, "file") == "B"


def test_a_node_that_nothing_can_bring_back_is_no_trouble(canvas, read):
    """Its step was undone and then dropped for another; Qt has deleted what it was drawn with."""
    while canvas.undo_stack.canUndo():
        canvas.undo_stack.undo()
    canvas.add_node("Blur")
    gc.collect()
    assert not canvas.history.rewrite(louder)


def test_another_script_has_another_history(canvas, read):
    """What was opened before is let go."""
    script = canvas.script()
    canvas.load(script)
    assert canvas.history.rewrite(louder) and canvas.value(read, "file") == "B"
    assert len(canvas.history._tiles) == 1 and not canvas.history._steps
