"""GradeOp: a linear correction and a gamma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paircat.engine.errors import PairCatError
from paircat.engine.picture import channels as channel_names
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op, Render

Colour = tuple[float, ...]
"""Red, green, blue and alpha. A channel that is none of the four takes the first."""

_PLACES = {"R": 0, "G": 1, "B": 2, "A": 3}


@dataclass(frozen=True)
class GradeOp(Op):
    """Nuke's Grade, in its order: the points, lift and gain, multiply and offset make one line, gamma bends it.

        out = (multiply * (gain - lift) / (whitepoint - blackpoint)) * (in - blackpoint) + lift + offset

    Gamma bends only what lies between 0 and 1: below 0 values stay, above 1 they go on with the slope that the curve
    has at 1, so that negative and very bright values survive. Nothing is clamped unless asked for.

    Attributes:
        mix: 0 is the source, 1 the full effect.
    """

    source: Op
    blackpoint: Colour = (0.0, 0.0, 0.0, 0.0)
    whitepoint: Colour = (1.0, 1.0, 1.0, 1.0)
    lift: Colour = (0.0, 0.0, 0.0, 0.0)
    gain: Colour = (1.0, 1.0, 1.0, 1.0)
    multiply: Colour = (1.0, 1.0, 1.0, 1.0)
    offset: Colour = (0.0, 0.0, 0.0, 0.0)
    gamma: Colour = (1.0, 1.0, 1.0, 1.0)
    black_clamp: bool = False
    white_clamp: bool = False
    channels: str = "rgb"
    mix: float = 1.0

    def compute(self, frame: int, render: Render) -> Image:
        """
        Raises:
            PairCatError: whitepoint and blackpoint are the same, or gamma is not above 0.
        """
        image = render(self.source, frame)
        pixels = image.pixels.copy()
        for name in channel_names.select(image.header.channels, self.channels):
            place = image.index(name)
            with np.errstate(over="ignore", invalid="ignore"):  # beyond float32 lies Inf, and Inf - Inf is NaN
                graded = self._graded(image.pixels[:, :, place], _place(name))
                pixels[:, :, place] = (
                    graded if self.mix == 1 else (1 - self.mix) * pixels[:, :, place] + self.mix * graded
                )
        return image.with_pixels(pixels)

    def _graded(self, values: np.ndarray, place: int) -> np.ndarray:
        span = self.whitepoint[place] - self.blackpoint[place]
        gamma = self.gamma[place]
        if span == 0:
            raise PairCatError("The Grade's whitepoint and blackpoint are the same; set them apart.")
        if gamma <= 0:
            raise PairCatError(f"The Grade's gamma is {gamma:g}; it must be above 0.")
        slope = self.multiply[place] * (self.gain[place] - self.lift[place]) / span
        out = values * np.float32(slope)
        out += np.float32(self.offset[place] + self.lift[place] - slope * self.blackpoint[place])
        if gamma != 1:
            out = _bent(out, 1 / gamma)
        if self.black_clamp or self.white_clamp:
            np.clip(out, 0 if self.black_clamp else None, 1 if self.white_clamp else None, out=out)
        return out


def _place(channel: str) -> int:
    """Which of a Colour's values a channel takes."""
    return _PLACES.get(channel_names.canonical(channel).rpartition(".")[2], 0)


def _bent(values: np.ndarray, power: float) -> np.ndarray:
    """values ** power between 0 and 1; unchanged below, straight on above."""
    bent = np.power(np.clip(values, 0, 1), np.float32(power))
    return np.where(values > 1, 1 + (values - 1) * np.float32(power), np.where(values > 0, bent, values))
