"""DegradationModel: how ground truths became inputs, fitted to patches of a few pairs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from paircat.engine.learn.degradation_model import DegradationModel, Patch


def truth(seed: int, size: int = 40) -> np.ndarray:
    """Smooth colours from 0 to 1."""
    coarse = np.random.default_rng(seed).random((size // 4 + 2, size // 4 + 2, 3))
    return ndimage.zoom(coarse, (4, 4, 1), order=1)[:size, :size].astype(np.float32).clip(0, 1)


def damaged(after: np.ndarray) -> np.ndarray:
    """Green and blue exchanged, each along a curve, and a blur."""
    red, green, blue = np.moveaxis(after, 2, 0)
    return ndimage.gaussian_filter(np.stack([red, np.sqrt(blue), green**2], axis=2), (1.5, 1.5, 0))


def patch(seed: int) -> Patch:
    after = truth(seed)
    changed = np.zeros(after.shape[:2], bool)
    changed[8:-8, 8:-8] = True
    return Patch(np.where(changed[:, :, None], damaged(after), after), after, changed, seed)


def test_curves_mixed_colours_and_a_blur_are_found() -> None:
    """Six patches predict how a seventh was degraded, to a twentieth of the change."""
    degradation = DegradationModel.fit([patch(seed) for seed in range(6)])
    assert degradation is not None and degradation.residual < 0.05
    after = truth(77)
    degraded, wanted = (side[8:-8, 8:-8] for side in (degradation.apply(after), damaged(after)))
    assert np.sqrt(np.mean((degraded - wanted) ** 2)) < 0.05 * np.sqrt(np.mean((after[8:-8, 8:-8] - wanted) ** 2))


def test_the_simplest_kind_is_enough_for_a_gain() -> None:
    """Kinds with more freedom explain pairs that they were not fitted to no better."""
    patches = [Patch(0.5 * item.after + 0.1, item.after, item.changed, item.pair) for item in map(patch, range(3))]
    degradation = DegradationModel.fit(patches)
    assert degradation is not None and degradation.residual < 1e-3
    np.testing.assert_allclose(degradation.apply(truth(9)), 0.5 * truth(9) + 0.1, atol=1e-3)


@pytest.mark.parametrize("patches", [[], [patch(1)], [patch(1), patch(1)]])
def test_one_pair_alone_says_nothing(patches: list[Patch]) -> None:
    """What is fitted has to be judged by another pair."""
    assert DegradationModel.fit(patches) is None
