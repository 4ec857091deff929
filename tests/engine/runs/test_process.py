"""Training processes: detached, seen alive, ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paircat.engine.errors import RunError
from paircat.engine.runs.process import end, process_alive, start

SLEEP = (sys.executable, "-c", "import sys, time; print('job', sys.argv[1], flush=True); time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
)


def wait_for(text: str, log: Path) -> None:
    deadline = time.monotonic() + 20
    while text not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert text in log.read_text()


def test_start_log_and_end(tmp_path: Path) -> None:
    """The process gets the job's path, writes into the log behind what is there, and is gone after it was ended."""
    log = tmp_path / "a.log"
    log.write_text("earlier\n")
    pid = start("a.job", log, SLEEP)
    wait_for("job a.job", log)
    assert log.read_text().startswith("earlier\n") and process_alive(pid)
    assert end(pid) and not process_alive(pid)
    assert end(pid)


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    """A process that ignores being asked is ended by force after the time-out."""
    pid = start("a.job", tmp_path / "a.log", STUBBORN)
    wait_for("up", tmp_path / "a.log")
    assert end(pid, timeout=0.2) and not process_alive(pid)


def test_it_outlives_who_started_it(tmp_path: Path) -> None:
    """The starter's end, and a kill of its whole process group, leave the training alone."""
    code = (
        "import os, signal; from paircat.engine.runs.process import start;"
        f"print(start('j', {str(tmp_path / 'a.log')!r}, {SLEEP!r}), flush=True); os.killpg(0, signal.SIGKILL)"
    )
    starter = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, start_new_session=True)
    pid = int(starter.stdout)
    try:
        wait_for("job j", tmp_path / "a.log")
        assert process_alive(pid)
    finally:
        end(pid)


def test_an_ended_process_leaves_no_trace(tmp_path: Path) -> None:
    """A training that ends by itself does not stay in the process table of the window that started it."""
    pid = start("-", tmp_path / "a.log", (sys.executable, "-c", "pass"))
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_cannot_be_started(tmp_path: Path) -> None:
    """A folder without the log, or a program that is not there, is a sentence."""
    with pytest.raises(RunError, match="could not be started"):
        start("a.job", tmp_path / "gone" / "a.log")
    with pytest.raises(RunError, match="could not be started"):
        start("a.job", tmp_path / "a.log", (str(tmp_path / "nothing"),))
