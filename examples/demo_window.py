"""The demo's last word: the window, on the script that was trained, where there is a screen for it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window would be seen, and has not been declined with PAIRCAT_NO_WINDOW, nor by a CI machine.

    Args:
        platform: as sys.platform has it.
    """
    if "PAIRCAT_NO_WINDOW" in environment or environment.get("CI", "").lower() == "true":
        return False
    if platform in ("darwin", "win32"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def has_qt() -> bool:
    """Whether Qt is installed, with the system libraries that it needs."""
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError:
        return False
    return True


def start(script: Path, log: Path) -> subprocess.Popen[bytes]:
    """Open the window on a script. It outlives this process; what it has to say goes into the log."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "paircat", str(script)],
            cwd=script.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),
        )
