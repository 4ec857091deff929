"""TrainingEstimate: what a training would come to."""

import dataclasses
import io
import json
import subprocess
import sys

import pytest
from patterns import LookOp, PatternOp
from written_runs import write_run

from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.job import Job
from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.engine.training_estimate import TrainingEstimate, answer, estimate


@pytest.fixture
def job():
    """Four pairs of 48 x 40."""
    pattern = PatternOp()
    settings = TrainingSettings(epochs=50, model_size=ModelSize.SMALL, device="cpu")
    return Job(pattern, LookOp(pattern), None, FrameRange(()), settings, "", "estimate")


def with_settings(job, **changes):
    return dataclasses.replace(job, settings=dataclasses.replace(job.settings, **changes))


def test_steps_follow_from_epochs_pairs_and_batch(job):
    """Total steps are those that the training itself would do."""
    found = estimate(job)
    assert (found.frames, found.width, found.height) == ((1, 2, 3, 4), 48, 40)
    assert (found.batch_size, found.auto_batch, found.crop_size, found.total_steps) == (4, True, 40, 50)
    found = estimate(with_settings(job, batch_size=3))
    assert (found.batch_size, found.auto_batch, found.total_steps) == (3, False, 66)


def test_problem_stands_beside_what_is_known(job):
    """Too large a batch is told with the number of pairs; the pairs themselves show all the same."""
    found = estimate(with_settings(job, batch_size=9))
    assert "4 pairs, fewer than the batch size 9" in found.problem
    assert found.channels_in == ("R", "G", "B")
    assert not found.total_steps


def test_a_checkpoint_of_another_model_size_is_told(job, tmp_path):
    """In Info, as soon as it is chosen."""
    earlier = str(write_run(tmp_path, "earlier").newest_cat())  # of Medium, as its .cat says
    found = estimate(with_settings(job, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=earlier))
    assert "holds a Medium model" in found.problem and found.frames == (1, 2, 3, 4)


def test_pairs_that_do_not_match_are_named(job):
    """A frame of another size is found before anything is trained."""
    found = estimate(dataclasses.replace(job, ground_truth=LookOp(PatternOp(odd_frame=3))))
    assert "frame 3" in found.problem


def test_an_estimate_comes_back_from_json(job):
    """What the process writes is what the window reads."""
    found = estimate(job)
    assert TrainingEstimate.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_every_question_has_one_answer(tmp_path):
    """A job file that is none is answered with its sentence, and the next question still is."""
    broken = tmp_path / "a.job"
    broken.write_text("{")
    out = io.StringIO()
    answer([f"{broken}\n", "\n"], out)
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert "damaged" in first["problem"]
    assert second["problem"] == ""


def test_process_answers_and_ends_with_its_input():
    """The process is up as long as its input is."""
    done = subprocess.run(
        [sys.executable, "-m", "paircat.engine.training_estimate"],
        input="\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["problem"] == ""
