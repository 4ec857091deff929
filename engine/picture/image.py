"""Image: one frame's float32 pixels with the names of its channels, its windows and its metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from paircat.engine.errors import PairCatError
from paircat.engine.picture.box import Box

_WHOLE_NUMBERS = ("int", "uint", "int32", "uint32")  # such as an object's number; 8 and 16 bits stand for 0..1


@dataclass(frozen=True)
class Header:
    """All that is known of a frame before its pixels are read.

    Attributes:
        channels: the channels' names exactly as in the file, such as R, G, B, A, depth.Z, diffuse.R.
        data_window: where there are pixels.
        display_window: the format: the picture that is meant to be seen.
        pixel_aspect: width of a pixel over its height.
        formats: how the file stored each channel: half, float, uint8, uint16, ... Empty where no file is behind it.
        metadata: attributes to carry over to written files, with OpenImageIO's names.
    """

    channels: tuple[str, ...]
    data_window: Box
    display_window: Box
    pixel_aspect: float = 1.0
    formats: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def with_added(self, channels: Sequence[str]) -> Header:
        """Those of the channels that are new behind the others, stored as the first one that holds fractions is."""
        new = tuple(name for name in channels if name not in self.channels)
        stored = next((kind for kind in self.formats if kind not in _WHOLE_NUMBERS), "float")
        formats = self.formats + (stored,) * len(new) if self.formats else ()
        return replace(self, channels=self.channels + new, formats=formats)


@dataclass(frozen=True)
class Image:
    """A header and its pixels: float32, shape (data_window.height, data_window.width, channels), C-contiguous.

    Nothing is clamped: negative values, values above one and infinities stand as they were read. Images are shared
    between cache, viewer and training, so nobody writes into `pixels` after the image was made.
    """

    header: Header
    pixels: np.ndarray

    def __post_init__(self) -> None:
        window = self.header.data_window
        expected = (window.height, window.width, len(self.header.channels))
        if self.pixels.shape != expected or self.pixels.dtype != np.float32:
            raise ValueError(f"pixels are {self.pixels.dtype} {self.pixels.shape}, the header says float32 {expected}")

    @property
    def nbytes(self) -> int:
        return self.pixels.nbytes

    def with_pixels(self, pixels: np.ndarray, **changes: Any) -> Image:
        """The same header, but for `changes`, around other pixels."""
        return Image(replace(self.header, **changes), np.ascontiguousarray(pixels, dtype=np.float32))

    def index(self, channel: str) -> int:
        """Position of a channel.

        Raises:
            PairCatError: there is no such channel.
        """
        try:
            return self.header.channels.index(channel)
        except ValueError:
            known = ", ".join(self.header.channels)
            raise PairCatError(f"There is no channel '{channel}'; this picture has {known}.") from None

    def select(self, channels: Sequence[str]) -> np.ndarray:
        """Float32 pixels of the named channels, shape (height, width, len(channels))."""
        return np.ascontiguousarray(self.pixels[:, :, [self.index(name) for name in channels]])

    def over_window(self, window: Box) -> np.ndarray:
        """Float32 pixels of all channels over `window`; zero where the data window has none."""
        mine = self.header.data_window
        if mine == window:
            return self.pixels
        out = np.zeros((window.height, window.width, len(self.header.channels)), np.float32)
        part = mine.intersection(window)
        if not part.empty:
            out[part.y - window.y : part.bottom - window.y, part.x - window.x : part.right - window.x] = self.pixels[
                part.y - mine.y : part.bottom - mine.y, part.x - mine.x : part.right - mine.x
            ]
        return out
