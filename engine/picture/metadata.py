"""Attributes: what a file says about its picture beside the pixels, and what of it a written file gets.

Whole numbers, numbers and texts are kept as plain Python values. Everything else (timecodes, matrices, chromaticities,
vectors) is an Attribute, which remembers its type, so that it is written as what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import OpenImageIO as oiio

_PLAIN = {"int": int, "float": float, "string": str}

# Facts about the stored bytes, not about the picture: the writer works them out anew, or the Header says them.
_OF_THE_FILE = frozenset((
    "PixelAspectRatio", "oiio:subimages", "oiio:subimagename", "oiio:BitsPerSample", "oiio:RowsPerChunk",
    "oiio:Movie", "name", "type", "version", "chunkCount", "planarconfig", "compression", "textureformat",
    "wrapmodes", "openexr:chunkCount", "openexr:levelmode", "openexr:roundingmode", "openexr:lineOrder",
    "openexr:version", "tiff:Compression", "tiff:PhotometricInterpretation", "tiff:PlanarConfiguration",
    "tiff:RowsPerStrip", "tiff:UnassociatedAlpha", "dpx:EndOfLinePadding", "dpx:EndOfImagePadding",
    "dpx:Packing", "dpx:Version", "dpx:ImageDescriptor", "dpx:DittoKey", "jpeg:subsampling",
))  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """A value with the type that OpenImageIO calls `type`, such as timecode, rational, matrix or float[8]."""

    type: str
    value: Any

    def __str__(self) -> str:
        return str(self.value)


def read_attributes(spec: Any) -> dict[str, Any]:
    """All attributes of an ImageSpec by name: int, float, str, or Attribute."""
    found: dict[str, Any] = {}
    for item in spec.extra_attribs:
        kind = str(item.type)
        found[item.name] = item.value if kind in _PLAIN else Attribute(kind, item.value)
    return found


def carry_over(metadata: Mapping[str, Any], spec: Any) -> None:
    """Give an ImageSpec that is about to be written all attributes that describe the picture."""
    for name, value in metadata.items():
        if name in _OF_THE_FILE:
            continue
        if isinstance(value, Attribute):
            spec.attribute(name, oiio.TypeDesc(value.type), value.value)
        elif isinstance(value, (int, float, str)):
            spec[name] = int(value) if isinstance(value, bool) else value
