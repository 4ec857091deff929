"""Guided filter: a coarse matte brought to the size of its picture, along the picture's own edges.

Around each pixel the matte is taken for a linear function of the picture's colours, found by least squares (K. He,
J. Sun, X. Tang, Guided Image Filtering, ECCV 2010, section 3.4); the functions are found in small and used in large
(K. He, J. Sun, Fast Guided Filter, 2015, arXiv:1505.00996).
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from paircat.engine.learn.resizing import resized

_RADIUS = 2  # pixels of the small picture
_EPSILON = 1e-3  # of the colours' variance; what varies less has no edge worth following


def enlarged(matte: np.ndarray, small: np.ndarray, large: np.ndarray) -> np.ndarray:
    """The matte as one of the large picture.

    Args:
        matte: float32 (h, w, 1), 0..1, of `small`, float32 (h, w, channels).
        large: float32 (height, width, channels), what `small` was reduced from.

    Returns:
        Float32 (height, width, 1), 0..1.
    """
    seen, target = small.astype(np.float64), matte[:, :, 0].astype(np.float64)
    mean, mean_target = _mean(seen), _mean(target)
    covariance = _mean(seen * target[:, :, None]) - mean * mean_target[:, :, None]
    variance = _mean(seen[:, :, :, None] * seen[:, :, None]) - mean[:, :, :, None] * mean[:, :, None]
    variance += _EPSILON * np.eye(seen.shape[2])
    slope = np.linalg.solve(variance, covariance[:, :, :, None])[:, :, :, 0]
    offset = mean_target - (slope * mean).sum(axis=2)
    functions = np.dstack([_mean(slope), _mean(offset)]).astype(np.float32)
    functions = resized(functions, *large.shape[:2])
    found = np.einsum("ijk,ijk->ij", functions[:, :, :-1], large) + functions[:, :, -1]
    return found.clip(0, 1)[:, :, None].astype(np.float32)


def _mean(values: np.ndarray) -> np.ndarray:
    """Over the square around each pixel."""
    for axis in (0, 1):
        values = ndimage.uniform_filter1d(values, 2 * _RADIUS + 1, axis=axis, mode="nearest")
    return values
