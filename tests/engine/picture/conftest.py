"""A clip without files, for tests of Ops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render

NINE_FRAMES = FrameRange.between(1, 9)


@dataclass(frozen=True)
class NoiseOp(Op):
    """Noise of both signs and beyond one, another for each frame; `level` makes it constant."""

    data: tuple[int, int, int, int] = (0, 0, 32, 24)
    display: tuple[int, int, int, int] = (0, 0, 32, 24)
    channels: tuple[str, ...] = ("R", "G", "B", "A")
    frames: FrameRange = NINE_FRAMES
    level: float | None = None
    seed: int = 0

    def frame_range(self) -> FrameRange:
        return self.frames

    def frame_state(self, frame: int) -> int:
        return frame

    def header(self, frame: int) -> Header:
        return Header(
            channels=self.channels,
            data_window=Box(*self.data),
            display_window=Box(*self.display),
            pixel_aspect=1.5,
            formats=("half",) * len(self.channels),
            metadata={"frame": frame},
        )

    def compute(self, frame: int, render: Render) -> Image:
        header = self.header(frame)
        shape = (header.data_window.height, header.data_window.width, len(self.channels))
        if self.level is not None:
            return Image(header, np.full(shape, self.level, np.float32))
        random = np.random.default_rng([self.seed, frame + 1000])
        return Image(header, random.normal(0.5, 1.0, shape).astype(np.float32))


@pytest.fixture
def clip() -> Callable[..., NoiseOp]:
    """Makes clips; see NoiseOp for what can be said about them."""
    return NoiseOp
