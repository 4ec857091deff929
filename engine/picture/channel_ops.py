"""ShuffleOp: which channels a picture has, and where each of them comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from paircat.engine.errors import PairCatError
from paircat.engine.picture import channels
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render

CONSTANTS = {"0": 0.0, "1": 1.0, "black": 0.0, "white": 1.0}


@dataclass(frozen=True)
class ShuffleOp(Op):
    """Keeps some channels of the source and makes others from its channels or from constants.

    Attributes:
        mapping: pairs of an output channel and what fills it: a channel of the source, or 0 or 1. Both may be artists'
            terms, such as alpha or rgba.red. An output channel that exists is replaced in its place, a new one is last.
        keep: the source's channels that stay, as a selection; empty keeps none but those of the mapping.
    """

    source: Op
    mapping: tuple[tuple[str, str], ...] = ()
    keep: str = "all"

    def header(self, frame: int) -> Header:
        return self._result(self.source.header(frame))[0]

    def compute(self, frame: int, render: Render) -> Image:
        image = render(self.source, frame)
        header, origins = self._result(image.header)
        window = header.data_window
        pixels = np.empty((window.height, window.width, len(origins)), np.float32)
        for place, origin in enumerate(origins):
            pixels[:, :, place] = origin if isinstance(origin, float) else image.pixels[:, :, image.index(origin)]
        return Image(header, pixels)

    def _result(self, header: Header) -> tuple[Header, tuple[str | float, ...]]:
        """The header and, for each channel, the source's channel or the constant that fills it.

        Raises:
            PairCatError: the source lacks a channel, or nothing is left.
        """
        names = header.channels
        origins: dict[str, str | float] = {}
        for name in channels.select(names, self.keep) if self.keep.strip() else ():
            origins[name] = name
        for output, origin in self.mapping:
            origins[_existing(names, output)] = (
                CONSTANTS[origin.lower()] if origin.lower() in CONSTANTS else _one(names, origin)
            )
        if not origins:
            raise PairCatError("The Shuffle keeps no channel at all; name at least one to keep or to make.")
        stored = dict(zip(names, header.formats, strict=False))
        formats = tuple(
            stored.get(origin, "float") if isinstance(origin, str) else "float" for origin in origins.values()
        )
        changed = replace(header, channels=tuple(origins), formats=formats if header.formats else ())
        return changed, tuple(origins.values())


def parse_mapping(text: str) -> tuple[tuple[str, str], ...]:
    """Read `R=B, B=R, A=1`, the pairs divided by commas, semicolons or new lines.

    Raises:
        PairCatError: a part is not of the form output=input, or an output comes twice.
    """
    pairs: dict[str, str] = {}
    for part in text.replace(";", ",").replace("\n", ",").split(","):
        if not part.strip():
            continue
        output, equals, origin = (piece.strip() for piece in part.partition("="))
        if not (output and equals and origin) or "=" in origin:
            raise PairCatError(f"'{part.strip()}' says no channel; write output=input, for example R=B, A=1.")
        if channels.canonical(output) in (channels.canonical(other) for other in pairs):
            raise PairCatError(f"The channel '{output}' is made twice; name it once.")
        pairs[output] = origin
    return tuple(pairs.items())


def _existing(names: tuple[str, ...], term: str) -> str:
    """The source's own spelling of a channel, or the name for a new one."""
    meant = channels.canonical(term)
    return next((name for name in names if channels.canonical(name) == meant), meant)


def _one(names: tuple[str, ...], term: str) -> str:
    found = channels.select(names, term)
    if len(found) != 1:
        raise PairCatError(f"'{term}' is several channels ({', '.join(found)}); name one of them.")
    return found[0]
