"""Small real recipes for tests: moving patterns, and what a look makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op


@dataclass(frozen=True)
class PatternOp(Op):
    """Smooth coloured noise that differs from frame to frame, of any size."""

    width: int = 48
    height: int = 40
    count: int = 4
    channels: tuple[str, ...] = ("R", "G", "B")
    high: float = 1.0
    bad_frame: int = 0
    odd_frame: int = 0

    def frame_range(self) -> FrameRange:
        return FrameRange.between(1, self.count)

    def header(self, frame: int) -> Header:
        window = Box(0, 0, self.width + (8 if frame == self.odd_frame else 0), self.height)
        return Header(self.channels, window, window)

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        header = self.header(frame)
        random = np.random.default_rng(frame)
        coarse = random.random(
            (header.data_window.height // 8 + 2, header.data_window.width // 8 + 2, len(self.channels))
        )
        pixels = np.kron(coarse, np.ones((8, 8, 1)))[: header.data_window.height, : header.data_window.width]
        pixels = (pixels * self.high).astype(np.float32)
        if frame == self.bad_frame:
            pixels[3, 5, 1] = np.nan
        return Image(header, pixels)


@dataclass(frozen=True)
class LookOp(Op):
    """A grade that mixes the channels: darker, warmer."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        mixed = image.pixels @ np.array([[0.8, 0.1, 0.0], [0.1, 0.6, 0.0], [0.0, 0.1, 0.4]], np.float32).T
        return image.with_pixels(mixed + np.float32(0.05))


@dataclass(frozen=True)
class BentOp(Op):
    """A film-like contrast: an S over each channel."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(image.pixels**2 * (3 - 2 * image.pixels))


@dataclass(frozen=True)
class PowerOp(Op):
    """More contrast for any light: a power of it, with its sign."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(np.sign(image.pixels) * np.abs(image.pixels) ** np.float32(1.4))


@dataclass(frozen=True)
class SoftOp(Op):
    """The picture out of focus: a binomial filter over five pixels each way."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(soft(image.pixels))


def soft(pixels: np.ndarray) -> np.ndarray:
    """(H, W, C) out of focus."""
    for axis in (0, 1):
        around = [(2, 2) if side == axis else (0, 0) for side in range(3)]
        padded = np.pad(pixels, around, mode="edge")
        shifted = [padded.take(range(place, place + pixels.shape[axis]), axis) for place in range(5)]
        pixels = sum(np.float32(weight / 16) * part for weight, part in zip((1, 4, 6, 4, 1), shifted, strict=True))
    return pixels


@dataclass(frozen=True)
class KeyOp(Op):
    """Coverage of the bright red parts, as an alpha channel of noughts and ones."""

    source: Op

    def header(self, frame: int) -> Header:
        return replace(self.source.header(frame), channels=("A",))

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return Image(self.header(frame), (image.pixels[:, :, :1] > 0.5).astype(np.float32))


@dataclass(frozen=True)
class SpotOp(Op):
    """The source with a bright green spot of eight pixels, in another place of each frame."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        top, left = (16 * frame) % 40, (24 * frame) % 56
        spotted = image.pixels.copy()
        spotted[top : top + 8, left : left + 8] = spotted[top : top + 8, left : left + 8] / 2 + np.float32([0, 0.5, 0])
        return image.with_pixels(spotted)
