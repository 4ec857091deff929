"""Pairs: input and ground truth of a set as two arrays of 8-bit squares on disk, and the Op that reads them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render
from paircat.weights.recipes.degrade import from_steps

RGB = ("R", "G", "B")
ALPHA = ("A",)

Make = Callable[[int], tuple[np.ndarray, np.ndarray]]
"""Frame number, from 0, to uint8 (edge, edge, channels) of input and ground truth; a function of the number alone."""


@dataclass(frozen=True)
class StackOp(Op):
    """Frames 1 to `count` out of a .npy file of uint8 (count, height, width, channels)."""

    path: str
    count: int
    size: tuple[int, int]
    channels: tuple[str, ...]

    def frame_range(self) -> FrameRange:
        return FrameRange.between(1, self.count)

    def header(self, frame: int) -> Header:
        window = Box(0, 0, self.size[1], self.size[0])
        return Header(self.channels, window, window)

    def compute(self, frame: int, render: Render) -> Image:
        return Image(self.header(frame), from_steps(_mapped(self.path)[frame - 1]))


@functools.lru_cache(maxsize=4)
def _mapped(path: str) -> np.ndarray:
    return np.load(path, mmap_mode="r")


@dataclass(frozen=True)
class PreparedPairs:
    """The two sides of a set's data set."""

    input: StackOp
    ground_truth: StackOp


def prepare(folder: Path, name: str, count: int, edge: int, channels_out: Sequence[str], make: Make) -> PreparedPairs:
    """Make `count` pairs with all processors, unless they are there already.

    Args:
        make: sent to other processes, so a function of a module or a partial of one.
    """
    ops = []
    files = [folder / f"{name}.{count}x{edge}.{side}.npy" for side in ("input", "truth")]
    for file, channels in zip(files, (RGB, tuple(channels_out)), strict=True):
        ops.append(StackOp(str(file), count, (edge, edge), channels))
    if not all(file.exists() for file in files):
        print(f"Preparing {count} pairs of {edge}x{edge} pixels for {name} ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        _write(ops, count, make)
    return PreparedPairs(*ops)


def _write(ops: Sequence[StackOp], count: int, make: Make) -> None:
    beside = [Path(f"{op.path}.part") for op in ops]
    arrays = [
        np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(count, *op.size, len(op.channels)))
        for path, op in zip(beside, ops, strict=True)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for number, pair in enumerate(pool.map(make, range(count), chunksize=16)):
            for array, side in zip(arrays, pair, strict=True):
                array[number] = side
    for array, path, op in zip(arrays, beside, ops, strict=True):
        array.flush()
        path.rename(op.path)
