"""Whether a process runs, and is the one that is meant."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from paircat.engine.process_alive import process_alive


def test_a_process_is_known_by_its_number_and_its_start() -> None:
    """A clock that was put right by a second changes nothing; a process that got the number later is another one."""
    started = psutil.Process().create_time()
    assert process_alive(os.getpid()) and process_alive(os.getpid(), started + 1)
    assert not process_alive(os.getpid(), started - 60)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no dead processes")
def test_a_dead_process_is_dead_before_its_parent_has_looked() -> None:
    """And afterwards, too."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process.stdin is not None and process_alive(process.pid)
    process.stdin.close()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.pid_exists(process.pid) and not process_alive(process.pid)
    process.wait()
    assert not process_alive(process.pid)


def test_a_process_that_may_not_be_asked_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of another user: nothing of it is taken away."""

    def denied(process: psutil.Process) -> str:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "status", denied)
    assert process_alive(os.getpid())
