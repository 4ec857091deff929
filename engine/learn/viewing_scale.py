"""ViewingScale: how much smaller a frame is shown to a network that knows its objects at certain sizes only.

A shot's own network sees frames as they are, since it has learnt them so. A set of initial weights that is applied
without training knows people of some heights; twice as large they are strangers to it. So it looks at the frame from
afar first, and then from where what it has found there is as large as what it knows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from paircat.engine.learn.guided_filter import enlarged
from paircat.engine.learn.object_shape import mean_edge
from paircat.engine.learn.resizing import resized

_FROM_AFAR = 480  # pixels, the longer edge of the frame at the first look
_COVERED = 0.5
_SOFTNESS = 0.5  # pixels, the sigma of a Gaussian: what such a set has learnt from was resized, and softer than a plate


def applied_at_scale(
    pixels: np.ndarray, known: tuple[int, int], apply: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """What `apply` makes of a frame in which its objects are as large as it knows them.

    Args:
        pixels: float32 (height, width, channels), display-referred; what is darker than black or brighter than white
            counts as these.
        known: the smallest and the largest object: edges in pixels of squares of the same area.
        apply: to float32 (height, width, channels) of any size, a matte of the same size, (height, width, 1).

    Returns:
        Float32 (height, width, 1) of the matte, enlarged where the frame was reduced. Frames are never enlarged.
    """
    pixels = pixels.clip(0, 1)
    longer = max(pixels.shape[:2])
    first = min(1.0, _FROM_AFAR / longer)
    shown = reduced(pixels, first)
    found = apply(_softened(shown))
    size = mean_edge(found[:, :, 0] > _COVERED)
    smallest, largest = known
    nearer = smallest / size if 0 < size < smallest else largest / size if size > largest else 1.0
    share = min(1.0, first * nearer) if size else 1.0  # nothing at all from afar: perhaps close by
    if share != first:
        shown = reduced(pixels, share)
        found = apply(_softened(shown))
    return found if shown.shape == pixels.shape else enlarged(found, shown, pixels)


def reduced(pixels: np.ndarray, share: float) -> np.ndarray:
    """The frame with edges of `share`, 0..1, of what they are."""
    height, width = (max(1, round(edge * share)) for edge in pixels.shape[:2])
    return resized(pixels, height, width)


def _softened(pixels: np.ndarray) -> np.ndarray:
    softened: np.ndarray = ndimage.gaussian_filter(pixels, (_SOFTNESS, _SOFTNESS, 0))
    return softened
