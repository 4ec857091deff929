"""Connected components of what a network changes. Those far smaller than any that its pairs show are mistakes.

A tracking mark is some hundreds of pixels; where a handful of pixels elsewhere look a little like one, nothing is to be
done. Marks may become smaller along the shot, so only what is less than a quarter of the smallest is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

_GAP = 5  # pixels, odd: what lies no further apart is one component
_LEAST_SHARE = 0.25
_TOUCHING = np.ones((3, 3), bool)


def smallest_component(changes: Iterable[np.ndarray]) -> int:
    """Pixels of the smallest component in any of the pictures that is not cut by their edge; 0 where there is none.

    Args:
        changes: bool (height, width): where pixels differ.
    """
    sizes: list[int] = []
    for changed in changes:
        areas, cut, _ = _components(changed)
        sizes += areas[~cut].tolist()
    return min(sizes, default=0)


def remove_small_components(changed: np.ndarray, smallest: int) -> np.ndarray:
    """The changed pixels, bool (height, width), but for components far smaller than `smallest` that no edge cuts."""
    if not smallest or not changed.any():
        return changed
    areas, cut, labels = _components(changed)
    stays = np.concatenate([[False], cut | (areas >= _LEAST_SHARE * smallest)])
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
