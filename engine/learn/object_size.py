"""Object size: how large that is which a matte covers, in pixels. So much of a picture has to be seen to know it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

_COVERED = 0.5


def object_size(mattes: Iterable[np.ndarray]) -> float:
    """Edge of a square with the area of the object that a covered pixel lies in, on the average over all such pixels.

    So many small objects are as large as one of them, and specks beside a large one do not matter. The same for what
    is left out, and the smaller of both: the matte of all but a figure is a figure's.

    Args:
        mattes: float32 (height, width, channels), one after the other.

    Returns:
        Pixels; 0 where nothing is covered in any of them, or nothing is left out.
    """
    areas: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for matte in mattes:
        for channel in np.moveaxis(matte > _COVERED, 2, 0):
            for side, found in zip((channel, ~channel), areas, strict=True):
                labels, count = ndimage.label(side)
                found.append(np.bincount(labels.ravel(), minlength=count + 1)[1:])
    return min(_mean_edge(np.concatenate(found)) if found else 0.0 for found in areas)


def _mean_edge(areas: np.ndarray) -> float:
    squares = areas.astype(np.float64) ** 2
    return float(np.sqrt(squares.sum() / areas.sum())) if areas.size else 0.0
