"""Steps of the canvas's undo stack: several changes as one, and what NodeGraphQt has no command for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtGui import QUndoCommand, QUndoStack

from paircat.nodes.script import Project

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
        values: a node's values other than defaults; changed in place.
        changed: called after the value has changed, in either direction.
    """

    def __init__(self, values: dict[str, Any], knob: str, new: dict[str, Any], text: str, changed: Callable) -> None:
        super().__init__(text)
        self._values, self._knob, self._changed = values, knob, changed
        self._before, self._after = values.get(knob, _DEFAULT), new.get(knob, _DEFAULT)

    def redo(self) -> None:
        self._put(self._after)

    def undo(self) -> None:
        self._put(self._before)

    def _put(self, value: Any) -> None:
        if value is _DEFAULT:
            self._values.pop(self._knob, None)
        else:
            self._values[self._knob] = value
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
