"""Curve: a run's losses, ready to be drawn at any zoom in the same short time, however many steps there are.

Zoomed out, each column of pixels stands for many steps; the curve then gives their lowest and highest loss, so that no
spike is lost. The extremes of blocks of 8, 16, 32, ... steps are worked out once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paircat.engine.runs.summary import Summary

_BLOCK = 8
_NO_WEIGHT = 1e-17  # adds nothing to a float64
_OVERVIEW = 4096  # blocks that say where all of a curve lies
_SPIKES = 99  # the percentile of blocks that have room when all is shown: one wild step does not flatten the rest


class Curve:
    """Points in rising order of x, float64; all y finite.

    Attributes:
        floor, ceiling: the lowest y, and the highest but for spikes; NaN without points.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x = x
        self.y = y
        self._levels = [_extremes(y, y, _BLOCK)] if len(y) else []
        while self._levels and len(self._levels[-1][0]) > 1:
            self._levels.append(_extremes(*self._levels[-1], 2))
        self.floor = float(self._levels[-1][0].min()) if len(y) else math.nan
        blocks = next((high for _, high in self._levels if len(high) <= _OVERVIEW), y)
        self.ceiling = float(np.percentile(blocks, _SPIKES if len(y) > _OVERVIEW else 100)) if len(y) else math.nan

    def __len__(self) -> int:
        return len(self.x)

    def points(self, left: float, right: float) -> tuple[np.ndarray, np.ndarray]:
        """The points from x = left to right, and one beyond either end, so that a line runs on to the edges."""
        first, last = self._span(left, right)
        return self.x[first:last], self.y[first:last]

    def count(self, left: float, right: float) -> int:
        """How many points `points` would give."""
        first, last = self._span(left, right)
        return last - first

    def columns(self, left: float, right: float, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The points as columns of pixels, for more points than columns.

        Args:
            width: pixels from x = left to right.

        Returns:
            Columns that have points, from 0 to width - 1, and the lowest and highest y in each. What begins below or
            ends above the column before it is drawn out to it, so that the columns hang together like a line.
        """
        first, last = self._span(left, right)
        size, low, high = 1, self.y, self.y
        for level in self._levels:
            if (last - first) // (2 * size if size > 1 else _BLOCK) < width:
                break
            size = 2 * size if size > 1 else _BLOCK
            low, high = level
        low, high = low[first // size : -(-last // size)], high[first // size : -(-last // size)]
        x = self.x[(first // size + np.arange(len(low))) * size]
        place = np.clip((x - left) * (width / (right - left)), 0, width - 1).astype(np.int64)
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        low, high = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
        below, above = low.copy(), high.copy()
        below[1:] = np.minimum(low[1:], high[:-1])
        above[1:] = np.maximum(high[1:], low[:-1])
        return place[starts], below, above

    def _span(self, left: float, right: float) -> tuple[int, int]:
        first = max(int(np.searchsorted(self.x, left)) - 1, 0)
        return first, min(int(np.searchsorted(self.x, right, side="right")) + 1, len(self.x))

    def nearest(self, x: float) -> int:
        """Index of the point that lies nearest to x."""
        right = int(np.searchsorted(self.x, x))
        if right == 0 or (right < len(self.x) and self.x[right] - x < x - self.x[right - 1]):
            return right
        return right - 1


def _extremes(low: np.ndarray, high: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """The lowest of `low` and the highest of `high` in each block of so many."""
    starts = np.arange(0, len(low), block)
    return np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)


@dataclass(frozen=True, eq=False)
class LossCurves:
    """The losses of a run as they are, and smoothed; both over the same x.

    Attributes:
        step: int64, of every point: x may be time instead.
    """

    step: np.ndarray
    original: Curve
    smooth: Curve

    @classmethod
    def of(cls, summary: Summary, smoothness: float, over_time: bool = False) -> LossCurves:
        """
        Args:
            smoothness: 0 for none, up to below 1: the share of the curve so far in each new point.
            over_time: x is training seconds instead of steps; a file without times, as Nuke's, then has no points.
        """
        good = np.isfinite(summary.loss)
        if over_time and not summary.seconds.any():
            good = np.zeros(len(summary), bool)
        chosen = slice(None) if good.all() else good  # a slice copies nothing
        step, loss = summary.step[chosen], summary.loss[chosen]
        x = summary.seconds[chosen] if over_time else step.astype(np.float64)
        return cls(step, Curve(x, loss), Curve(x, moving_average(loss, smoothness)))

    def __len__(self) -> int:
        return len(self.original)


def moving_average(values: np.ndarray, smoothness: float) -> np.ndarray:
    """Exponential moving average: each value is `smoothness` x the one before + the rest x its own; float64.

    Worked out by doubling: a sum over 2n values is that over the newest n and, n places before, the same again.
    """
    if smoothness <= 0 or not len(values):
        return values
    sums = (1 - smoothness) * values
    sums[0] = values[0]
    reach, weight = 1, smoothness
    while reach < len(sums) and weight > _NO_WEIGHT:
        sums[reach:] += weight * sums[:-reach]
        reach, weight = 2 * reach, weight * weight
    return sums
