"""Compact: pixels in the smallest type that holds them exactly, so that more pairs fit into memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Compact:
    """Pixels stored as uint8 or uint16 steps, half floats or floats; `expand` gives the same float32 values back."""

    values: np.ndarray

    @classmethod
    def pack(cls, pixels: np.ndarray) -> Compact:
        """Pack float32 (H, W, C): 8- and 16-bit pictures and half EXRs shrink, everything else stays float32."""
        for kind in (np.uint8, np.uint16):
            top = np.iinfo(kind).max
            if pixels.min(initial=0.0) >= 0.0 and pixels.max(initial=0.0) <= 1.0:
                steps = np.rint(pixels * np.float32(top)).astype(kind)
                if np.array_equal(_expand(steps), pixels):
                    return cls(steps)
        with np.errstate(over="ignore"):
            halves = pixels.astype(np.float16)
        return cls(halves if np.array_equal(halves.astype(np.float32), pixels) else pixels)

    def expand(self, top: int, left: int, height: int, width: int) -> np.ndarray:
        """A float32 (height, width, C) copy of part of the pixels."""
        return _expand(self.values[top : top + height, left : left + width])

    @property
    def nbytes(self) -> int:
        return self.values.nbytes


@dataclass(frozen=True)
class Filed:
    """The same in a file of bare numbers.

    It is opened for each look: a data set of thousands of pairs would take more open files than a process may have.
    Whole rows are read, in one piece: mapped, the system would read five times as much ahead for a crop.
    """

    path: Path
    dtype: np.dtype
    shape: tuple[int, ...]

    @classmethod
    def write(cls, compact: Compact, path: Path) -> Filed:
        """
        Raises:
            OSError: the disk is full.
        """
        with path.open("wb") as file:
            compact.values.tofile(file)
        return cls(path, compact.values.dtype, compact.values.shape)

    def expand(self, top: int, left: int, height: int, width: int) -> np.ndarray:
        """A float32 (height, width, C) copy of part of the pixels."""
        _, across, channels = self.shape
        row = across * channels
        read = np.fromfile(self.path, self.dtype, height * row, offset=top * row * self.dtype.itemsize)
        return _expand(read.reshape(height, across, channels)[:, left : left + width])

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape)) * self.dtype.itemsize


def _expand(values: np.ndarray) -> np.ndarray:
    """The float32 values that the readers of 8- and 16-bit files give: k / 255 and k / 65535 in single precision."""
    if values.dtype in (np.uint8, np.uint16):
        return values.astype(np.float32) / np.float32(np.iinfo(values.dtype).max)
    return values.astype(np.float32)
