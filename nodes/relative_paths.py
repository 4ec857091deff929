"""Relative paths: those of a script mean something from its folder only; from elsewhere they are written otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paircat.nodes.knobs import File, Folder
from paircat.nodes.node import Node


def rebasing(old: Path, new: Path) -> Callable[[Node, str, Any], Any]:
    """What makes of each relative path one that means the same from another folder."""

    def rebase(node: Node, knob: str, value: Any) -> Any:
        if old == new or not _is_relative(str(value)):
            return value
        if knob not in {item.name for item in node.all_knobs() if isinstance(item, (File, Folder))}:
            return value
        try:
            return Path(os.path.relpath(old / str(value), new)).as_posix()
        except ValueError:  # no relative path leads from one drive of Windows to another
            return (old / str(value)).as_posix()

    return rebase


def _is_relative(text: str) -> bool:
    return bool(text) and not text.startswith(("~", "$")) and not Path(text).is_absolute()
