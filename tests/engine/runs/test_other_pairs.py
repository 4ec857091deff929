"""OtherPairs: what a run would learn otherwise, in words, and whether it could."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from patterns import LookOp, PatternOp
from written_runs import header, write_run

from paircat.engine.errors import DataSetError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.runs.job import Job
from paircat.engine.runs.other_pairs import check_pairs, difference, with_pairs_of
from paircat.engine.settings import TrainingSettings


@pytest.fixture
def job() -> Job:
    sides = ReadOp("/plate.####.exr"), ReadOp("/roto.v1.####.exr")
    return Job(*sides, None, FrameRange(()), TrainingSettings(), "/runs", "look")


def test_what_differs_is_named_with_its_side_and_files(job: Job) -> None:
    """The plate is the same; only what is another is told, and frames only where all are asked for."""
    assert difference(job, replace(job, settings=TrainingSettings(epochs=7), run="other")) == ""
    other = replace(job, ground_truth=ReadOp("/roto.v2.####.exr"))
    assert difference(job, other) == "GroundTruth is '/roto.v1.####.exr', and here '/roto.v2.####.exr'"
    looked = replace(job, ground_truth=LookOp(job.ground_truth))
    assert difference(job, looked) == "GroundTruth is made by other nodes, or other knobs, from the same files"
    few = replace(job, frames=FrameRange.parse("1,3"))
    assert difference(job, few) == ""
    assert difference(few, job) == "it learns the frames 1,3, and here Frames is empty, which means all"


def test_a_job_on_other_pairs_is_the_same_otherwise(job: Job) -> None:
    """Pairs, frames and preview are the other's; settings, run and folder its own, but for the channels."""
    red = TrainingSettings(channels_in="red")
    pairs = PatternOp(), LookOp(PatternOp()), PatternOp(8), FrameRange.parse("2")
    found = with_pairs_of(replace(job, preview_frame=5), Job(*pairs, replace(red, seed=9), "/x", "y"))
    assert found == Job(*pairs, red, "/runs", "look")


def test_pairs_that_a_run_cannot_learn_are_refused_before_it_is_changed(tmp_path: Path) -> None:
    """For their channels, their size, or since they are too few."""
    run = write_run(tmp_path)
    said = replace(header(run.name, 40, 40), channels_out=("R", "G", "B"), data_set={"crop_size": 32, "batch_size": 2})
    save_cat(run.cat(40), said, {"weight": np.zeros(3, np.float32)})
    job = run.load_job()
    check_pairs(run, job)
    grey = PatternOp(channels=("R",))
    small = PatternOp(24, 24)
    for other, why in (
        (replace(job, input=grey), "it learns R, G, B of Input, which has R now; set Channels In, or"),
        (replace(job, input=small, ground_truth=LookOp(small)), "crops are 32 pixels large, and these pairs 24x24"),
        (replace(job, frames=FrameRange.parse("1")), "learns from 2 crops, and of these there are 1; lower Batch Size"),
    ):
        with pytest.raises(DataSetError, match=rf"'{run.name}' cannot go on with the connected pairs: .*{why}"):
            check_pairs(run, other)
