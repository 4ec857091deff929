"""BlurOp: a Gaussian blur."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from paircat.engine.picture import channels as channel_names
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render

REACH = 4.0
"""Where the Gaussian is cut off, in sigmas. Beyond lie 6e-5 of it."""


@dataclass(frozen=True)
class BlurOp(Op):
    """A Gaussian blur of the selected channels.

    Where the picture is cut off by its format, the border's pixels count as going on, so that a constant picture stays
    constant up to its border. Where the pixels end inside of the format, there is black beside them: the blur runs out
    into it and the data window grows.

    Attributes:
        sigma_x, sigma_y: standard deviation in pixels; 0 leaves that direction alone.
        mix: 0 is the source, 1 the full effect.
    """

    source: Op
    sigma_x: float
    sigma_y: float
    channels: str = "all"
    mix: float = 1.0

    def header(self, frame: int) -> Header:
        return self._result(self.source.header(frame))

    def compute(self, frame: int, render: Render) -> Image:
        image = render(self.source, frame)
        header = self._result(image.header)
        pixels = image.over_window(header.data_window).copy()
        for name in channel_names.select(header.channels, self.channels):
            place = image.index(name)
            blurred = self._blurred(np.ascontiguousarray(pixels[:, :, place]))
            pixels[:, :, place] = (
                blurred if self.mix == 1 else (1 - self.mix) * pixels[:, :, place] + self.mix * blurred
            )
        return Image(header, pixels)

    def _blurred(self, values: np.ndarray) -> np.ndarray:
        from scipy.ndimage import gaussian_filter1d  # a third of a second, which only those who blur should wait for

        for axis, sigma in ((0, self.sigma_y), (1, self.sigma_x)):
            if sigma > 0:
                values = gaussian_filter1d(values, sigma, axis=axis, mode="nearest", truncate=REACH)
        return values

    def _result(self, header: Header) -> Header:
        return replace(
            header,
            data_window=_grown(header.data_window, header.display_window, _radius(self.sigma_x), _radius(self.sigma_y)),
        )


def _radius(sigma: float) -> int:
    return math.ceil(REACH * sigma) if sigma > 0 else 0


def _grown(data: Box, format_: Box, x: int, y: int) -> Box:
    """The data window, let out to the format's edge at most, on the sides where it ends inside of the format."""
    left = max(format_.x, data.x - x) if data.x > format_.x else data.x
    top = max(format_.y, data.y - y) if data.y > format_.y else data.y
    right = min(format_.right, data.right + x) if data.right < format_.right else data.right
    bottom = min(format_.bottom, data.bottom + y) if data.bottom < format_.bottom else data.bottom
    return Box(left, top, right - left, bottom - top)
