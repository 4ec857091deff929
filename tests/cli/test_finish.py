"""Bringing a run to an early end."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import STALE_SECONDS
from paircat.engine.runs.run import Run, RunState
from paircat.engine.runs.summary import Summary


@pytest.fixture
def stopped(paircat, footage: Path, training: tuple[object, ...]) -> Run:
    """A run that was stopped after two steps."""
    assert paircat(*training, "--steps", 2, "--name", "a").status == 0
    run = Run("a", footage / "runs")
    run.summary.write_text(run.summary.read_text().replace("# finished done", "# stopped"))
    return run


def test_a_stopped_run_is_finished(paircat, stopped: Run) -> None:
    """With progress as of any training; then there is no more to do, but it can be resumed like any other."""
    answer = paircat("finish", "runs")
    assert (answer.status, answer.err) == (0, "")
    assert re.findall(r"^\[Step:(\d+)/102\]", answer.out, re.MULTILINE)[-1] == "102"
    assert "paircat infer --model" in answer.out
    assert stopped.info.state == RunState.FINISHED and Summary.read(stopped.summary).facts["finishing"] is True
    again = paircat("finish", "runs", "a")
    assert again.status == 2 and "'a' is finished already, at step 102" in again.err
    assert paircat("resume", "runs", "--steps", 103).status == 0
    assert not Job.load(stopped.job).finishing and "finishing" not in Summary.read(stopped.summary).facts


def test_a_training_is_asked_to_stop_and_taken_over(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """It goes on here from the step at which the other process has ended; what trains is meant before what is new."""
    assert paircat(*training, "--steps", 1, "--name", "first").status == 0
    command = [sys.executable, "-m", "paircat", *map(str, (*training, "--steps", 100_000, "--name", "long"))]
    run = Run("long", footage / "runs")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        deadline = time.monotonic() + 60
        while run.info.steps < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        (footage / "runs" / "first.job").touch()  # the newest
        answer = paircat("finish", "runs")
        received, _ = other.communicate(timeout=60)
    assert answer.status == 0 and "Asked 'long' to stop" in answer.out
    stopped = int(re.search(r"stopped as asked at step (\d+)", received).group(1))
    assert f"Training starts at step {stopped}." in answer.out
    steps = stopped + max(100, stopped // 4)
    assert (run.info.state, run.info.steps) == (RunState.FINISHED, steps)
    assert Summary.read(run.summary).step.tolist() == list(range(1, steps + 1))


def test_a_holder_that_dies_instead_of_stopping_stops_nobody(paircat, stopped: Run) -> None:
    """The request was for it alone: what goes on here is brought to its end."""
    stopped.lock.write_text(json.dumps({"host": "render-07", "pid": 1, "started": 1000.0}))
    dying = time.time() - STALE_SECONDS + 2
    os.utime(stopped.lock, (dying, dying))
    answer = paircat("finish", "runs", "a")
    assert answer.status == 0 and "Asked 'a' to stop" in answer.out
    assert stopped.info.state == RunState.FINISHED and stopped.info.steps == 102


def test_json_holds_nothing_else(paircat, stopped: Run) -> None:
    """Every line is an object, and the thread count may be another one here."""
    job = Job.load(stopped.job)
    dataclasses.replace(job, settings=dataclasses.replace(job.settings, threads=64)).save(stopped.job)
    answer = paircat("finish", "runs", "--json", "--threads", 1)
    events = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.status == 0
    assert (events[-1]["event"], events[-1]["step"], events[-1]["reason"]) == ("Finished", 102, "done")
    assert Job.load(stopped.job).settings.threads == 1


def test_there_has_to_be_a_run(paircat, footage: Path) -> None:
    """An empty folder is a mistake."""
    answer = paircat("finish", "runs")
    assert answer.status == 2 and "There is no run in" in answer.err
