"""Gate: pixels that a network has no reason to touch come back bit for bit.

A paint-out changes a corner of the frame; everywhere else a network answers with its input and a little noise. How much
noise is measured on the untouched parts of its own training pairs, and changes that small are not let through.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

_REACH = 3  # pixels, odd: a change that shows lets its surroundings through too, so that its soft edge is kept
_MARGIN = 33  # pixels, odd: what lies that near to a change is not asked about noise
_LEAST_UNTOUCHED = 0.05
_SAFETY = 1.5
_LARGEST_SHARE = 0.25


def gated(
    before: np.ndarray, after: np.ndarray, threshold: float, change: np.ndarray, reach: int = _REACH
) -> np.ndarray:
    """`after`, with `before` in its place wherever nothing around a pixel changes by more than the threshold.

    Args:
        before, after: float32 (height, width, channels), the same channels.
        threshold: of the change; twice of it comes through whole, what lies between fades.
        change: float32 (height, width): how large the change is, as the network sees values.
        reach: pixels, odd: how wide the surroundings are that a change lets through, too.
    """
    around = ndimage.maximum_filter(change, reach, mode="nearest")
    weight = np.clip(around / threshold - 1, 0, 1)[:, :, None]
    mixed = before + weight * (after - before)
    return np.where(weight >= 1, after, np.where(weight <= 0, before, mixed)).astype(np.float32, copy=False)


def noise_threshold(crops: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> float:
    """What a change has to exceed to count as one; 0 where the pairs leave too little untouched to tell.

    Args:
        crops: input, ground truth and output, each (height, width, channels) as the network sees values.
    """
    noise: list[np.ndarray] = []
    done: list[np.ndarray] = []
    pixels = 0
    for before, truth, output in crops:
        asked = np.abs(truth - before).max(axis=2)
        far = ndimage.maximum_filter(asked, _MARGIN, mode="nearest") == 0
        given = np.abs(output - before).max(axis=2)
        noise.append(given[far])
        done.append(np.minimum(asked, given)[asked > 0])
        pixels += asked.size
    still, moved = np.concatenate(noise or [np.zeros(0)]), np.concatenate(done or [np.zeros(0)])
    if not len(moved) or len(still) < _LEAST_UNTOUCHED * max(pixels, 1):
        return 0.0
    threshold = _SAFETY * float(still.max())
    # Where noise is as large as what is to be done, or as what is done so far, both would be cut.
    return threshold if 0 < threshold <= _LARGEST_SHARE * float(np.median(moved)) else 0.0
