"""ObjectShape: how large that is which a matte covers, and how much of it is thin: how to look at a picture for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

_COVERED = 0.5
_THIN = 4  # pixels


@dataclass(frozen=True)
class ObjectShape:
    """
    Attributes:
        size: edge in pixels of a square with the area of the object that a covered pixel lies in, on the average over
            all such pixels. So many small objects are as large as one of them, and specks beside a large one do not
            matter. The same for what is left out, and the smaller of both: the matte of all but a figure is a figure's.
            0 where nothing is covered, or nothing left out.
        thin: share, 0..1 and more, of what is at most four pixels wide, such as hair and the gaps in it, in the area of
            the objects.
    """

    size: float
    thin: float

    @classmethod
    def of(cls, mattes: Iterable[np.ndarray]) -> ObjectShape:
        """Over mattes, float32 (height, width, channels), one after the other."""
        areas: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        thin = 0
        for matte in mattes:
            for channel in np.moveaxis(matte > _COVERED, 2, 0):
                for side, found in zip((channel, ~channel), areas, strict=True):
                    labels, count = ndimage.label(side)
                    found.append(np.bincount(labels.ravel(), minlength=count + 1)[1:])
                    thin += int(np.count_nonzero(side & ~_opened(side)))
        sides = [np.concatenate(found) if found else np.zeros(0, int) for found in areas]
        return cls(min(map(_mean_edge, sides)), thin / max(1, min(int(side.sum()) for side in sides)))


def _mean_edge(areas: np.ndarray) -> float:
    squares = areas.astype(np.float64) ** 2
    return float(np.sqrt(squares.sum() / areas.sum())) if areas.size else 0.0


def mean_edge(covered: np.ndarray) -> float:
    """`ObjectShape.size` of what is covered in one matte, bool (height, width), alone."""
    labels, count = ndimage.label(covered)
    return _mean_edge(np.bincount(labels.ravel(), minlength=count + 1)[1:])


def _opened(side: np.ndarray) -> np.ndarray:
    """What a square that is wider than what is thin fits into: morphological opening, but for the frame's edges."""
    eroded = ndimage.minimum_filter(side, _THIN + 1)
    opened: np.ndarray = ndimage.maximum_filter(eroded, _THIN + 1)
    return opened
