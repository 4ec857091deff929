"""Resident memory of this process: what it takes now, and the most it took."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import psutil

_STATUS = Path("/proc/self/status")
_FORGET = Path("/proc/self/clear_refs")


def now() -> int:
    """Bytes that are resident now."""
    return int(psutil.Process().memory_info().rss)


def peak() -> int:
    """The most bytes that were resident since the process began, or since `forget_peak`.

    Linux tells it in VmHWM. getrusage would not do: its figure survives exec, so a small child of a large process
    would report its parent's.
    """
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def forget_peak() -> None:
    """Let the peak begin anew at what is resident now; where the system cannot, it stays."""
    with contextlib.suppress(OSError):
        _FORGET.write_text("5")
