"""The axes of the loss graph: TimeAxis below, in steps or time, and LossAxis at the left, linear or logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pyqtgraph as pg

from paircat.ui import run_format

_MANTISSAS = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
_APART = 22.0  # pixels from one number to the next
_DECADE = 0.7  # decades: a smaller part of one is divided evenly in the loss itself


class TimeAxis(pg.AxisItem):
    """Steps with thousands divided, or seconds as h:mm:ss."""

    over_time = False

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802  (Qt's name)
        return [run_format.duration(value) if self.over_time else f"{value:,.10g}" for value in values]


class LossAxis(pg.AxisItem):
    """On a log scale numbers of one or two digits, as many as there is room for; pyqtgraph's own lie on each other."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802, N803
        if not self.logMode:
            return super().tickValues(minVal, maxVal, size)
        return [(1.0, log_ticks(min(minVal, maxVal), max(minVal, maxVal), size))]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        return [f"{10.0**value:.3g}" for value in values]


def log_ticks(low: float, high: float, pixels: float) -> list[float]:
    """Where numbers stand on a log scale, never nearer to each other than they can be read.

    Args:
        low, high: exponents of ten. pixels: between them.
    """
    if not low < high or pixels <= 0:
        return []
    apart = _APART * (high - low) / pixels
    lists = [
        [math.log10(loss) for loss in losses if low <= math.log10(loss) <= high]
        for losses in (_by_decade(low, high) if high - low >= _DECADE else _evenly(10.0**low, 10.0**high))
    ]
    fitting = (ticks for ticks in lists if len(ticks) > 1 and all(b - a >= apart for a, b in pairwise(ticks)))
    return next(fitting, None) or _thinned(lists[0], apart)


def _by_decade(low: float, high: float) -> Iterator[list[float]]:
    """Round losses, dense ones first."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for mantissas in _MANTISSAS:
        yield [mantissa * 10.0**decade for decade in decades for mantissa in mantissas]
    for step in (2, 3, 5, 10):
        yield [10.0**decade for decade in decades if decade % step == 0]


def _evenly(bottom: float, top: float) -> Iterator[list[float]]:
    """Round losses at equal distances, dense ones first."""
    finest = math.floor(math.log10(top - bottom)) - 1
    for step in (mantissa * 10.0**decade for decade in range(finest, finest + 3) for mantissa in (1, 2, 5)):
        yield [number * step for number in range(max(math.ceil(bottom / step), 1), math.floor(top / step) + 1)]


def _thinned(ticks: list[float], apart: float) -> list[float]:
    kept: list[float] = []
    for tick in ticks:
        if not kept or tick - kept[-1] >= apart:
            kept.append(tick)
    return kept
