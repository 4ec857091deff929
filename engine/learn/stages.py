"""Stages: multi-resolution training. A run begins on reduced pictures, where steps are cheap, and ends at full size."""

from __future__ import annotations

from dataclasses import dataclass

# A quarter of the resolution, then half, then full to the end: by share of the run, and at most so many steps. What
# there is to learn at low resolution is soon learnt, so a long run, which may be stopped early, soon sees full size.
# For a matte that is more than for a picture: what an object is shows at low resolution, its edge alone does not.
_QUARTER_STEPS, _HALF_STEPS = 30, 90
_PICTURE_SHARES, _MATTE_SHARES = (0.06, 0.2), (0.2, 0.5)
_SMALLEST_CROP = 32


@dataclass(frozen=True)
class Stages:
    """Which resolution each part of a run is trained at."""

    crop_size: int
    multi_resolution: bool = True
    matte: bool = False

    def scale(self, progress: float, step: int) -> int:
        """Divisor of the resolution (4, 2 or 1) after `step` steps, which are the share `progress` of the run, 0..1."""
        if not self.multi_resolution:
            return 1
        quarter_until, half_until = _MATTE_SHARES if self.matte else _PICTURE_SHARES
        quarter = progress < quarter_until and step < _QUARTER_STEPS
        half = progress < half_until and step < _HALF_STEPS
        wanted = 4 if quarter else 2 if half else 1
        while wanted > 1 and self.crop_size // wanted < _SMALLEST_CROP:
            wanted //= 2  # a reduced crop that small shows the network too little
        return wanted
