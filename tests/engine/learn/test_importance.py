"""ImportanceMap: crops go where there is something to learn, and elsewhere too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from patterns import PatternOp

from paircat.engine.learn.crops import CropSampler
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.importance import ImportanceMap, sums_by_cell
from paircat.engine.learn.linear_fit import LinearMap
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op

PLAIN = Encoding(("none",) * 3)
AS_IT_IS = LinearMap(np.eye(3, dtype=np.float32), np.zeros(3, np.float32))


@dataclass(frozen=True)
class FixOp(Op):
    """A small fix at one place of the frame."""

    source: Op
    top: int = 100
    left: int = 36

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        pixels = image.pixels.copy()
        pixels[self.top : self.top + 8, self.left : self.left + 8] += 0.5
        return image.with_pixels(pixels)


def importance_of(ground_truth: Callable[[Op], Op]) -> ImportanceMap:
    pattern = PatternOp(width=320, height=240, count=2)
    data_set = DataSet.open(pattern, ground_truth(pattern), FrameRange(()))
    return ImportanceMap(PairStore(data_set, 1 << 30), AS_IT_IS, PLAIN, PLAIN)


def test_all_importance_lies_in_the_cells_that_differ() -> None:
    """A fix of 8 pixels has all of the importance; probabilities add up to one."""
    probabilities = importance_of(FixOp).probabilities(0)
    assert probabilities.shape == (15, 20)
    assert probabilities[6:7, 2:3].sum() == probabilities.sum() == 1


def test_the_last_rows_and_columns_count_where_they_fill_no_cell() -> None:
    """1080 rows are 67 cells and a half; a fix in the half is found like any other."""
    values = np.zeros((40, 50))
    values[36:, 48:] = 2
    cells = sums_by_cell(values)
    assert cells.shape == (3, 4) and cells[2, 3] == cells.sum() == 16
    assert sums_by_cell(np.ones((5, 3))).tolist() == [[15]]


def test_half_of_the_crops_hold_a_small_fix_and_half_lie_anywhere() -> None:
    """Drawn evenly, one crop in twenty would see the fix; the rest of the frame is still trained."""
    sampler = CropSampler(2, (240, 320), 32, 2, seed=0, importance=importance_of(FixOp).probabilities)
    crops = [crop for step in range(200) for crop in sampler.batch(step)]
    seen = [crop.top < 108 and crop.top + 32 > 100 and crop.left < 44 and crop.left + 32 > 36 for crop in crops]
    assert 0.45 < np.mean(seen) < 0.6
    assert {crop.left // 32 for crop in crops} == set(range(10))


def test_where_nothing_differs_crops_lie_anywhere() -> None:
    """A pair of equal pictures has no important place, and no division by zero."""
    probabilities = importance_of(lambda source: source).probabilities(1)
    np.testing.assert_allclose(probabilities, 1 / probabilities.size)
