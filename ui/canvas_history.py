"""History: every value that a canvas holds, and all that undo and redo could bring back, changed together.

When a script moves to another folder its relative paths change, and when a run is renamed the names of its files do.
That is nothing to undo; and a step that was done before it must not bring back what means something else now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paircat.nodes.node import Node
from paircat.ui.canvas_commands import SetKnob
from paircat.ui.canvas_node import Area, Tile

Change = Callable[[Node, str, Any], Any]
"""Of a node, one of its knobs and a value of it, to the value that it is to be."""


class History:
    """The nodes and steps that a canvas has had since its script was opened, deleted and undone ones too."""

    def __init__(self, shown: Callable[[], list[Tile | Area]], changed: Callable[[Tile | Area, str], None]) -> None:
        """`shown()` are the tiles on the canvas now; `changed(tile, knob)` is called where one of theirs changes."""
        self._shown = shown
        self._changed = changed
        self._tiles: list[Tile | Area] = []
        self._steps: list[SetKnob] = []

    def clear(self) -> None:
        self._tiles.clear()
        self._steps.clear()

    def placed(self, tile: Tile | Area) -> None:
        self._tiles.append(tile)

    def done(self, step: SetKnob) -> SetKnob:
        self._steps.append(step)
        return step

    def rewrite(self, change: Change) -> bool:
        """Change all values; returns whether one that is on the canvas now has become another."""
        found, shown = False, {id(tile) for tile in self._shown()}
        for tile in self._tiles:
            node = tile.data
            for knob, value in list(node.values.items()):
                wanted = change(node, knob, value)
                if wanted != value:
                    node.values[knob] = wanted
                    if id(tile) in shown:  # what a deleted one was drawn with may be gone
                        found = True
                        self._changed(tile, knob)
        for step in self._steps:
            step.rewrite(change)
        return found
