"""PairFacts: what a plan says that no pair does, asked of every pair that is trained on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from patterns import PatternOp, SpotOp
from trainings import SETTINGS, events_of

from paircat.engine.events import CheckpointReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.samples import LOOK_AT_PAIRS, spread
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op

PLATE = PatternOp(64, 64, 6)


@dataclasses.dataclass(frozen=True)
class MarkOp(Op):
    """The source with its spots, and from `first` on a mark of four pixels instead."""

    source: Op
    first: int

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        if frame < self.first:
            return render(SpotOp(self.source), frame)
        image = render(self.source, frame)
        pixels = image.pixels.copy()
        pixels[20:22, 30:32] = 1 - pixels[20:22, 30:32]
        return image.with_pixels(pixels)


@dataclasses.dataclass(frozen=True)
class DimmedOp(Op):
    """RGBA at half the light; alpha too in those frames that `plan` does not look at."""

    source: Op
    frames: tuple[int, ...]

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        pixels = image.pixels / 2
        if frame not in self.frames:
            pixels[:, :, 3] = image.pixels[:, :, 3]
        return image.with_pixels(pixels)


def last_header(trainer: Trainer) -> CheckpointReady:
    return [event for event in events_of(trainer) if isinstance(event, CheckpointReady)][-1]


def test_a_smaller_change_that_came_with_a_resume_is_not_withheld() -> None:
    """A frame with a small mark was painted after the run had begun; the gate leaves marks of that size."""
    few = DataSet.open(MarkOp(PLATE, 5), PLATE, FrameRange.between(1, 4))
    first = Trainer(few, SETTINGS, "run")
    events_of(first, 2)
    assert first.plan.smallest_change == 64
    more = DataSet.open(MarkOp(PLATE, 5), PLATE, FrameRange.between(1, 6))
    second = Trainer(more, SETTINGS, "run", state=first.state())
    assert last_header(second).header.smallest_change == second.model().smallest_change == 4


def test_a_channel_that_some_pair_changes_is_not_kept() -> None:
    """Sixteen of forty pairs are looked at before the first step; alpha changes in others alone."""
    plate = PatternOp(32, 32, 40, ("R", "G", "B", "A"))
    others = tuple(frame for frame in range(1, 41) if frame - 1 not in spread(40, LOOK_AT_PAIRS))
    pairs = DataSet.open(plate, DimmedOp(plate, others), FrameRange(()))
    trainer = Trainer(pairs, dataclasses.replace(SETTINGS, steps=24), "run")
    assert trainer.plan.kept == ("A",)
    assert "The same in the 16 pairs looked at, and so left as it is: A." in trainer.notes
    assert last_header(trainer).header.kept == trainer.model().kept == ()
