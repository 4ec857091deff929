"""Guided filter: an enlarged matte follows the edges of its picture."""

from __future__ import annotations

import numpy as np

from paircat.engine.learn.guided_filter import enlarged
from paircat.engine.learn.resizing import resized

RANDOM = np.random.default_rng(0)


def test_an_enlarged_matte_ends_where_the_picture_does() -> None:
    """A disc, its matte made at a sixth of the size: nearer to the true one than what bilinear weights make of it."""
    row, column = np.ogrid[:240, :360]
    truth = (np.hypot(row - 120, column - 170) < 70).astype(np.float32)[:, :, None]
    large = (0.3 + 0.4 * truth * np.array([1.0, 0.5, -0.5]) + RANDOM.normal(0, 0.01, (240, 360, 3))).astype(np.float32)
    matte, small = resized(truth, 40, 60), resized(large, 40, 60)
    found, bilinear = enlarged(matte, small, large), resized(matte, 240, 360)
    assert found.shape == truth.shape and found.dtype == np.float32 and found.min() >= 0 and found.max() <= 1
    assert np.abs(found - truth).mean() < 0.5 * np.abs(bilinear - truth).mean()


def test_a_flat_picture_leaves_the_matte_as_it_is() -> None:
    """There is no edge to follow, in one channel too."""
    matte = np.kron(np.array([[0, 1], [1, 0]], np.float32), np.ones((16, 16), np.float32))[:, :, None]
    found = enlarged(matte, np.full((32, 32, 1), 0.5, np.float32), np.full((64, 64, 1), 0.5, np.float32))
    assert abs(found[:16, :16].mean()) < 0.01 and abs(found[8, 56, 0] - 1) < 0.01
