"""RunLock: one training a run, whoever else wants it, dead or alive."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from paircat.engine.errors import RunError
from paircat.engine.process_alive import process_alive
from paircat.engine.runs.lock import Holder, RunLock, holder_of

HOLD = """
import sys, time
from paircat.engine.runs.lock import RunLock
RunLock(sys.argv[1]).acquire()
print("held", flush=True)
time.sleep(60)
"""

# Many processes at once: each tries for the lock; who gets it holds it for as long as the others may still try.
TRY = """
import sys, time
from paircat.engine.errors import RunError
from paircat.engine.runs.lock import RunLock
print("ready", flush=True)
sys.stdin.readline()
try:
    RunLock(sys.argv[1]).acquire()
    print("won", flush=True)
except RunError:
    print("lost", flush=True)
sys.stdin.readline()
"""


def child(code: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline()
    return process


def test_live_process_keeps_its_run(tmp_path: Path) -> None:
    """A second training of a run is refused, and the sentence names host and process; a killed one is taken over."""
    path = tmp_path / "shot.lock"
    process = child(HOLD, path)
    try:
        with pytest.raises(RunError, match=f"'shot' is already being trained on {socket.gethostname()}.*{process.pid}"):
            RunLock(path).acquire()
        holder = holder_of(path)
        assert holder is not None and holder.pid == process.pid
    finally:
        process.kill()
    psutil.Process(process.pid)  # still a zombie: nobody has asked for its status
    while process_alive(process.pid):
        time.sleep(0.01)
    assert holder_of(path) is None
    with RunLock(path) as lock:
        assert lock.held
    process.communicate()
    assert not path.exists()


def test_same_number_of_another_process_is_dead(tmp_path: Path) -> None:
    """A process number that was given to another process since does not keep the run."""
    path = tmp_path / "a.lock"
    path.write_text(json.dumps(asdict(Holder.myself()) | {"started": 1000.0}))
    assert holder_of(path) is None
    with RunLock(path) as lock:
        assert lock.held


@pytest.mark.parametrize(("age", "alive"), [(5, True), (59, True), (120, False)])
def test_other_host_by_its_heartbeat(tmp_path: Path, age: float, alive: bool) -> None:
    """A process elsewhere cannot be looked for: it lives while its heartbeat is younger than a minute."""
    path = tmp_path / "a.lock"
    path.write_text(json.dumps({"host": "render-07", "pid": 1, "started": 1000.0}))
    os.utime(path, (time.time() - age, time.time() - age))
    assert (holder_of(path) is not None) == alive
    if alive:
        with pytest.raises(RunError, match="render-07"):
            RunLock(path).acquire()
    else:
        with RunLock(path):
            pass


@pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="there are no namespaces")
@pytest.mark.parametrize("namespace", [{"namespace": "pid:[1]"}, {}])
@pytest.mark.parametrize(("age", "alive"), [(5, True), (120, False)])
def test_another_container_by_its_heartbeat(tmp_path: Path, namespace: dict[str, str], age: float, alive: bool) -> None:
    """Containers may share the host's name and not its processes; the first locks did not say where a number holds."""
    path = tmp_path / "a.lock"
    path.write_text(json.dumps({"host": socket.gethostname(), "pid": 999_999_999, "started": 1000.0, **namespace}))
    os.utime(path, (time.time() - age, time.time() - age))
    assert (holder_of(path) is not None) == alive
    if alive:
        with pytest.raises(RunError, match="process 999999999"):
            RunLock(path).acquire()
    else:
        with RunLock(path) as lock:
            assert lock.held


def test_heartbeat_keeps_the_lock_young(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the lock is held its file's time moves on."""
    monkeypatch.setattr("paircat.engine.runs.lock.BEAT_SECONDS", 0.01)
    path = tmp_path / "a.lock"
    with RunLock(path):
        os.utime(path, (1000, 1000))
        deadline = time.monotonic() + 10
        while path.stat().st_mtime < 2000 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert path.stat().st_mtime > 2000


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"host": "x"}'])
def test_torn_lock_is_free(tmp_path: Path, content: bytes) -> None:
    """A lock file that a kill left empty or half written keeps nobody out."""
    path = tmp_path / "a.lock"
    path.write_bytes(content)
    with RunLock(path) as lock:
        assert lock.held


def test_only_one_of_many_wins(tmp_path: Path) -> None:
    """Several processes that find the same dead holder at the same time: exactly one takes over."""
    for attempt in range(3):
        path = tmp_path / f"{attempt}.lock"
        path.write_text(json.dumps(asdict(Holder.myself()) | {"started": 1000.0}))
        children = [child(TRY, path) for _ in range(5)]
        for process in children:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [process.stdout.readline().strip() for process in children if process.stdout]
        for process in children:
            process.communicate("\n")
        assert sorted(answers) == ["lost"] * 4 + ["won"]


def test_lost_lock_is_noticed_and_not_removed(tmp_path: Path) -> None:
    """A lock that another took over meanwhile is not held any more, and letting go leaves it to its new holder."""
    path = tmp_path / "a.lock"
    lock = RunLock(path)
    lock.acquire()
    other = json.dumps({"host": "render-07", "pid": 1, "started": 1000.0})
    path.write_text(other)
    assert not lock.held
    lock.release()
    assert path.read_text() == other and holder_of(path) == Holder("render-07", 1, 1000.0)


def test_a_clock_that_is_ahead_takes_no_run_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats are timed by the drive: a machine that is minutes ahead of it must not take the living for dead."""
    path = tmp_path / "a.lock"
    path.write_text(json.dumps({"host": "render-07", "pid": 1, "started": 1000.0}))
    ahead = time.time() + 300
    monkeypatch.setattr("paircat.engine.runs.lock.time.time", lambda: ahead)
    with pytest.raises(RunError, match="render-07"):
        RunLock(path).acquire()
    assert [file.name for file in tmp_path.iterdir()] == ["a.lock"]
