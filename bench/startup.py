"""Startup: how long it takes until the command line answers, and until the window stands on the screen."""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

_RUNS = 5
APP = "paircat.ui.app"

# Run in a process of its own: opens the application as `paircat` does, but in place of its event loop waits until a
# window has been drawn, says so, and leaves. It knows nothing of the application but its `main(words)`.
_UNTIL_SHOWN = """
import importlib, os, sys, time
from PySide6 import QtWidgets

def until_shown(*_):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        QtWidgets.QApplication.processEvents()
        shown = [window.windowHandle() for window in QtWidgets.QApplication.topLevelWidgets() if window.isVisible()]
        if any(handle is not None and handle.isExposed() for handle in shown):
            QtWidgets.QApplication.processEvents()
            sys.stdout.write("shown\\n")
            sys.stdout.flush()
            os._exit(0)
        time.sleep(0.002)
    os._exit(3)

QtWidgets.QApplication.exec = until_shown
importlib.import_module(sys.argv[1]).main([])
os._exit(4)
"""


def command_line(runs: int = _RUNS) -> dict[str, Any]:
    """Median seconds of `paircat --version` and `paircat --help`, and of a Python that does nothing."""
    program = [sys.executable, "-m", "paircat"]
    return {
        "python_seconds": _median([sys.executable, "-c", ""], runs),
        "version_seconds": _median([*program, "--version"], runs),
        "help_seconds": _median([*program, "--help"], runs),
    }


def window(app: str = APP, runs: int = 3) -> dict[str, Any]:
    """Median seconds until the first window is exposed and drawn; {"absent": why} where there is none.

    Without a screen Qt draws into memory (offscreen), which costs about the same.
    """
    try:
        found = importlib.util.find_spec("PySide6") and importlib.util.find_spec(app)
    except ModuleNotFoundError:
        found = None
    if not found:
        return {"absent": "this checkout has no window, or PySide6 is not installed"}
    environment = dict(os.environ)
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")) and sys.platform.startswith("linux"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, "-c", _UNTIL_SHOWN, app]
    return {
        "window_seconds": _median(command, runs, environment),
        "platform": environment.get("QT_QPA_PLATFORM", "screen"),
    }


def _median(command: Sequence[str], runs: int, environment: dict[str, str] | None = None) -> float:
    """Median seconds of a command; it runs once before, to have its files in memory."""
    seconds = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        seconds.append(time.perf_counter() - started)
        if done.returncode:
            sys.exit(f"'{command[-1]}' ended with status {done.returncode}: {done.stderr.strip()[-300:]}")
    return statistics.median(seconds[1:])
