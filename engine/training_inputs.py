"""What every process of a training takes from its job: the pairs, and the settings as the job means them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from paircat.engine.runs.job import Job
from paircat.engine.settings import TrainingSettings

if TYPE_CHECKING:
    from paircat.engine.learn.dataset import DataSet


def learning_settings(job: Job) -> TrainingSettings:
    """The settings as the job means them."""
    return dataclasses.replace(job.settings, multi_resolution=job.settings.multi_resolution and not job.finishing)


def data_set_of(job: Job) -> DataSet:
    """The pairs of a job, as DataSet.open finds them."""
    from paircat.engine.learn.dataset import DataSet

    settings = job.settings
    return DataSet.open(
        job.input, job.ground_truth, job.frames, settings.channels_in, settings.channels_out, settings.non_finite
    )
