"""Flaws: whether what differs is in the input, and taken out, or in the ground truth, and added.

A flaw could be in any other place, so it can be made again there. What is added, or a figure that is lit, could not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paircat.engine.learn.change_mask import changed_pixels
from paircat.engine.learn.degradation_model import Patch

_SHARPER = 1.5  # edges of a flaw, in the input beside the ground truth
_ODDER = 1.15  # a soft flaw, which has no edges: its distance from what its surroundings suggest
_MOST_SOFT = 1 / 30  # of the pairs' pixels that soft flaws cover: a figure that is darkened looks like one


def are_flaws(patches: Sequence[Patch], share: float, threshold: float) -> bool:
    """Whether it is the inputs that have something odd.

    Args:
        share: how much of the pairs' pixels the patches change, 0..1. threshold: from which difference on.
    """
    before, after = np.sum([_edge_steps(patch) for patch in patches], axis=0)
    if before > _SHARPER * after:
        return True
    if share > _MOST_SOFT or after > _SHARPER * before:
        return False
    before, after = np.sum([_oddness(patch, threshold) for patch in patches], axis=0)
    return bool(before > _ODDER * after)


def _edge_steps(patch: Patch) -> np.ndarray:
    """Steps of input and ground truth where the change ends: (2,) sums of absolute differences."""
    steps = np.zeros(2)
    for axis in (0, 1):
        edge = np.diff(patch.changed.astype(np.int8), axis=axis) != 0
        steps += [np.abs(np.diff(side, axis=axis))[edge].sum() for side in (patch.before, patch.after)]
    return steps


def _oddness(patch: Patch, threshold: float) -> np.ndarray:
    """How far input and ground truth are from a quadratic surface through what surrounds the change: (2,), summed."""
    height, width = patch.changed.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)
    around = ~changed_pixels(patch.before, patch.after, threshold)
    if around.sum() <= surface.shape[2]:
        return np.zeros(2)
    sides = np.concatenate([patch.before, patch.after], axis=2)
    weights = np.linalg.lstsq(surface[around], sides[around], rcond=None)[0]
    distances = np.abs(sides - surface @ weights)[patch.changed].sum(axis=0)
    return np.array([half.sum() for half in np.split(distances, 2)])
