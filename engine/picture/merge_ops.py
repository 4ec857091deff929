"""MergeOp: two pictures made into one, A on B. The operations carry Nuke's names and formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from paircat.engine.errors import PairCatError
from paircat.engine.picture import channels as channel_names
from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render

Plain = Callable[[np.ndarray, np.ndarray], np.ndarray]
WithAlpha = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def _divide(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    return np.divide(upper, lower, out=np.zeros_like(upper), where=lower != 0)


def _screen(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    inside = (upper >= 0) & (upper <= 1) & (lower >= 0) & (lower <= 1)
    return np.where(inside, upper + lower - upper * lower, np.maximum(upper, lower))


PLAIN: dict[str, Plain] = {
    "plus": np.add,
    "minus": np.subtract,
    "from": lambda upper, lower: lower - upper,
    # Two negative values would make a bright one.
    "multiply": lambda upper, lower: np.where((upper < 0) & (lower < 0), upper, upper * lower),
    "divide": lambda upper, lower: np.where((upper < 0) & (lower < 0), np.float32(0), _divide(upper, lower)),
    "screen": _screen,
    "difference": lambda upper, lower: np.abs(upper - lower),
    "exclusion": lambda upper, lower: upper + lower - 2 * upper * lower,
    "min": np.minimum,
    "max": np.maximum,
    "average": lambda upper, lower: (upper + lower) / 2,
    "hypot": np.hypot,
    "copy": lambda upper, lower: upper,
}
"""Operations on one channel of A and of B."""

WITH_ALPHA: dict[str, WithAlpha] = {
    "over": lambda upper, lower, a, b: upper + lower * (1 - a),
    "under": lambda upper, lower, a, b: upper * (1 - b) + lower,
    "atop": lambda upper, lower, a, b: upper * b + lower * (1 - a),
    "matte": lambda upper, lower, a, b: upper * a + lower * (1 - a),
    "in": lambda upper, lower, a, b: upper * b,
    "out": lambda upper, lower, a, b: upper * (1 - b),
    "mask": lambda upper, lower, a, b: lower * a,
    "stencil": lambda upper, lower, a, b: lower * (1 - a),
    "xor": lambda upper, lower, a, b: upper * (1 - b) + lower * (1 - a),
}
"""Operations on a channel of A and of B and both alphas, a and b. All but `matte` take premultiplied pictures."""

OPERATIONS = (*WITH_ALPHA, *PLAIN)


@dataclass(frozen=True)
class MergeOp(Op):
    """A and B over the union of their data windows; format, pixel aspect and metadata are B's.

    With the operations that use alpha, a picture without one counts as opaque where it has pixels, and a channel that
    one of the two lacks counts as black there. With the others, a channel that only one of them has is passed on.

    A picture of one frame only, such as a still, is merged with every frame of the other, whatever its own number.

    Attributes:
        channels: what is merged, as a selection; the other channels are B's.
        mix: 0 is B, black where it lacks a channel; 1 the full effect.
    """

    b: Op
    a: Op
    operation: str = "over"
    channels: str = "rgba"
    mix: float = 1.0

    def frame_range(self) -> FrameRange:
        """B's; but where B is one frame only, such as a still under a sequence, A's."""
        lower = self.b.frame_range()
        return self.a.frame_range() if len(lower) == 1 else lower

    def needs(self, frame: int) -> tuple[tuple[Op, int], ...]:
        return (self.b, self._frame_of(self.b, frame)), (self.a, self._frame_of(self.a, frame))

    @cached_property
    def _clips(self) -> set[int]:
        """Which sides, by identity, were seen to have several frames, so that their files are not listed each time."""
        return set()

    def _frame_of(self, side: Op, frame: int) -> int:
        """The frame of a side that belongs to a frame of the result."""
        if id(side) in self._clips:
            return frame
        try:
            frames = side.frame_range()
        except PairCatError:  # making it will say what is wrong
            return frame
        if len(frames) > 1:
            self._clips.add(id(side))
        return frames.first if len(frames) == 1 else frame

    def header(self, frame: int) -> Header:
        below, above = (side.header(number) for side, number in self.needs(frame))
        return self._result(below, above)

    def compute(self, frame: int, render: Render) -> Image:
        lower, upper = (render(side, number) for side, number in self.needs(frame))
        header = self._result(lower.header, upper.header)
        window = header.data_window
        merged = set(channel_names.select(header.channels, self.channels))
        below, above = _Planes(lower, window), _Planes(upper, window)
        out = np.empty((window.height, window.width, len(header.channels)), np.float32)
        for place, name in enumerate(header.channels):
            out[:, :, place] = self._merged(name, above, below) if name in merged else below.channel(name)
        return Image(header, out)

    def _merged(self, name: str, above: _Planes, below: _Planes) -> np.ndarray:
        if self.operation in PLAIN:
            upper, lower = above.channel(name), below.channel(name)
            if not above.has(name):
                return lower
            out = PLAIN[self.operation](upper, lower) if below.has(name) else upper
        else:
            solid = channel_names.canonical(name) == "A"
            upper = above.alpha() if solid else above.channel(name)
            lower = below.alpha() if solid else below.channel(name)
            out = WITH_ALPHA[self.operation](upper, lower, above.alpha(), below.alpha())
        return out if self.mix == 1 else (1 - self.mix) * lower + self.mix * out

    def _result(self, below: Header, above: Header) -> Header:
        """
        Raises:
            PairCatError: the operation is unknown.
        """
        if self.operation not in OPERATIONS:
            raise PairCatError(f"There is no merge '{self.operation}'; choose one of {', '.join(OPERATIONS)}.")
        known = {channel_names.canonical(name) for name in below.channels}
        new = [name for name in above.channels if channel_names.canonical(name) not in known]
        # What A has beyond the selection is not B's and so is not in the result.
        chosen = channel_names.select((*below.channels, *new), self.channels)
        added = tuple(name for name in new if name in chosen)
        formats: tuple[str, ...] = ()
        if below.formats:
            stored = dict(zip(above.channels, above.formats, strict=False))
            formats = (*below.formats, *(stored.get(name, "float") for name in added))
        return replace(
            below,
            channels=(*below.channels, *added),
            data_window=below.data_window.union(above.data_window),
            formats=formats,
        )


class _Planes:
    """One picture's channels over a window, found by what their names mean."""

    def __init__(self, image: Image, window: Box) -> None:
        self._pixels = image.over_window(window)
        self._places = {channel_names.canonical(name): place for place, name in enumerate(image.header.channels)}
        self._image, self._window = image, window

    def has(self, name: str) -> bool:
        return channel_names.canonical(name) in self._places

    def channel(self, name: str) -> np.ndarray:
        """Float32 (height, width); zero for a channel that the picture lacks."""
        place = self._places.get(channel_names.canonical(name))
        return np.zeros(self._pixels.shape[:2], np.float32) if place is None else self._pixels[:, :, place]

    def alpha(self) -> np.ndarray:
        """The alpha channel; without one, 1 inside of the data window and 0 outside."""
        if self.has("A"):
            return self.channel("A")
        solid = np.zeros(self._pixels.shape[:2], np.float32)
        mine, window = self._image.header.data_window, self._window
        rows = slice(mine.y - window.y, mine.bottom - window.y)
        solid[rows, mine.x - window.x : mine.right - window.x] = 1
        return solid
