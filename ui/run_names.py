"""RunNames: what a script says of a run and of its files, put right when the run is renamed."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from paircat.engine.errors import GraphError
from paircat.engine.runs.run import Run
from paircat.nodes.graph import Graph
from paircat.nodes.node import Node
from paircat.ui.canvas_history import Change
from paircat.ui.folder_watch import RunSnapshot

_FILES = ("modelFile", "checkpointFile")


def renaming(graph: Graph, copycat: str, old: RunSnapshot, new: Run) -> Change:
    """What gives the active run of a CopyCat its new name, and every knob that reads one of the run's .cat files."""
    moved = {str(old.run.cat(step)): new.cat(step).name for step in old.cats}

    def rename(node: Node, knob: str, value: Any) -> Any:
        if knob == "activeRun" and node.name == copycat and value == old.name:
            return new.name
        if knob in _FILES and value:
            with contextlib.suppress(GraphError):
                name = moved.get(graph.path(node, value))
                return str(Path(value).with_name(name)) if name else value
        return value

    return rename
