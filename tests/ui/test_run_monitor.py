"""The monitor: a folder followed on a thread of its own."""

import shutil

import pytest
from written_runs import write_run

from paircat.engine.runs.lock import RunLock
from paircat.ui import run_monitor
from paircat.ui.run_monitor import RunMonitor


@pytest.fixture
def monitor(qtbot, monkeypatch):
    """One that looks often."""
    monkeypatch.setattr(run_monitor, "POLL_SECONDS", 0.05)
    made = RunMonitor()
    yield made
    made.close()


def test_runs_and_curves_arrive(monitor, tmp_path, qtbot):
    """Watching a folder brings its runs, and then their losses."""
    write_run(tmp_path, "first")
    monitor.watch(str(tmp_path))
    qtbot.waitUntil(lambda: bool(monitor.snapshots) and monitor.snapshots[0].loaded)
    assert monitor.snapshot("").name == "first"
    assert monitor.snapshot("none") is None


def test_runs_of_others_come_with_live_updates(monitor, tmp_path, qtbot):
    """Without them, a run that another makes waits for a refresh; with them it comes by itself."""
    monitor.watch(str(tmp_path))
    qtbot.waitUntil(lambda: monitor._rounds._thread is not None)
    qtbot.wait(100)
    write_run(tmp_path, "theirs")
    qtbot.wait(300)
    assert monitor.snapshots == ()
    monitor.set_live(True)
    qtbot.waitUntil(lambda: len(monitor.snapshots) == 1)
    write_run(tmp_path, "another")
    qtbot.waitUntil(lambda: len(monitor.snapshots) == 2)


def test_training_is_followed_without_live_updates(monitor, tmp_path, qtbot):
    """While a run in the folder trains, its steps show as they come."""
    run = write_run(tmp_path, "ours", end="")
    with RunLock(run.lock):
        monitor.watch(str(tmp_path))
        qtbot.waitUntil(lambda: bool(monitor.snapshots) and monitor.snapshots[0].training)
        with run.summary.open("a") as file:
            file.write("41,0.01,11,1\n")
        qtbot.waitUntil(lambda: monitor.snapshots[0].summary.last_step == 41)
    qtbot.waitUntil(lambda: not monitor.snapshots[0].training)


def test_missing_folder_is_reported_and_taken_back(monitor, tmp_path, qtbot):
    """The sentence goes when the folder is there."""
    messages = []
    monitor.failed.connect(messages.append)
    monitor.watch(str(tmp_path / "runs"))
    qtbot.waitUntil(lambda: bool(messages))
    assert "does not exist" in messages[0]
    write_run_folder = tmp_path / "runs"
    write_run_folder.mkdir()
    write_run(write_run_folder, "first")
    monitor.refresh()
    qtbot.waitUntil(lambda: len(monitor.snapshots) == 1)
    assert messages[-1] == ""


def test_nothing_trains_in_a_folder_that_is_gone(monitor, tmp_path, qtbot):
    """So that a new training may begin, which offers to create it."""
    (tmp_path / "runs").mkdir()
    run = write_run(tmp_path / "runs", "ours", end="")
    lock = RunLock(run.lock)
    lock.acquire()
    monitor.watch(str(run.folder))
    qtbot.waitUntil(lambda: bool(monitor.snapshots) and monitor.snapshots[0].training)
    shutil.rmtree(run.folder)
    qtbot.waitUntil(lambda: monitor.snapshots == ())
    assert "does not exist" in monitor.problem


def test_another_folder_replaces_the_first(monitor, tmp_path, qtbot):
    """Nothing of the old folder stays, whatever is still on its way from it."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_run(tmp_path / name, f"run_{name}")
    monitor.watch(str(tmp_path / "a"))
    monitor.watch(str(tmp_path / "b"))
    qtbot.waitUntil(lambda: len(monitor.snapshots) == 1)
    assert monitor.snapshots[0].name == "run_b"
    monitor.watch("")
    assert monitor.snapshots == ()
