"""ContactSheet: crops of a run side by side, as a picture to look at: three columns, a band of tiles for each crop.

The columns are always input, ground truth and output; the layers of a crop stand below each other within its band.
Colour is seen through the view transform. Alpha and other channels are shown grey, as they are where they lie within
0 and 1; depth and the like are stretched between the lowest and highest value on the sheet, which the label then says.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from paircat.engine import atomic
from paircat.engine.errors import PairCatError
from paircat.engine.events import PreviewReady, SheetReady, SheetRow
from paircat.engine.picture import channels
from paircat.engine.picture.color import NO_VIEW, display_view

FRAME_NOTE = "paircat:frame"
"""The attribute of a preview's file that says which frame it shows."""

_STEP_NOTE = "paircat:step"

_GAP = 2
_STRIP, _INDENT = 18, 4  # pixels of the line of text above everything, and before its first letter
_FONT, _FONT_SIZE = "DroidSans", 11  # comes with OpenImageIO
_INK = 0.7
_PAPER = 0.12
_LABELLED = 96  # tiles narrower than this have no room for a label
_COLUMNS = ("input", "groundtruth", "output")

_OPAQUE = 1 - 0.5 / 255  # an alpha above it is 1 to the eye

Span = tuple[float, float]


@dataclass(frozen=True)
class TileKind:
    """What one tile shows: three channels as colour, or one channel as grey."""

    label: str
    channels: tuple[str, ...]

    @property
    def is_color(self) -> bool:
        return len(self.channels) == 3

    @property
    def is_light(self) -> bool:
        """Whether the values are light, to be seen through the view transform, rather than coverage or data."""
        return self.is_color or channels.canonical(self.channels[0]).rpartition(".")[2] == "Y"


Column = tuple[np.ndarray, Sequence[str], list[TileKind]]
"""Pixels (h, w, channels), the channels' names, and the tiles that are shown of them."""


@dataclass(frozen=True)
class Sheet:
    """A picture ready to be written.

    Attributes:
        pixels: float32, (height, width, 3), display values from 0 to 1.
        notes: what the reader should know, such as how depth was stretched; goes into the file's description.
        frame: that of a preview, where it is known.
    """

    pixels: np.ndarray
    view: str
    notes: tuple[str, ...] = field(default=())
    frame: int | None = None


def tile_kinds(names: Sequence[str]) -> list[TileKind]:
    """The tiles of channels: one for each layer's colour, one for every other channel.

    >>> [tile.label for tile in tile_kinds(["R", "G", "B", "A", "depth.Z"])]
    ['rgb', 'A', 'depth.Z']
    """
    tiles: list[TileKind] = []
    for layer, members in channels.layers(names).items():
        short = {channels.canonical(name).rpartition(".")[2]: name for name in members}
        color = tuple(short[name] for name in ("R", "G", "B") if name in short)
        if len(color) == 3:
            tiles.append(TileKind("rgb" if layer == "rgba" else layer, color))
        tiles.extend(TileKind(name, (name,)) for name in members if len(color) < 3 or name not in color)
    return tiles


def compose_sheet(event: SheetReady, title: str = "") -> Sheet:
    """Lay out the crops of one step. Tiles are as large as the crops; `title` stands before the step."""
    opaque = _opaque(event.rows)
    columns = [_columns(row, opaque) for row in event.rows]
    # The outputs are left out: a network that has only begun would stretch everything by its own mistakes.
    spans = _spans(column for (before, after, _) in columns for column in (before, after))
    bands = [_band(parts, row.view, spans) for parts, row in zip(columns, event.rows, strict=True)]
    width = max(band.shape[1] for band in bands)
    lines = [_padded(band, width) for band in bands]
    body = np.concatenate([part for band in lines for part in (band, _paper(_GAP, width))][:-1])
    step, view = f"step {event.step}", event.rows[0].view if event.rows[0].view != NO_VIEW else ""
    captions = (f"{title} {step}   {view}", f"{title} {step}", f"{step}   {view}")
    caption = _fitting((line.strip() for line in captions), width, step)
    strip = _text(_paper(_STRIP, width), caption, _INDENT, 13)
    notes = _notes(spans) + tuple(f"{name} is 1 everywhere and not shown" for name in sorted(opaque))
    return Sheet(np.concatenate([strip, body]), event.rows[0].view, notes)


def compose_preview(event: PreviewReady) -> Sheet:
    """The preview frame as it is seen: its colour, or its first channel where it has none."""
    image = event.image
    tile = tile_kinds(image.header.channels)[0]
    pixels = image.over_window(image.header.display_window)
    spans = _spans([(pixels, image.header.channels, [tile])])
    shown = _tile(pixels, image.header.channels, tile, event.view, spans)
    return Sheet(shown, event.view, _notes(spans), event.frame)


def write_sheet(path: Path, sheet: Sheet, step: int) -> None:
    """Write a 16-bit PNG whole; step, view, frame and notes stand in its text.

    Raises:
        PairCatError: the disk is full, the folder cannot be written, or another picture has the name.
    """
    if os.path.lexists(path) and not is_sheet(path, step):
        raise PairCatError(
            f"'{path}' is not this training's picture of step {step}, so it is not written over; move it away, and "
            "have frames rendered into another folder than the Data Directory."
        )
    height, width, depth = sheet.pixels.shape
    spec = oiio.ImageSpec(width, height, depth, oiio.UINT16)
    spec.attribute("png:compressionLevel", 1)  # the default takes ten times as long for a tenth less
    spec.attribute(_STEP_NOTE, str(step))
    spec.attribute("paircat:view", sheet.view)
    if sheet.frame is not None:
        spec.attribute(FRAME_NOTE, str(sheet.frame))
    spec.attribute("ImageDescription", "; ".join((f"step {step}", f"view {sheet.view}", *sheet.notes)))
    with atomic.replacing(path) as beside:
        output = oiio.ImageOutput.create(str(beside))
        if output is None:
            raise PairCatError(f"'{path}' could not be written: {oiio.geterror()}. Reinstall OpenImageIO with PNG.")
        written = output.open(str(beside), spec) and output.write_image(np.ascontiguousarray(sheet.pixels))
        closed = output.close()
        # A PNG that the disk cuts short is "written" and "closed" without complaint; only the error text tells.
        reason = output.geterror().strip().partition("\n")[0]
        if reason or not (written and closed):
            if shutil.disk_usage(path.parent).free < sheet.pixels.nbytes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise PairCatError(
                f"'{path}' could not be written: {reason}. Check the folder and its disk; what was there is unharmed."
            )


def is_sheet(path: Path, step: int) -> bool:
    """Whether a file says in its text that `write_sheet` wrote it for that step. Its name alone says little: rendered
    frames are called so too. What cannot be read is none.
    """
    source = oiio.ImageInput.open(str(path))
    if source is None:
        oiio.geterror()  # it would be printed at the end of the process
        return False
    try:
        return bool(source.spec().get_string_attribute(_STEP_NOTE) == str(step))
    finally:
        source.close()


def _input_kinds(row: SheetRow) -> list[TileKind]:
    """What is shown of an input: its colours, and what comes out too. Depth or motion beside them would only be in the
    way of a comparison; where there is nothing else, all is shown.
    """
    kinds = tile_kinds(row.channels_in)
    out = tile_kinds(row.channels_out)
    return [kind for kind in kinds if kind.is_color or kind in out] or kinds


def _opaque(rows: Sequence[SheetRow]) -> frozenset[str]:
    """Alphas beside colours, in and out, that are 1 all over the sheet, as those of plates often are: their tiles would
    be white, and half of it.
    """
    names_in, names_out = rows[0].channels_in, rows[0].channels_out
    if not any(kind.is_color for kind in tile_kinds(names_out)):
        return frozenset()

    def is_opaque(name: str) -> bool:
        columns = [(row.input, names_in) for row in rows]
        columns += [(pixels, names_out) for row in rows for pixels in (row.groundtruth, row.output)]
        return all(bool((pixels[:, :, list(names).index(name)] > _OPAQUE).all()) for pixels, names in columns)

    alphas = (name for name in names_out if channels.canonical(name).rpartition(".")[2] == "A")
    return frozenset(name for name in alphas if name in names_in and is_opaque(name))


def _columns(row: SheetRow, opaque: frozenset[str]) -> tuple[Column, Column, Column]:
    """Input, ground truth and output of a crop, with the tiles that are shown of each."""

    def part(pixels: np.ndarray, names: Sequence[str], kinds: list[TileKind]) -> Column:
        return pixels, names, [kind for kind in kinds if opaque.isdisjoint(kind.channels)]

    return (
        part(row.input, row.channels_in, _input_kinds(row)),
        part(row.groundtruth, row.channels_out, tile_kinds(row.channels_out)),
        part(row.output, row.channels_out, tile_kinds(row.channels_out)),
    )


def _band(parts: Sequence[Column], view: str, spans: dict[str, Span]) -> np.ndarray:
    """One crop: the columns side by side, each with its tiles below each other."""
    columns = []
    for column, (pixels, names, kinds) in zip(_COLUMNS, parts, strict=True):
        tiles = []
        for kind in kinds:
            label = f"{column} {kind.label}"
            if kind.label in spans:
                low, high = spans[kind.label]
                label += f" {low:.3g}..{high:.3g}"
            tile = _tile(pixels, names, kind, view, spans)
            tiles.append(_labelled(tile, label))
        columns.append(_stack(tiles))
    height = max(column.shape[0] for column in columns)
    filled = [_padded(column, column.shape[1], height) for column in columns]
    gap = _paper(height, _GAP)
    return np.concatenate([filled[0], gap, filled[1], gap, filled[2]], axis=1)


def _tile(pixels: np.ndarray, names: Sequence[str], kind: TileKind, view: str, spans: dict[str, Span]) -> np.ndarray:
    """Display values, float32 (h, w, 3), of one tile. NaN and infinities show as black and white."""
    picked = pixels[:, :, [list(names).index(name) for name in kind.channels]]
    shown = np.nan_to_num(picked, nan=0.0, posinf=1e6, neginf=-1e6).astype(np.float32)
    if kind.label in spans:
        low, high = spans[kind.label]
        shown = (shown - low) / (high - low)
    shown = np.ascontiguousarray(np.broadcast_to(shown, (*shown.shape[:2], 3)))
    if kind.is_light:
        shown = display_view(shown, view)
    return np.clip(shown, 0.0, 1.0).astype(np.float32)


def _spans(parts: Iterable[tuple[np.ndarray, Sequence[str], Sequence[TileKind]]]) -> dict[str, Span]:
    """Lowest and highest value, over all parts, of the data channels that leave 0..1; alpha is always 0..1."""
    values: dict[str, list[np.ndarray]] = {}
    for pixels, names, kinds in parts:
        for kind in kinds:
            if not kind.is_light and channels.canonical(kind.channels[0]).rpartition(".")[2] != "A":
                values.setdefault(kind.label, []).append(pixels[:, :, list(names).index(kind.channels[0])].ravel())
    spans: dict[str, Span] = {}
    for label, arrays in values.items():
        numbers = np.concatenate(arrays)
        numbers = numbers[np.isfinite(numbers)]
        if len(numbers) and (numbers.min() < 0 or numbers.max() > 1):
            low, high = float(numbers.min()), float(numbers.max())
            spans[label] = (low, high if high > low else low + 1)
    return spans


def _notes(spans: dict[str, Span]) -> tuple[str, ...]:
    return tuple(f"{name} is shown from {low:.4g} to {high:.4g}" for name, (low, high) in spans.items())


def _labelled(tile: np.ndarray, label: str) -> np.ndarray:
    """The tile with its name in the upper left corner, on a dark ground so that it reads over any picture."""
    if tile.shape[1] < _LABELLED or tile.shape[0] < _STRIP:
        return tile
    ground = tile.copy()
    ground[: _STRIP - 4, : min(tile.shape[1], 6 * len(label) + 8)] *= 0.25
    return _text(ground, label, 3, 11, size=10)


def _fitting(lines: Iterable[str], width: int, shortest: str) -> str:
    """The first of the lines that is not cut off by the sheet's edge, or the shortest one."""
    fits = (line for line in lines if oiio.ImageBufAlgo.text_size(line, _FONT_SIZE, _FONT).width + _INDENT <= width)
    return next(fits, shortest)


def _text(pixels: np.ndarray, text: str, x: int, y: int, size: int = _FONT_SIZE) -> np.ndarray:
    """`text` over a copy of `pixels`, its base line at y."""
    buffer = oiio.ImageBuf(np.ascontiguousarray(pixels))
    if not oiio.ImageBufAlgo.render_text(buffer, x, y, text, size, _FONT, (_INK, _INK, _INK)):
        buffer.geterror()  # a build without fonts: the sheet goes without words
        return pixels
    return np.asarray(buffer.get_pixels(oiio.FLOAT))


def _stack(tiles: Sequence[np.ndarray]) -> np.ndarray:
    gap = _paper(_GAP, tiles[0].shape[1])
    return np.concatenate([part for tile in tiles for part in (tile, gap)][:-1])


def _padded(pixels: np.ndarray, width: int, height: int | None = None) -> np.ndarray:
    out = _paper(height or pixels.shape[0], width)
    out[: pixels.shape[0], : pixels.shape[1]] = pixels
    return out


def _paper(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), _PAPER, np.float32)
