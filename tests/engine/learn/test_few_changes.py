"""FewChanges: pairs that are alike but for some places, also where one side went through a lossy file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from patterns import LookOp, PatternOp, SoftOp, SpotOp

from paircat.engine.learn.change_mask import CHANGE_THRESHOLD
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.few_changes import FewChanges
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op

PLATE = PatternOp(128, 128, 6)


@dataclass(frozen=True)
class NoisyOp(Op):
    """The source with noise of so many 255ths, another in each frame: as of a compression."""

    source: Op
    strength: float

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        noise = np.random.default_rng(frame).normal(0, self.strength / 255, image.pixels.shape)
        return image.with_pixels((image.pixels + noise).astype(np.float32))


@dataclass(frozen=True)
class ShadedOp(Op):
    """The source darkened towards its right edge, by two 255ths there."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        shade = np.linspace(0, 2 / 255, image.pixels.shape[1], dtype=np.float32)[None, :, None]
        return image.with_pixels(image.pixels - shade)


def found(before: Op, after: Op) -> FewChanges | None:
    store = PairStore(DataSet.open(before, after, FrameRange(())), 1 << 26, 0)
    return FewChanges.of(store, Encoding(("none",) * 3))


def test_spots_that_are_taken_out_are_few_changes() -> None:
    """All else is bit for bit the same: the smallest step counts, and the spots' size is known."""
    few = found(SpotOp(PLATE), PLATE)
    assert few is not None and few.threshold == CHANGE_THRESHOLD
    assert 0 < few.share < 0.25 and few.smallest == few.largest == 64


def test_noise_of_a_lossy_file_is_no_change() -> None:
    """Where every pixel differs by less than can be seen, spots are found as if nothing else differed."""
    few = found(SpotOp(PLATE), NoisyOp(PLATE, 0.6))
    assert few is not None and few.threshold > CHANGE_THRESHOLD
    assert few.share < 0.25 and abs(few.largest - 64) <= 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLATE, LookOp(PLATE)),
        (SoftOp(PLATE), PLATE),
        (SpotOp(NoisyOp(PLATE, 3.0)), PLATE),
        (PLATE, NoisyOp(PLATE, 0.6)),
        (SpotOp(PLATE), ShadedOp(PLATE)),
        (PLATE, PLATE),
    ],
)
def test_work_all_over_the_frame_is_not_few_changes(before: Op, after: Op) -> None:
    """A grade, a blur; noise that can be seen beside spots or not seen without any, a vignette, nothing at all."""
    assert found(before, after) is None
