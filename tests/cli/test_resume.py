"""Going on with a run."""

import re
from pathlib import Path

import numpy as np

from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.runs.job import Job
from paircat.engine.runs.summary import Summary


def test_a_resumed_run_ends_where_an_unbroken_one_does(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """At one resolution, six steps and six more are the same as twelve: weights and losses, bit for bit."""
    same = (*training, "--no-multi-resolution")
    assert paircat(*same, "--steps", 12, "--name", "whole").status == 0
    assert paircat(*same, "--steps", 6, "--name", "parts").status == 0
    answer = paircat("resume", "runs", "parts", "--steps", 12)
    assert (answer.status, answer.err) == (0, "")
    assert re.findall(r"^\[Step:(\d+)/12\]", answer.out, re.MULTILINE)[-1] == "12"
    whole, parts = (Summary.read(footage / "runs" / f"{name}.summary") for name in ("whole", "parts"))
    assert np.array_equal(parts.loss, whole.loss)
    whole_weights, weights = (load_cat(footage / "runs" / f"{name}.12.cat")[1] for name in ("whole", "parts"))
    assert all(np.array_equal(weights[name], whole_weights[name]) for name in whole_weights)


def test_without_a_name_the_newest_goes_on_by_what_its_job_says(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """A finished run needs to be told how far; more epochs make it longer."""
    assert paircat(*training, "--epochs", 2, "--name", "a").status == 0
    answer = paircat("resume", "runs")
    assert answer.status == 2
    assert "'a' has done all its 4 steps" in answer.err
    assert paircat("resume", "runs", "--epochs", 3).status == 0
    assert (footage / "runs" / "a.6.cat").exists()


def test_minutes_count_from_now(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """A finished run goes on for a while, whatever steps it was to have."""
    assert paircat(*training, "--steps", 2, "--name", "a").status == 0
    answer = paircat("resume", "runs", "--minutes", 0.01)
    assert (answer.status, answer.err) == (0, "")
    assert Summary.read(footage / "runs" / "a.summary").last_step > 2


def test_fewer_steps_than_done_are_refused(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """The sentence says how far the run is."""
    assert paircat(*training, "--steps", 3, "--name", "a").status == 0
    answer = paircat("resume", "runs", "a", "--steps", 2)
    assert answer.status == 2
    assert "'a' has done 3 steps already" in answer.err


def test_settings_that_may_change_are_kept_for_the_next_time(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """A lower learning rate and another interval go into the run's job."""
    assert paircat(*training, "--steps", 2, "--name", "a").status == 0
    words = ("--steps", 4, "--learning-rate", "0.0002", "--checkpoint-interval", 1, "--batch-size", 1)
    assert paircat("resume", "runs", "a", *words).status == 0
    settings = Job.load(footage / "runs" / "a.job").settings
    assert (settings.learning_rate, settings.checkpoint_interval, settings.batch_size) == (0.0002, 1, 1)
    assert (footage / "runs" / "a.3.cat").exists()


def test_there_has_to_be_a_run(paircat, footage: Path) -> None:
    """An empty folder, and a name that is not there, are said apart."""
    assert "There is no run in" in paircat("resume", "runs").err
    (footage / "runs" / "b.summary").write_text("0,0.5,10,0.4,")
    assert "no run 'a'" in paircat("resume", "runs", "a").err
    answer = paircat("resume", "runs", "b", "--steps", 20)
    assert answer.status == 2
    assert "cannot be resumed" in answer.err
