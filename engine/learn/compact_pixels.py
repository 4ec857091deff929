"""CompactPixels: pixels in the smallest type that holds them exactly, so that more pairs fit into memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.errors import DataSetError

TILE = 64
"""Edge of a file's tiles in pixels."""


@dataclass(frozen=True)
class CompactPixels:
    """Pixels stored as uint8 or uint16 steps, half floats or floats; `expand` gives the same float32 values back."""

    values: np.ndarray

    @classmethod
    def pack(cls, pixels: np.ndarray) -> CompactPixels:
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
    def dtype(self) -> np.dtype:
        return self.values.dtype

    @property
    def nbytes(self) -> int:
        return self.values.nbytes


@dataclass(frozen=True)
class PixelFile:
    """The same pixels in a raw binary file, in tiles, so that a crop reads little more than itself.

    It is opened for each look: a data set of thousands of pairs would take more open files than a process may have.
    """

    path: Path
    dtype: np.dtype
    shape: tuple[int, ...]

    @classmethod
    def of(cls, pixels: CompactPixels, path: Path = Path()) -> PixelFile:
        """What would be such a file; nothing is written."""
        return cls(path, pixels.values.dtype, pixels.values.shape)

    @classmethod
    def write(cls, pixels: CompactPixels, path: Path) -> PixelFile:
        """
        Raises:
            OSError: the disk is full.
        """
        pixel_file = cls.of(pixels, path)
        _, across = pixel_file._tiles
        with path.open("wb") as file:
            for top in range(0, pixel_file.shape[0], TILE):
                strip = pixels.values[top : top + TILE]
                tiles = np.zeros((TILE, across * TILE, pixel_file.shape[2]), pixel_file.dtype)
                tiles[: strip.shape[0], : strip.shape[1]] = strip
                tiles.reshape(TILE, across, TILE, -1).swapaxes(0, 1).tofile(file)
        return pixel_file

    def expand(self, top: int, left: int, height: int, width: int) -> np.ndarray:
        """A float32 (height, width, C) copy of part of the pixels.

        Raises:
            DataSetError: the file is gone or damaged.
        """
        rows, columns = (
            range(start // TILE, -(-(start + length) // TILE)) for start, length in ((top, height), (left, width))
        )
        tiles = np.empty((len(rows), len(columns), TILE, TILE, self.shape[2]), self.dtype)
        try:
            with self.path.open("rb", buffering=0) as file:
                if hasattr(os, "posix_fadvise"):  # or the system would read the tiles beside them as well
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
                for row, strip in zip(rows, tiles, strict=True):
                    file.seek((row * self._tiles[1] + columns[0]) * strip[0].nbytes)
                    if file.readinto(strip.reshape(-1).view(np.uint8)) != strip.nbytes:
                        raise OSError("the file is too short")
        except OSError as error:
            raise DataSetError(
                f"'{self.path}' held a decoded pair and cannot be read any more ({error}). Resume the run, and it is "
                "decoded again."
            ) from error
        picture = tiles.swapaxes(1, 2).reshape(len(rows) * TILE, len(columns) * TILE, -1)
        top, left = top - rows[0] * TILE, left - columns[0] * TILE
        return _expand(picture[top : top + height, left : left + width])

    @property
    def nbytes(self) -> int:
        down, across = self._tiles
        return down * across * TILE * TILE * self.shape[2] * self.dtype.itemsize

    @property
    def _tiles(self) -> tuple[int, int]:
        """How many tiles there are down and across."""
        return -(-self.shape[0] // TILE), -(-self.shape[1] // TILE)


def rounded(pixels: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Float32 values as near as a type that pixels are stored in comes to them."""
    if np.issubdtype(dtype, np.integer):
        return _expand(np.rint(np.clip(pixels, 0, 1) * np.iinfo(dtype).max).astype(dtype))
    return pixels.astype(dtype).astype(np.float32)


def _expand(values: np.ndarray) -> np.ndarray:
    """The float32 values that the readers of 8- and 16-bit files give: k / 255 and k / 65535 in single precision."""
    if values.dtype in (np.uint8, np.uint16):
        return values.astype(np.float32) / np.float32(np.iinfo(values.dtype).max)
    return values.astype(np.float32)
