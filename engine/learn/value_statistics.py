"""ValueStatistics: what is known of the values of a picture: their range, and how much of it is fully in or out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_OUT, _IN = 0.02, 0.98


@dataclass(frozen=True)
class ValueStatistics:
    """Of one picture, or over several.

    Attributes:
        low, high: smallest and largest value of each channel.
        settled: share of the values that lie within two hundredths of 0 or 1, or beyond, as those of a matte do.
        full: share of those of 1, or beyond.
    """

    low: np.ndarray
    high: np.ndarray
    settled: float
    full: float

    @classmethod
    def of(cls, pixels: np.ndarray) -> ValueStatistics:
        """Facts of float32 (height, width, channels)."""
        full = np.count_nonzero(pixels > _IN) / pixels.size
        settled = full + np.count_nonzero(pixels < _OUT) / pixels.size
        # A row at a time, since over both axes at once numpy takes twenty times as long where there are few channels.
        return cls(pixels.min(axis=0).min(axis=0), pixels.max(axis=0).max(axis=0), settled, full)

    @classmethod
    def over(cls, statistics: Sequence[ValueStatistics]) -> ValueStatistics:
        """Facts of several pictures of one size together."""
        return cls(
            np.min([item.low for item in statistics], axis=0),
            np.max([item.high for item in statistics], axis=0),
            float(np.mean([item.settled for item in statistics])),
            float(np.mean([item.full for item in statistics])),
        )
