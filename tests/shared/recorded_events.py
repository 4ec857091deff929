"""The events of a training as a Recorder gets them, each checkpoint marked with its step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paircat.engine.events import (
    CheckpointReady,
    Event,
    Finished,
    PreviewReady,
    SheetReady,
    SheetRow,
    Started,
    StepDone,
)
from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import CatHeader
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings

RGB = ("R", "G", "B")


def job(run: Run, resume: bool = False, **settings: object) -> Job:
    """The recorder reads no frames: the recipes may be empty ones."""
    where = str(run.folder), run.name, resume
    return Job(Op(), Op(), None, FrameRange(()), TrainingSettings(**settings), *where)  # type: ignore[arg-type]


def loss(step: int) -> float:
    return 1.0 / step


def checkpoint(step: int, total: int = 20) -> CheckpointReady:
    header = CatHeader("a", step, total, "Small", {}, RGB, RGB)
    return CheckpointReady(step, loss(step), header, {"w": np.full(2000, step, np.float32)}, {"step": step})


def sheet(step: int) -> SheetReady:
    crop = np.full((32, 32, 3), 0.5, np.float32)
    return SheetReady(step, (SheetRow(crop, crop, crop, RGB, RGB, "none"),) * 3)


def preview(step: int) -> PreviewReady:
    window = Box(0, 0, 32, 32)
    return PreviewReady(step, Image(Header(RGB, window, window), np.full((32, 32, 3), 0.5, np.float32)), "none")


def training(begin: int, end: int, every: int = 10) -> Iterator[Event]:
    """The events of a training from one step to another."""
    yield Started(begin, end)
    for step in range(begin + 1, end + 1):
        yield StepDone(step, loss(step), step * 0.1, 1)
        if step % every == 0:
            yield sheet(step)
            yield preview(step)
            yield checkpoint(step, end)
    yield Finished(end, "done")
