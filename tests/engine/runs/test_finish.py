"""Finishing a run: how long it takes, and with what job."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from written_runs import write_foundry_run, write_run

from paircat.engine.errors import RunError
from paircat.engine.learn.schedule import rate_factor
from paircat.engine.runs.finish import can_finish, finishing_job, steps_to_finish
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import RunInfo, RunState
from paircat.engine.settings import TrainingSettings


def info(steps: int, total: int, state: RunState = RunState.TRAINING, saved: int | None = None) -> RunInfo:
    return RunInfo("a", state, steps, total, 1.0, 0.5, resumable=True, resume_step=saved)


def test_a_fourth_of_the_steps_is_added() -> None:
    """At least a hundred, but never more than the run has left; a run without a length has no such bound."""
    assert steps_to_finish(info(4000, 20_000)) == 1000
    assert steps_to_finish(info(40, 20_000)) == 100
    assert steps_to_finish(info(19_000, 20_000)) == 1000
    assert steps_to_finish(info(4000, 0)) == 1000


def test_only_a_run_that_goes_on_can_be_finished() -> None:
    """It has begun, and has not come to its end."""
    going_on = RunState.TRAINING, RunState.STOPPED, RunState.INTERRUPTED
    assert [state for state in RunState if can_finish(info(400, 2000, state))] == list(going_on)
    assert not can_finish(info(0, 2000)) and not can_finish(replace(info(400, 2000), resumable=False))


def test_what_was_not_saved_does_not_count() -> None:
    """An interrupted run goes on from its last state; one that trains will be saved when it stops."""
    assert steps_to_finish(info(4400, 20_000, RunState.INTERRUPTED, saved=4000)) == 1000
    assert steps_to_finish(info(4400, 20_000, RunState.TRAINING, saved=4000)) == 1100


def test_a_run_of_minutes_has_no_end_that_is_near(tmp_path: Path) -> None:
    """Where it was killed, what it lost since its last state is no measure."""
    assert steps_to_finish(info(1050, 0, RunState.INTERRUPTED, saved=1000)) == 250


def test_the_rate_falls_from_the_first_step_on() -> None:
    """The new end is so near that the plateau lies behind, wherever the run stood."""
    for steps in (400, 4000, 12_000, 19_000):
        end = steps + steps_to_finish(info(steps, 20_000))
        rates = [rate_factor(step, step / end) for step in range(steps, end)]
        assert all(later < earlier for earlier, later in itertools.pairwise(rates)), steps
        assert rates[0] < 1 and rates[-1] < 0.01


def test_the_job_has_its_end_in_steps(tmp_path: Path) -> None:
    """In place of minutes; everything else is as it was, for whoever goes on later."""
    settings = TrainingSettings(minutes=30, epochs=7, seed=3)
    run = write_run(tmp_path, steps=800, total=4000, settings=settings)
    job = finishing_job(run)
    assert job.finishing and job.resume
    assert job.settings == replace(settings, steps=1000, minutes=0)
    job.save(run.job)
    assert Job.load(run.job).finishing


def test_runs_that_cannot_be_finished_say_why(tmp_path: Path) -> None:
    """One that trains, one that has come to its end, and one that Nuke made."""
    run = write_run(tmp_path, "trains")
    with RunLock(run.lock), pytest.raises(RunError, match=r"'trains' is already being trained on .*; stop it first"):
        finishing_job(run)
    with pytest.raises(RunError, match="'done' is finished already, at step 40"):
        finishing_job(write_run(tmp_path, "done", end="# finished done\n"))
    with pytest.raises(RunError, match="since Nuke trained it"):
        finishing_job(write_foundry_run(tmp_path))
