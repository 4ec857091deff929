"""Tiles: a frame in pieces that fit into memory, cut so that the pieces show exactly what the whole frame would.

A tile is computed with `margin` pixels around it, as far as the network sees, so that its core comes out as it would in
the whole frame. Neighbouring cores overlap by a feather in which one fades into the other; where they agree, as they
should to float precision, the fade changes nothing, and where half precision makes them differ there is no seam.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_SMALLEST_CORE = 256  # pixels used of a tile: less is mostly margin


@dataclass(frozen=True)
class Span:
    """One tile along one axis, in pixels: what is read, what is used of it, and the fade at either end."""

    read_start: int
    read_stop: int
    start: int
    stop: int
    fade_in: int
    fade_out: int

    def weights(self) -> np.ndarray:
        """Float32 weights of the used pixels; over two neighbours' overlap they add up to one."""
        weights = np.ones(self.stop - self.start, np.float32)
        if self.fade_in:
            weights[: self.fade_in] = _ramp(self.fade_in)
        if self.fade_out:
            weights[-self.fade_out :] = 1 - _ramp(self.fade_out)
        return weights


def _ramp(length: int) -> np.ndarray:
    return ((np.arange(length, dtype=np.float32) + 0.5) / length).astype(np.float32)


def spans(length: int, tile: int, margin: int, feather: int, stride: int) -> list[Span]:
    """Cut `length` pixels into tiles that read about `tile` pixels each.

    Args:
        tile: 0 or less takes everything in one tile; one too small for margin and feather is made large enough.
        margin: pixels to read beyond the used ones. feather: overlap of neighbouring used parts.
        stride: reading starts at multiples of this, so that the network's grids stay where they are in the whole frame.
    """
    margin, feather = _up(margin, stride), _up(feather, stride)
    core = max(feather, stride, (tile - 2 * margin - feather) // stride * stride)
    if tile <= 0 or length <= max(tile, core + feather):
        return [Span(0, length, 0, length, 0, 0)]
    count = -(-(length - feather) // core)
    found = []
    for place in range(count):
        last = place == count - 1
        start = place * core
        stop = length if last else start + core + feather
        reads = max(0, start - margin), min(length, stop + margin)
        found.append(Span(*reads, start, stop, feather if place else 0, 0 if last else feather))
    return found


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def grid(
    size: tuple[int, int], tile: tuple[int, int], margin: int, feather: int, stride: int
) -> Iterator[tuple[Span, Span]]:
    """All tiles of a frame of `size` (height, width), row by row: (vertical span, horizontal span).

    `tile` is how many rows and columns each of them reads, about.
    """
    columns = spans(size[1], tile[1], margin, feather, stride)
    for row in spans(size[0], tile[0], margin, feather, stride):
        for column in columns:
            yield row, column


@functools.lru_cache
def least_work(size: tuple[int, int], pixels: int, margin: int, feather: int, stride: int) -> tuple[int, int]:
    """The tile, as `grid` takes it, that has a frame of `size` done by reading the fewest pixels in all.

    What tiles read beyond what is used of them is done twice. As high as the frame they overlap at two sides only.

    Args:
        pixels: the most that one tile may read; where that is too few for any, the smallest sensible tile is given.
    """
    if size[0] * size[1] <= pixels:
        return size
    choices = [
        (down * across, rows, columns)
        for rows, down, high in _cuts(size[0], margin, feather, stride)
        for columns, across, wide in _cuts(size[1], margin, feather, stride)
        if high * wide <= pixels
    ]
    smallest = _SMALLEST_CORE + 2 * _up(margin, stride) + _up(feather, stride)
    return min(choices)[1:] if choices else (smallest, smallest)


def _cuts(length: int, margin: int, feather: int, stride: int) -> Iterator[tuple[int, int, int]]:
    """Ways to cut one axis: the tile, all that its tiles read, and the most that one of them does."""
    around = 2 * _up(margin, stride) + _up(feather, stride)
    for tile in (length, *range(_SMALLEST_CORE + around, length, stride)):
        reads = [span.read_stop - span.read_start for span in spans(length, tile, margin, feather, stride)]
        yield tile, sum(reads), max(reads)
