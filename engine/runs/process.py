"""Training processes: starting one that outlives the window, looking whether it lives, ending it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from paircat.engine.errors import RunError
from paircat.engine.process_alive import process_alive

__all__ = ["end", "process_alive", "start"]

COMMAND = (sys.executable, "-m", "paircat.engine.train")


def start(job_path: str | Path, log_path: str | Path, command: tuple[str, ...] = COMMAND) -> int:
    """Train a job in a process of its own, which closing, crashing or Ctrl-C of this one does not end.

    Args:
        log_path: takes what the process prints; what is there already stays.
        command: what to run, before the job's path.

    Returns:
        The process number.

    Raises:
        RunError: the log cannot be written, or the process cannot be started.
    """
    try:
        with Path(log_path).open("ab") as log:
            process = subprocess.Popen(
                [*command, str(job_path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=os.name != "nt",
                creationflags=_windows_flags(),
                env={**os.environ, "PYTHONUNBUFFERED": "1"},  # the log is read while it grows
            )
    except OSError as error:
        raise RunError(f"The training of '{job_path}' could not be started: {error.strerror or error}.") from error
    # Somebody has to take the ended process's status, or it stays in the process table as long as this one lives.
    threading.Thread(target=process.wait, name=f"training {process.pid}", daemon=True).start()
    return process.pid


def end(pid: int, timeout: float = 30.0) -> bool:
    """End a training by force, asking first: for one that does not heed its stop file. What it saved last stays.

    Returns:
        Whether the process is gone. After `timeout` seconds of asking it is killed.
    """
    try:
        process = psutil.Process(pid)
        process.terminate()
        try:
            process.wait(timeout)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(timeout)
    except psutil.NoSuchProcess:
        return True
    except (psutil.TimeoutExpired, psutil.AccessDenied):
        return not process_alive(pid)
    return True


def _windows_flags() -> int:
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
