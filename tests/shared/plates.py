"""Small real frames on disk, in which every value says where and when it stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image

FORMAT = Box(0, 0, 48, 32)


def plate(frame: int, window: Box = FORMAT, channels: tuple[str, ...] = ("R", "G", "B", "A")) -> Image:
    """Red is the frame, green the column, blue the row, each divided by 64, exact as half; all else is one."""
    pixels = np.ones((window.height, window.width, len(channels)), np.float32)
    rows, columns = np.mgrid[window.y : window.bottom, window.x : window.right]
    for place, values in enumerate((frame, columns, rows)[: len(channels)]):
        pixels[:, :, place] = values / np.float32(64)
    return Image(Header(channels, window, FORMAT, formats=("half",) * len(channels)), pixels)


def write_plates(folder: Path, name: str, frames: Iterable[int], window: Box = FORMAT) -> str:
    """Frames as EXR files; gives the pattern of their paths."""
    for frame in frames:
        write_image(folder / f"{name}.{frame:04d}.exr", plate(frame, window))
    return str(folder / f"{name}.####.exr")
