"""Curve: a run's losses, ready to be drawn at any zoom in the same short time, however many steps there are.

Zoomed out, each pixel column stands for many steps; the curve then gives their lowest and highest loss, so that no
spike is lost. The extremes of blocks of 2, 4, 8, ... steps are worked out once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paircat.engine.runs.summary import Summary

_BLOCK = 2
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
        self._levels = [(y, y)]
        while len(self._levels[-1][0]) > _BLOCK:
            low, high = self._levels[-1]
            starts = np.arange(0, len(low), _BLOCK)
            self._levels.append((np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)))
        self.floor = float(self._levels[-1][0].min()) if len(y) else math.nan
        blocks = next(high for _, high in self._levels if len(high) <= _OVERVIEW)
        self.ceiling = float(np.percentile(blocks, _SPIKES if len(y) > _OVERVIEW else 100)) if len(y) else math.nan

    def __len__(self) -> int:
        return len(self.x)

    def between(self, left: float, right: float, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Points to draw from x = left to right: every one where at most `most` lie there, else pairs of extremes.

        One point beyond either end is given too, so that the line runs on to the edges. At most 2 x `most` + 4 points.
        """
        first = max(int(np.searchsorted(self.x, left)) - 1, 0)
        last = min(int(np.searchsorted(self.x, right, side="right")) + 1, len(self.x))
        level, size = 0, 1
        while (last - first) // size > most and level < len(self._levels) - 1:
            level, size = level + 1, size * _BLOCK
        if level == 0:
            return self.x[first:last], self.y[first:last]
        low, high = (side[first // size : -(-last // size)] for side in self._levels[level])
        starts = np.arange(first // size, first // size + len(low)) * size
        x, y = np.empty(2 * len(low)), np.empty(2 * len(low))
        x[0::2], x[1::2] = self.x[starts], self.x[np.minimum(starts + size // 2, len(self.x) - 1)]
        y[0::2], y[1::2] = low, high
        return x, y

    def nearest(self, x: float) -> int:
        """Index of the point that lies nearest to x."""
        right = int(np.searchsorted(self.x, x))
        if right == 0 or (right < len(self.x) and self.x[right] - x < x - self.x[right - 1]):
            return right
        return right - 1


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
        step, loss = summary.step[good], summary.loss[good]
        x = summary.seconds[good] if over_time else step.astype(np.float64)
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
