"""Stages: multi-resolution training. A run begins on reduced pictures, where steps are cheap, and ends at full size."""

from __future__ import annotations

from dataclasses import dataclass

# Parts of the run, by share of its steps: a quarter of the resolution, then half, then full to the end.
_QUARTER_UNTIL = 0.06
_HALF_UNTIL = 0.2
_SMALLEST_CROP = 32


@dataclass(frozen=True)
class Stages:
    """Which resolution each part of a run is trained at."""

    crop_size: int
    multi_resolution: bool = True

    def scale(self, progress: float) -> int:
        """Divisor of the resolution (4, 2 or 1) at `progress`, the share of the run that is done, 0..1."""
        if not self.multi_resolution:
            return 1
        wanted = 4 if progress < _QUARTER_UNTIL else 2 if progress < _HALF_UNTIL else 1
        while wanted > 1 and self.crop_size // wanted < _SMALLEST_CROP:
            wanted //= 2  # a reduced crop that small shows the network too little
        return wanted
