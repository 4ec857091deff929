"""Whether a process of this machine still runs, by its number and when it started."""

from __future__ import annotations

import psutil

_START_TOLERANCE = 2.0  # seconds; the system derives start times from a boot time that clock corrections move a little


def process_alive(pid: int, started: float | None = None) -> bool:
    """Whether a process runs here, and is the one that started then: process numbers are used again."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:  # dead, but its parent has not looked yet
            return False
        return started is None or abs(process.create_time() - started) < _START_TOLERANCE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
