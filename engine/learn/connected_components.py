"""Connected components of what a network changes. Those far smaller or larger than any of its pairs are mistakes.

A tracking mark is some hundreds of pixels; where a handful of pixels elsewhere look a little like one, nothing is to be
done, nor where a whole wall has its colour. Marks may become smaller and larger along the shot, so only what is less
than a quarter of the smallest, or more than four times the largest, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

_GAP = 5  # pixels, odd: what lies no further apart is one component
_LEAST_SHARE, _MOST_TIMES = 0.25, 4.0
_TOUCHING = np.ones((3, 3), bool)


def component_sizes(changes: Iterable[np.ndarray]) -> tuple[int, int]:
    """Pixels of the smallest component in any of the pictures that is not cut by their edge, and of the largest, cut or
    not; 0 where there is none.

    Args:
        changes: bool (height, width): where pixels differ.
    """
    whole: list[int] = []
    all_sizes: list[int] = []
    for changed in changes:
        areas, cut, _ = _components(changed)
        whole += areas[~cut].tolist()
        all_sizes += areas.tolist()
    return min(whole, default=0), max(all_sizes, default=0)


def remove_unlike_components(changed: np.ndarray, smallest: int, largest: int) -> np.ndarray:
    """The changed pixels, bool (height, width), but for components that no edge cuts and that are far smaller than
    `smallest` or far larger than `largest`; 0 of either leaves those be.
    """
    if not (smallest or largest) or not changed.any():
        return changed
    areas, cut, labels = _components(changed)
    like = (areas >= _LEAST_SHARE * smallest) & (areas <= (_MOST_TIMES * largest if largest else np.inf))
    stays = np.concatenate([[False], cut | like])
    return changed & stays[labels]


def bounding_boxes(changed: np.ndarray) -> list[tuple[slice, slice]]:
    """Rows and columns of each component, its edges included: what lies at most five pixels apart is one."""
    labels, _ = ndimage.label(ndimage.maximum_filter(changed, _GAP), _TOUCHING)
    return [(rows, columns) for rows, columns in ndimage.find_objects(labels)]


def _components(changed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each component its area in changed pixels and whether the picture's edge cuts it; of each pixel its label."""
    labels, count = ndimage.label(ndimage.maximum_filter(changed, _GAP), _TOUCHING)
    areas = np.bincount(labels[changed], minlength=count + 1)[1:]
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return areas, np.isin(np.arange(1, count + 1), edges), labels
