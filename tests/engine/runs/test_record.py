"""Recorder: events become files, in an order that kills, full disks and second trainings leave whole."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import recorded_events
from recorded_events import RGB, checkpoint, job, training

from paircat.engine.errors import RunError
from paircat.engine.events import (
    Finished,
    SheetReady,
    SheetRow,
    StageChanged,
    Started,
    StepDone,
)
from paircat.engine.part_file import part_name
from paircat.engine.runs.checkpoint import load_cat, load_ost
from paircat.engine.runs.record import Recorder
from paircat.engine.runs.run import Run, RunState
from paircat.engine.runs.summary import Summary
from paircat.engine.runs.summary_writer import SummaryWriter

# Records a training as fast as it can: a checkpoint every fifth step, each marked with its step.
TRAIN = """
import sys
from pathlib import Path
from paircat.engine.runs.run import Run
sys.path.insert(0, sys.argv[3])
from recorded_events import job, training
from paircat.engine.runs.record import Recorder
from paircat.engine.runs.checkpoint import load_ost
run = Run("a", Path(sys.argv[1]))
newest = run.newest_ost()
begin = load_ost(newest)["step"] if newest else 0
with Recorder(run, job(run, resume=True)) as recorder:
    import torch  # takes longer than the moments at which this process is killed
    print("begun", flush=True)
    for event in training(begin, int(sys.argv[2]), every=5):
        recorder.record(event)
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run("a", tmp_path)


def test_a_whole_training(run: Run) -> None:
    """Every event leaves its file; at the end the run is finished, unlocked, and nothing unfinished lies about."""
    with Recorder(run, job(run)) as recorder:
        assert run.state is RunState.TRAINING
        files = [name for event in training(0, 20) for name in recorder.record(event)]
        recorder.record(StageChanged(20, 1))
    expected = [f"a.{step}{suffix}" for step in (10, 20) for suffix in (".png", ".preview.png", ".cat", ".ost")]
    assert [Path(name).name for name in files] == expected
    assert {path.name for path in run.folder.iterdir()} == {*expected, "a.summary"}
    summary = run.read_summary()
    assert summary.step.tolist() == list(range(1, 21)) and summary.checkpoints == (10, 20)
    assert run.state is RunState.FINISHED and run.info.total_steps == 20
    assert load_cat(run.cat(20))[1]["w"][0] == 20 and load_ost(run.ost(20)) == {"step": 20}


@pytest.mark.parametrize(
    ("reason", "state"), [("done", RunState.FINISHED), ("minutes", RunState.FINISHED), ("stopped", RunState.STOPPED)]
)
def test_how_it_ended(run: Run, reason: str, state: RunState) -> None:
    """Done, out of time or stopped is told by the summary; a training that fails is interrupted."""
    with Recorder(run, job(run)) as recorder:
        for event in (Started(0, 9), StepDone(1, 0.5, 1.0, 1), Finished(1, reason)):  # type: ignore[arg-type]
            recorder.record(event)
    assert run.state is state
    with pytest.raises(ZeroDivisionError), Recorder(run, job(run, resume=True)) as recorder:
        recorder.record(Started(1, 9))
        raise ZeroDivisionError
    assert run.state is RunState.INTERRUPTED and run.holder() is None


def test_resume_replays(run: Run) -> None:
    """A resume from an earlier checkpoint supersedes the losses after it and can raise the total."""
    for begin, end in ((0, 25), (20, 40)):
        with Recorder(run, job(run, resume=begin > 0)) as recorder:
            for event in training(begin, end):
                recorder.record(event)
    summary = run.read_summary()
    assert summary.step.tolist() == list(range(1, 41)) and summary.total_steps == 40
    assert Summary.read_end(run.summary).total_steps == 40


def test_second_training_and_used_names_are_refused(run: Run) -> None:
    """Neither a second recorder at the same time nor a new training over an old one touches a file."""
    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        with pytest.raises(RunError, match="already being trained"):
            Recorder(run, job(run, resume=True)).open()
        recorder.record(StepDone(1, 0.5, 1.0, 1))
    before = run.summary.read_bytes()
    with pytest.raises(RunError, match="exists already"):
        Recorder(run, job(run)).open()
    assert run.summary.read_bytes() == before and run.holder() is None


def test_stop_requests(run: Run) -> None:
    """A stop from before the process began is forgotten, one from since counts, and the end clears it."""
    run.stop.touch()
    os.utime(run.stop, (1000, 1000))
    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        assert not run.stop_requested()
        run.ask_to_stop()
        recorder.record(StepDone(1, 0.5, 1.0, 1))
        assert run.stop_requested()
        recorder.record(Finished(1, "stopped"))
        assert not run.stop_requested()
    run.stop.touch()
    with Recorder(run, job(run, resume=True)):
        assert run.stop_requested()


def test_leftovers_of_a_kill_are_cleared(run: Run) -> None:
    """Unfinished files that a killed training of this run left are removed by the next; those of others stay."""
    (run.folder / ".a.10.4711.part.cat").touch()
    (run.folder / ".b.10.4711.part.cat").touch()
    with Recorder(run, job(run)):
        pass
    assert [path.name for path in run.folder.iterdir()] == [".b.10.4711.part.cat"]


def test_nothing_is_deleted_unless_asked(run: Run) -> None:
    """Without max_checkpoints every checkpoint stays."""
    with Recorder(run, job(run)) as recorder:
        for event in training(0, 30, every=2):
            recorder.record(event)
    assert len(run.checkpoints()) == len(run.states()) == 15


def test_max_checkpoints_keeps_first_best_last_and_foreign(run: Run) -> None:
    """When asked to, old checkpoints go, but not the first, best, last, nor a file that this run did not write."""
    with Recorder(run, job(run, max_checkpoints=4)) as recorder:
        recorder.record(Started(0, 100))
        for step in range(1, 101):
            if step == 3:
                run.cat(7).write_text("brought from elsewhere")
            # The best stretch ends at step 40: a running mean over 100 rows falls until there, and rises after it.
            recorder.record(StepDone(step, 0.0 if step <= 40 else 1.0 + step, step * 0.1, 1))
            if step % 10 == 0:
                recorder.record(dataclasses.replace(checkpoint(step), loss=0.0))
    kept = [step for step, _ in run.checkpoints()]
    assert len(kept) == 5 and kept[0] == 7 and {10, 40, 100} <= set(kept)
    assert [step for step, _ in run.states()] == kept[1:]


def test_kill_between_cat_and_ost(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the .ost of a checkpoint exists, its .cat and every loss up to it are there: they are written before it."""
    seen: list[tuple[bool, int]] = []

    def look(path: Path, state: object) -> None:
        seen.append((run.cat(10).exists(), Summary.read(run.summary).last_step))
        raise KeyboardInterrupt

    monkeypatch.setattr("paircat.engine.runs.record.save_ost", look)
    with pytest.raises(KeyboardInterrupt), Recorder(run, job(run)) as recorder:
        for event in training(0, 20):
            recorder.record(event)
    assert seen == [(True, 10)] and run.newest_ost() is None


def test_killed_at_random_moments(run: Run, killed: Callable[..., None]) -> None:
    """Killed and resumed again and again, the run goes on from its newest state, and no file is half of one."""
    for seed in range(4):
        killed(TRAIN, run.folder, 10**9, Path(recorded_events.__file__).parent, seed=seed, longest=0.3)
        assert run.state is RunState.INTERRUPTED
        newest = run.newest_ost()
        if newest is not None:
            step = load_ost(newest)["step"]
            assert newest == run.ost(step) and load_cat(run.cat(step))[1]["w"][0] == step
            assert run.read_summary().last_step >= step
    summary = run.read_summary()
    assert summary.step.tolist() == list(range(1, summary.last_step + 1))
    assert np.allclose(summary.loss, 1.0 / summary.step, rtol=1e-8, atol=0)
    assert run.states()
    for step, path in run.checkpoints():
        assert load_cat(path)[0].step == step


def test_picture_that_cannot_be_written_is_reported(run: Run) -> None:
    """A contact sheet that fails in the background is a notice, at the latest at the end, and ends nothing."""
    resource = pytest.importorskip("resource")
    import signal

    signals, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = np.random.default_rng(0).random((128, 128, 3), np.float32)
    event = SheetReady(1, (SheetRow(noise, noise, noise, RGB, RGB, "none"),))
    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            recorder.record(event)
            recorder.record(dataclasses.replace(event, step=2))
            recorder.record(Finished(2, "done"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, signals)
        (notice,) = recorder.notices()
        assert notice.step == 2 and "a.1.png' could not be written" in notice.text and "goes on" in notice.text
        assert recorder.notices() == []
    assert [path.name for path in run.folder.iterdir()] == ["a.summary"]
    assert run.state is RunState.FINISHED


def test_a_frame_where_a_sheet_would_lie_stays(run: Run) -> None:
    """Frames rendered into the Data Directory cost a training a picture at most, and it says which."""
    run.sheet(10).write_bytes(b"a rendered frame")
    half = part_name(run.folder / "a.30.png")
    (run.folder / half).write_bytes(b"half of the next one")
    with Recorder(run, job(run)) as recorder:
        for event in training(0, 20):
            recorder.record(event)
        (notice,) = recorder.notices()
    assert "a.10.png' is not this training's picture of step 10" in notice.text and "goes on" in notice.text
    assert run.sheet(10).read_bytes() == b"a rendered frame" and (run.folder / half).exists()
    assert run.sheet(20).exists() and run.preview(10).exists()


def test_a_picture_that_fails_by_a_fault_is_reported_as_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture is worth a training, whyever there is none; what went wrong is said, to be reported."""

    def broken(*given: object) -> None:
        raise TypeError("no such colour")

    monkeypatch.setattr("paircat.engine.runs.record.write_sheet", broken)
    with Recorder(run, job(run)) as recorder:
        for event in training(0, 10):
            recorder.record(event)
        (notice,) = recorder.notices()
    assert "a fault of PairCat itself (TypeError: no such colour)" in notice.text


def test_a_checkpoint_is_rescued_without_a_summary(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was learnt counts more than its losses; but nothing is written once another process has the run."""
    with contextlib.suppress(RunError), Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        monkeypatch.setattr(SummaryWriter, "flush", unwritable)
        with pytest.raises(RunError, match="no room"):
            recorder.record(checkpoint(1))
        assert run.newest_ost() is None
        recorder.rescue(checkpoint(2))
        assert run.newest_ost() == run.ost(2) and run.newest_cat() == run.cat(2)
        run.lock.write_text('{"host": "render-07", "pid": 1, "started": 1.0}')
        with pytest.raises(RunError, match="taken over"):
            recorder.rescue(checkpoint(3))
    assert run.newest_ost() == run.ost(2)


def unwritable(writer: SummaryWriter, durable: bool = False) -> None:
    raise RunError("There is no room for a summary.")


def test_summary_is_on_disk_within_a_second_or_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses do not wait for a checkpoint: a step that comes a second after the last writing brings them all."""
    with Recorder(run, job(run)) as recorder:
        recorder.record(Started(0, 9))
        recorder.record(StepDone(1, 0.5, 1.0, 1))
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + 1.1)
        recorder.record(StepDone(2, 0.25, 2.0, 1))
        assert run.read_summary().step.tolist() == [1, 2]
