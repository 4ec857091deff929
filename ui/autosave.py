"""Autosave: a copy of unsaved work in the user's own folder, and what windows that crashed left there."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from paircat.engine import atomic
from paircat.nodes.script import Script

FORMAT = "paircat autosave"


@dataclass(frozen=True)
class LeftBehind:
    """Unsaved work of a window that is gone.

    Attributes:
        file: the copy. path: of the script it is of, None if that was never saved. saved_at: seconds since 1970.
    """

    file: Path
    path: Path | None
    saved_at: float
    content: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.name if self.path else "an untitled script"

    def script(self) -> Script:
        """
        Raises:
            PairCatError: the copy is damaged.
        """
        return Script.from_json(self.content, self.path)

    def remove(self) -> None:
        """Delete the copy; only where it was recovered or the artist said so."""
        self.file.unlink(missing_ok=True)


class Autosave:
    """The copy of one window's work.

    Args:
        folder: where all windows of this user keep theirs; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / f"{uuid.uuid4().hex}.autosave"

    def write(self, script: Script) -> None:
        """
        Raises:
            PairCatError: the disk is full, or the folder cannot be written.
        """
        with contextlib.suppress(OSError):  # what matters is said by the writing itself
            self.folder.mkdir(parents=True, exist_ok=True)
        content = {
            "format": FORMAT,
            "host": platform.node(),
            "process": os.getpid(),
            "started": psutil.Process().create_time(),
            "saved": time.time(),
            "path": str(script.path.absolute()) if script.path else None,
            "script": script.to_json(),
        }
        atomic.write_text(self.file, json.dumps(content))

    def clear(self) -> None:
        """The work is saved, or the artist does not want it."""
        with contextlib.suppress(OSError):
            self.file.unlink(missing_ok=True)

    def left_behind(self, path: Path | None = None) -> list[LeftBehind]:
        """Copies of windows that are gone, the newest first; with a path, those of this script alone."""
        found = [item for file in self.folder.glob("*.autosave") if (item := _read(file)) is not None]
        if path is not None:
            found = [item for item in found if item.path == path.absolute()]
        return sorted(found, key=lambda item: item.saved_at, reverse=True)


def _read(file: Path) -> LeftBehind | None:
    """None for a copy whose window is still open, and for what is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content["host"] != platform.node():
            return None  # of a window on another machine with the same home folder nobody here knows whether it is open
        if _runs(int(content["process"]), float(content["started"])):
            return None
        path = Path(content["path"]) if content["path"] else None
        return LeftBehind(file, path, float(content["saved"]), content["script"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _runs(process: int, started: float) -> bool:
    try:
        return abs(psutil.Process(process).create_time() - started) < 2
    except psutil.Error:
        return False
