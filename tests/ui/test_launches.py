"""Launches: processes that were started here, until they train or have ended."""

import subprocess
import sys
import threading
import time

import pytest
from written_runs import write_run

from paircat.engine.runs import process
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import Run
from paircat.ui import launches as launches_module
from paircat.ui.launch import Launch
from paircat.ui.launches import Launches


@pytest.fixture
def sleeper():
    """The number of a process that never trains."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"]) as made:
        yield made.pid
        made.kill()


@pytest.fixture
def launches(qapp, monkeypatch):
    """Whose patience is short; no run is known to train."""
    monkeypatch.setattr(launches_module, "_LOOK_MILLISECONDS", 20)
    monkeypatch.setattr(launches_module, "_LONG_SECONDS", 0.2)
    made = Launches(lambda name: None, qapp)
    yield made
    made.close()
    made.deleteLater()


def test_a_process_that_takes_long_is_reported_and_waited_for(launches, sleeper, tmp_path, qtbot):
    """Once; it stays what Stop means, which ends it, since it may never look for a request."""
    launch = Launch(Run("slow", tmp_path), sleeper, time.monotonic())
    messages, ended = [], []
    launches.overdue.connect(messages.append)
    launches.ended.connect(ended.append)
    launches.add(launch)
    qtbot.waitUntil(lambda: len(messages) == 1)
    assert "'slow' has not begun" in messages[0]
    qtbot.wait(200)
    assert len(messages) == 1 and launches.first is launch and ended == []
    threading.Thread(target=launches.way_to_stop(launch.run), daemon=True).start()
    qtbot.waitUntil(lambda: ended == [launch.run], timeout=20000)
    assert launches.first is None


def test_what_was_said_of_a_slow_process_is_taken_back(launches, sleeper, tmp_path, qtbot):
    """As soon as it has taken its run."""
    run = write_run(tmp_path, "slow", end="")
    messages, taken_back = [], []
    launches.overdue.connect(messages.append)
    launches.caught_up.connect(taken_back.append)
    launches.add(Launch(run, sleeper, time.monotonic()))
    qtbot.waitUntil(lambda: len(messages) == 1)
    with RunLock(run.lock):
        qtbot.waitUntil(lambda: taken_back == messages)
        assert launches.first is not None, "it has not come to a step yet"


def test_locks_are_never_read_on_the_windows_thread(launches, sleeper, tmp_path, qtbot, monkeypatch):
    """They lie on a drive that may not answer; and while one look is out, no other follows it."""
    threads, answers = [], threading.Event()

    def holder(run):
        threads.append(threading.current_thread())
        answers.wait(10)

    monkeypatch.setattr(Run, "holder", holder)
    launches.add(Launch(Run("slow", tmp_path), sleeper, time.monotonic()))
    qtbot.waitUntil(lambda: bool(threads))
    qtbot.wait(200)
    assert len(threads) == 1 and threads[0] is not threading.main_thread()
    answers.set()
    qtbot.waitUntil(lambda: len(threads) > 2)


def test_a_process_that_has_ended_is_reported(launches, tmp_path, qtbot):
    """Whoever started it says why."""
    dead = process.start("nowhere.job", tmp_path / "dead.log", (sys.executable, "-c", "pass"))
    ended = []
    launches.ended.connect(ended.append)
    launches.add(Launch(Run("dead", tmp_path), dead, time.monotonic()))
    qtbot.waitUntil(lambda: ended == [Run("dead", tmp_path)], timeout=20000)
    assert launches.first is None
