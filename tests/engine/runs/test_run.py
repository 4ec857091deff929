"""Run: paths, what is there, state, and asking for a stop."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from paircat.engine.errors import RunError
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import Run, RunState


def test_files_of_a_run(make_run: Callable[..., Run]) -> None:
    """Checkpoints, sheets and previews come in rising order, and another run of a similar name keeps its own."""
    run, other = make_run("shot"), make_run("shot.5")
    for step in (100, 9):
        run.cat(step).touch()
    assert [step for step, _ in run.checkpoints()] == [9, 10, 20, 100]
    assert run.newest_cat() == run.cat(100) and run.newest_ost() == run.ost(20)
    assert run.sheets() == [(20, run.sheet(20))] and run.previews() == [(20, run.preview(20))]
    assert other.newest_cat() == other.folder / "shot.5.20.cat"


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("# finished done\n", RunState.FINISHED),
        ("# finished minutes\n", RunState.FINISHED),
        ("# stopped\n", RunState.STOPPED),
        ("", RunState.INTERRUPTED),
        ("# fini", RunState.INTERRUPTED),
    ],
)
def test_state_without_a_process(make_run: Callable[..., Run], end: str, state: RunState) -> None:
    """Nobody trains the run: how it stands is what the summary ends with."""
    assert make_run(end=end).state is state


def test_state_while_training(make_run: Callable[..., Run]) -> None:
    """While somebody holds the lock the run is training, whatever the summary says."""
    run = make_run()
    with RunLock(run.lock):
        assert run.state is RunState.TRAINING
    assert run.state is RunState.FINISHED


def test_info_is_the_table_row(make_run: Callable[..., Run], tmp_path: Path) -> None:
    """Name, steps, time, state and loss of our run, and of one that Nuke made."""
    info = make_run().info
    assert (info.name, info.state, info.steps, info.total_steps) == ("shot.v2", RunState.FINISHED, 20, 20)
    assert info.seconds == 2 and info.loss == pytest.approx(0.375) and info.resumable
    (tmp_path / "nuke.summary").write_text("0,0.5,10,0.25,")
    theirs = Run("nuke", tmp_path).info
    assert (theirs.state, theirs.steps, theirs.resumable) == (RunState.FOUNDRY, 10, False)
    nothing = Run("nothing", tmp_path).info
    assert nothing.steps == 0 and math.isnan(nothing.loss) and not nothing.resumable


def test_a_run_begins_again_only_where_nothing_was_saved(make_run: Callable[..., Run]) -> None:
    """A .cat whose .ost is gone is something to lose; one that a kill left before its .ost was written is not."""
    run = make_run(end="# checkpoint 20\n")
    run.job.write_text("{}")
    for step in (10, 20):
        run.ost(step).unlink()
    assert not run.saved_nothing() and not run.info.resumable
    run.summary.write_text(run.summary.read_text().replace("# checkpoint 20\n", ""))
    assert run.saved_nothing() and run.info.resume_step == 0
    run.summary.unlink()
    assert not run.saved_nothing()
    for step in (10, 20):
        run.cat(step).unlink()
    assert run.saved_nothing()


def test_best_checkpoint(tmp_path: Path) -> None:
    """The best checkpoint has the lowest running loss, and full resolution goes before any other."""
    run = Run("a", tmp_path)
    rows = [
        (step, 0.01 if step <= 100 else 0.5 if step <= 300 else 0.2 if step <= 500 else 0.3) for step in range(1, 701)
    ]
    run.summary.write_text("# paircat {}\n" + "".join(f"{s},{loss},0,{4 if s <= 100 else 1}\n" for s, loss in rows))
    assert run.best_cat() is None
    for step in (100, 300, 500, 700):
        run.cat(step).touch()
    assert run.best_cat() == run.cat(500)


def test_asking_to_stop(make_run: Callable[..., Run]) -> None:
    """A stop is a file that the trainer sees; asking a run that nobody trains says so."""
    run = make_run()
    with pytest.raises(RunError, match="not being trained"):
        run.ask_to_stop()
    with RunLock(run.lock):
        run.ask_to_stop()
        assert run.stop_requested()
    os.utime(run.stop, (time.time() - 100, time.time() - 100))
    run.clear_stop(older_than=time.time() - 200)
    assert run.stop_requested()
    run.clear_stop(older_than=time.time() - 50)
    assert not run.stop_requested()


def test_a_run_that_was_finished_and_goes_on_is_not_finishing(make_run: Callable[..., Run]) -> None:
    """What its summary says is of the sitting that has ended."""
    run = make_run(
        end='# paircat {"version": 1, "total_steps": 21, "finishing": true}\n21,0.1,2.1,1\n# finished done\n'
    )
    with RunLock(run.lock):
        assert run.info.state is RunState.TRAINING and not run.info.finishing
