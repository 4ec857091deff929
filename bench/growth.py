"""Growth: how time and memory grow with what is asked for, one thing varied at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paircat.bench.contestants import ORDER
from paircat.bench.piece import Piece
from paircat.bench.results import Results
from paircat.bench.table_format import megabytes, number, percent, rows

Points = list[tuple[float, float]]

_BASE = Piece("cost", width=1280, height=720, pairs=8, crop=128, batch=4)
_INFER = Piece("infer", width=1920, height=1080)
_FRAMES = ((640, 360), (1280, 720), (1920, 1080), (3840, 2160))
_PAIRS = (4, 8, 16, 32, 64)
_CROPS = (64, 128, 256, 512)
_BATCHES = (1, 2, 4, 8)
_INFERRED = ((960, 540), (1920, 1080), (3840, 2160))
_TILES = (1024, 1280, 1536, -1)

MEMORY = replace(_BASE, contestant="small", crop=256)
"""The training whose memory has a goal: crop 256, batch 4."""


@dataclass(frozen=True)
class Axis:
    """One thing that is varied.

    Attributes:
        name, unit: what it is, and what of it is counted, so that a slope of 1 is linear.
        base: the piece that is varied. fields: which fields of it are.
        amount: how much of it a piece asks for. label: how a table calls that.
    """

    name: str
    unit: str
    base: Piece
    fields: tuple[str, ...]
    amount: Callable[[Piece], float]
    label: Callable[[Piece], str]


AXES = (
    Axis(
        "frame size", "pixels", _BASE, ("width", "height"), lambda one: one.width * one.height, lambda one: _size(one)
    ),
    Axis("pairs", "pairs", _BASE, ("pairs",), lambda one: one.pairs, lambda one: str(one.pairs)),
    Axis("crop size", "pixels", _BASE, ("crop",), lambda one: one.crop**2, lambda one: str(one.crop)),
    Axis("batch size", "crops", _BASE, ("batch",), lambda one: one.batch, lambda one: str(one.batch)),
    Axis(
        "inference, frame size",
        "pixels",
        _INFER,
        ("width", "height"),
        lambda one: one.width * one.height,
        lambda one: _size(one),
    ),
    Axis("inference, tile size", "pixels", _INFER, ("tile",), lambda one: _tile_pixels(one), lambda one: _tile(one)),
)


@dataclass(frozen=True)
class Row:
    """What one contestant took along one axis.

    Attributes:
        seconds, bytes: (amount, value) by growing amount; bytes are those over what was there before the data.
        labels: of the amounts. waiting: the largest share of a step spent waiting for data, and first_waits the most
            seconds of that until all pairs had been seen once; None for inference.
    """

    axis: Axis
    contestant: str
    seconds: Points
    bytes: Points
    labels: list[str]
    waiting: float | None = None
    first_waits: float | None = None


def pieces(contestant: str) -> list[Piece]:
    """Everything that a contestant's rows need, the base of all axes once."""
    varied = [replace(_BASE, width=width, height=height) for width, height in _FRAMES]
    varied += [replace(_BASE, pairs=count) for count in _PAIRS]
    varied += [replace(_BASE, crop=edge) for edge in _CROPS] + [replace(_BASE, batch=count) for count in _BATCHES]
    varied += [replace(_INFER, width=width, height=height) for width, height in _INFERRED]
    varied += [replace(_INFER, tile=edge) for edge in _TILES]
    return list(dict.fromkeys(replace(one, contestant=contestant) for one in varied))


def measured(results: Results) -> Iterator[Row]:
    """The rows for which there are at least three points."""
    for axis in AXES:
        for name in results.seen("contestant", ORDER, kind=axis.base.kind):
            found = {}
            for piece in sorted({one for one, result in results.pieces if "error" not in result}, key=axis.amount):
                plain = replace(piece, repeat=0)
                same = replace(plain, **{field: getattr(axis.base, field) for field in axis.fields})
                if same == replace(axis.base, contestant=name) and axis.amount(plain):
                    found[axis.amount(plain)] = plain
            if len(found) >= 3:
                yield _row(results, axis, name, found)


def _row(results: Results, axis: Axis, name: str, found: dict[float, Piece]) -> Row:
    time = "step_seconds" if axis.base.kind == "cost" else "frame_seconds"

    def of(value: str, piece: Piece) -> float:
        wanted = {key: given for key, given in vars(piece).items() if key != "repeat"}
        return results.median(value, **wanted) or 0.0

    waiting, first = (
        max((of(value, piece) for piece in found.values()), default=None) if axis.base.kind == "cost" else None
        for value in ("waiting", "first_waits")
    )
    return Row(
        axis,
        name,
        [(amount, of(time, piece)) for amount, piece in found.items()],
        [(amount, of("peak_bytes", piece) - of("base_bytes", piece)) for amount, piece in found.items()],
        [axis.label(piece) for piece in found.values()],
        waiting,
        first,
    )


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The exponent of growth: of a straight line through the logarithms. 1 is linear, 0 not at all.

    >>> round(slope([(1, 3), (2, 6), (4, 12)]), 6)
    1.0
    """
    x, y = (np.log([max(point[side], 1e-12) for point in points]) for side in (0, 1))
    return float(np.polyfit(x, y, 1)[0])


def table(results: Results) -> str:
    """A line for each row: its values, and the exponents of time and memory."""
    lines = []
    for row in measured(results):
        lines.append(
            [
                row.axis.name,
                row.contestant,
                ", ".join(row.labels),
                ", ".join(_seconds(value) for _, value in row.seconds),
                number(slope(row.seconds)),
                ", ".join(megabytes(value).removesuffix(" MB") for _, value in row.bytes),
                number(slope(row.bytes)),
                percent(row.waiting, 1),
                number(row.first_waits),
            ]
        )
    header = ["varied", "", "values", "seconds", "exponent", "MB over the start", "exponent", "waiting", "at first"]
    text = (
        f"Seconds of a step, or of a frame for inference. Unless varied: {_size(_BASE)}, {_BASE.pairs} pairs, crop "
        f"{_BASE.crop}, batch {_BASE.batch}; inference of {_size(_INFER)} with automatic tiles. Exponents are per "
        "pixel (of frame, crop or tile), pair or crop: 1 is linear. Waiting is the largest share of "
        "steps' time in which they stood still for crops to be decoded and cut, once all pairs had been seen; at first "
        "is the most seconds that were waited until then."
    )
    return f"## Growth of cost\n\n{text}\n\n{rows(header, lines, 3)}" if lines else ""


def _size(piece: Piece) -> str:
    return f"{piece.width}x{piece.height}"


def _tile(piece: Piece) -> str:
    return str(piece.tile) if piece.tile > 0 else "whole"


def _tile_pixels(piece: Piece) -> int:
    """0 where the contestant chooses."""
    return piece.tile**2 if piece.tile >= 0 else piece.width * piece.height


def _seconds(value: float) -> str:
    """Three digits, however small."""
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"
