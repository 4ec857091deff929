"""Steps of the canvas's undo stack: several changes as one, and what NodeGraphQt has no command for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtGui import QUndoCommand, QUndoStack

from paircat.nodes.node import Node
from paircat.nodes.project import Project

_DEFAULT = object()
"""Stands for a knob that is not set, which is another thing than being set to None."""


class Steps:
    """Blocks of changes, each one step of an undo stack."""

    def __init__(self, stack: QUndoStack) -> None:
        self._stack = stack
        self._depth = 0

    @contextmanager
    def one(self, text: str) -> Iterator[None]:
        """All changes in the block are one step. A block that changes nothing is none, one that fails is undone.

        A block in a block is a part of the outer one's step.
        """
        self._stack.beginMacro(text)
        self._depth += 1
        whole = False
        try:
            yield
            whole = True
        finally:
            self._depth -= 1
            self._stack.endMacro()
            if self._depth == 0:
                step = self._stack.command(self._stack.count() - 1)
                if not whole or step.childCount() == 0:
                    self._stack.undo()
                    step.setObsolete(True)
                    self._stack.redo()  # takes an obsolete step away instead of doing it


class SetKnob(QUndoCommand):
    """A knob's new value.

    Args:
        node: the canvas's own, whose values are changed in place. values: what it is to hold.
        changed: called after the value has changed, in either direction.
    """

    def __init__(self, node: Node, knob: str, values: dict[str, Any], text: str, changed: Callable[[], None]) -> None:
        super().__init__(text)
        self._node, self._knob, self._changed = node, knob, changed
        self._before, self._after = node.values.get(knob, _DEFAULT), values.get(knob, _DEFAULT)

    def rewrite(self, change: Callable[[Node, str, Any], Any]) -> None:
        """Undo and redo bring back what `change` makes of the two values."""
        self._before, self._after = (
            value if value is _DEFAULT else change(self._node, self._knob, value)
            for value in (self._before, self._after)
        )

    def redo(self) -> None:
        self._put(self._after)

    def undo(self) -> None:
        self._put(self._before)

    def _put(self, value: Any) -> None:
        if value is _DEFAULT:
            self._node.values.pop(self._knob, None)
        else:
            self._node.values[self._knob] = value
        self._changed()


class SetProject(QUndoCommand):
    """New settings of the project."""

    def __init__(self, before: Project, after: Project, put: Callable[[Project], None]) -> None:
        super().__init__("change the project")
        self._before, self._after, self._put = before, after, put

    def redo(self) -> None:
        self._put(self._after)

    def undo(self) -> None:
        self._put(self._before)
