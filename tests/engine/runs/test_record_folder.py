"""Recorder: a folder that goes away, a drive that answers with errors, files that cannot be deleted."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from pathlib import Path

import pytest
from recorded_events import checkpoint, job, training

from paircat.engine.errors import RunError
from paircat.engine.events import Finished, Started, StepDone
from paircat.engine.runs import record
from paircat.engine.runs.checkpoint import load_ost
from paircat.engine.runs.lock import Holder, RunLock
from paircat.engine.runs.record import Recorder
from paircat.engine.runs.run import Run, RunState
from paircat.engine.runs.summary_writer import SummaryWriter


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run("a", tmp_path)


def test_a_run_that_was_taken_over_ends(run: Run) -> None:
    """A recorder whose lock another process took writes no checkpoint over the other's."""
    with pytest.raises(RunError, match="taken over"), Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        run.lock.write_text('{"host": "render-07", "pid": 1, "started": 1.0}')
        recorder.record(checkpoint(1))
    assert run.checkpoints() == [] and run.lock.exists()


@pytest.mark.parametrize("damage", ["deleted", "emptied", "torn"])
def test_a_lock_that_nobody_took_is_taken_again(run: Run, damage: str) -> None:
    """Somebody tidied up, or a drive lost it: that is no reason to lose what is being learnt."""
    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        recorder.record(StepDone(1, 0.5, 1.0, 1))
        if damage == "deleted":
            run.lock.unlink()
        else:
            run.lock.write_text("" if damage == "emptied" else '{"host": "rend')
        recorder.record(checkpoint(1))
        assert run.holder() == Holder.myself()
    assert [step for step, _ in run.checkpoints()] == [1] and not run.lock.exists()


def test_a_run_that_another_has_gone_on_with_meanwhile_is_left_to_it(run: Run) -> None:
    """It may have finished, and its lock be gone like one that was deleted; its losses tell."""
    with pytest.raises(RunError, match="taken over"), Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        run.lock.unlink()
        with SummaryWriter(run.summary) as other:
            other.begin(0, 9)
        recorder.record(checkpoint(1))
    assert run.checkpoints() == []


def test_a_folder_that_is_away_for_a_moment_ends_no_training(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive that comes back, or a folder that was moved there and back; a checkpoint that is due waits for it."""
    monkeypatch.setattr("paircat.engine.runs.record._CHECK_SECONDS", 0.0)
    elsewhere = run.folder.with_name("elsewhere")
    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        run.folder.rename(elsewhere)
        recorder.record(StepDone(1, 0.5, 1.0, 1))
        back = threading.Timer(0.3, lambda: elsewhere.rename(run.folder))
        back.start()
        recorder.record(checkpoint(2))
        recorder.record(StepDone(3, 0.5, 1.0, 1))
    assert [step for step, _ in run.checkpoints()] == [2]
    assert run.read_summary().step.tolist() == [1, 3]


def test_a_folder_that_goes_away_between_two_files_is_waited_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is written, and its state is, once the folder is back."""
    away = run.folder.with_name("away")
    write, gone = record.save_ost, []

    def goes(path: Path, state: dict[str, object]) -> None:
        if not gone:
            gone.append(run.folder.rename(away))
            threading.Timer(0.3, away.rename, [run.folder]).start()
        write(path, state)

    monkeypatch.setattr(record, "save_ost", goes)
    with Recorder(run, job(run)) as recorder:
        for event in training(0, 5, every=5):
            recorder.record(event)
    assert run.cat(5).exists() and load_ost(run.ost(5))["step"] == 5


def test_a_folder_that_stays_away_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has taken the run over: its folder is gone, and that is said."""
    monkeypatch.setattr("paircat.engine.runs.record._CHECK_SECONDS", 0.0)
    monkeypatch.setattr("paircat.engine.runs.record._AWAY_SECONDS", 0.2)
    with contextlib.suppress(RunError), Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        run.folder.rename(run.folder.with_name("elsewhere"))
        recorder.record(StepDone(1, 0.5, 1.0, 1))
        time.sleep(0.3)
        with pytest.raises(RunError, match=rf"'{re.escape(str(run.folder))}' is gone.*put it back and resume"):
            recorder.record(StepDone(2, 0.5, 1.0, 1))


def refusing(monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    """As where a file is open in another program, or belongs to somebody else."""
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.name.endswith(suffix):
            raise PermissionError(1, "Operation not permitted", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)


def test_what_cannot_be_deleted_ends_no_training(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leftovers of a kill and surplus checkpoints stay then; of those a .cat only with its .ost."""
    (run.folder / ".a.10.4711.part.cat").touch()
    refusing(monkeypatch, ".part.cat")
    with Recorder(run, job(run)):
        pass
    refusing(monkeypatch, ".ost")
    with Recorder(run, job(run, max_checkpoints=2)) as recorder:
        for event in training(0, 30, every=2):
            recorder.record(event)
    assert len(run.checkpoints()) == len(run.states()) == 15


def test_a_drive_that_answers_with_an_error_asks_for_no_stop(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stale handle is no request to stop, and no reason to end: the folder may be back in a moment."""

    def stale(path: Path, **_: object) -> os.stat_result:
        raise OSError(116, "Stale file handle", str(path))

    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        with monkeypatch.context() as patch:
            patch.setattr(Path, "stat", stale)
            patch.setattr(RunLock, "held", False)
            patch.setattr("paircat.engine.runs.record._CHECK_SECONDS", 0)
            assert not run.stop_requested()
            recorder.record(StepDone(1, 0.5, 1.0, 1))
        recorder.record(Finished(1, "done"))
    assert run.state == RunState.FINISHED
