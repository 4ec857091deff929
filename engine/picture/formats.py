"""FileFormat: what each kind of image file can hold: number types, channels, windows, compressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paircat.engine.errors import PairCatError
from paircat.engine.picture.channels import canonical, layers

_RGBA = ("R", "G", "B", "A")


_UNIT_TYPES = ("uint8", "uint10", "uint12", "uint16")
"""Integers that stand for values from 0 to 1."""


@dataclass(frozen=True)
class FileFormat:
    """One kind of file that can be written.

    Attributes:
        name: OpenImageIO's name of the format.
        types: number types, from the smallest to the largest; uint10 and uint12 are DPX's packed ones.
        default: the type of a picture that was never in a file, or in one of another format.
        compressions: what `compression` may be, the first being the default; empty where there is no choice.
        counts: how many channels a file may have; empty for any number of them, with their names.
        windows: whether the data window and the display window are both kept.
    """

    name: str
    types: tuple[str, ...]
    default: str
    compressions: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    windows: bool = False

    def fitting(self, channels: Sequence[str]) -> tuple[str, ...]:
        """As many of `channels` as such a file can hold, in its order; all of them where it knows names.

        Otherwise those of one layer, rgba before others: red, green, blue, alpha; or grey, alpha; or its first ones.
        """
        if not self.counts:
            return tuple(channels)
        grouped = layers(channels)
        layer = grouped.get("rgba") or next(iter(grouped.values()), ())
        shorts = {canonical(name).rpartition(".")[2]: name for name in layer}
        orders = [order for order in (_RGBA, ("Y", "A")) if order[0] in shorts]
        ordered = tuple(shorts[short] for short in orders[0] if short in shorts) if orders else layer
        count = max((count for count in self.counts if count <= len(ordered)), default=0)
        return ordered[:count]

    def check_channels(self, names: Sequence[str], target: str | Path) -> tuple[str, ...]:
        """The channels in the file's order.

        Raises:
            PairCatError: such a file cannot hold all of them.
        """
        fitting = self.fitting(names)
        if len(fitting) != len(names):
            raise PairCatError(
                f"'{target}' cannot hold the channels {', '.join(names)}. "
                f"Choose {', '.join(fitting) or 'fewer'} of them, or write .exr."
            )
        return fitting

    def check_type(self, data_type: str, target: str | Path) -> None:
        """
        Raises:
            PairCatError: a name other than `auto` that is no type of such a file.
        """
        if data_type not in ("auto", *self.types):
            raise PairCatError(f"'{target}' cannot hold '{data_type}'; choose auto, {' or '.join(self.types)}.")

    def check_compression(self, compression: str, target: str | Path) -> None:
        """
        Raises:
            PairCatError: a name other than `auto` that is no compression of such a file, where there is a choice.
        """
        if self.compressions and compression not in ("auto", *self.compressions):
            raise PairCatError(
                f"'{target}' cannot be compressed as '{compression}'; choose auto, {', '.join(self.compressions)}."
            )

    def stored_type(self, source: str) -> str:
        """The type of a channel that was `source` in its own file: the same, one that holds it, or the default."""
        if source in self.types:
            return source
        if source and source not in _UNIT_TYPES and "float" in self.types:
            return "float"  # integers would cut off what is below 0 and above 1, as numbers of objects are
        return self.default


EXR = FileFormat(
    "openexr",
    ("half", "float", "uint"),
    "half",
    ("zip", "zips", "none", "rle", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab"),
    windows=True,
)
TIFF = FileFormat("tiff", ("uint8", "uint16", "float"), "uint16", ("zip", "lzw", "packbits", "none"), (1, 2, 3, 4))
PNG = FileFormat("png", ("uint8", "uint16"), "uint16", counts=(1, 2, 3, 4))
DPX = FileFormat("dpx", ("uint8", "uint10", "uint12", "uint16"), "uint16", counts=(1, 3, 4))
JPEG = FileFormat("jpeg", ("uint8",), "uint8", counts=(1, 3))
MOVIE = FileFormat("movie", ("uint8",), "uint8", counts=(1, 3))
MOVIE_WITH_ALPHA = FileFormat("movie", ("uint10",), "uint10", counts=(1, 3, 4))
HDR = FileFormat("hdr", ("float",), "float", counts=(3,))

BY_SUFFIX = {
    ".exr": EXR, ".sxr": EXR, ".tif": TIFF, ".tiff": TIFF, ".png": PNG, ".dpx": DPX, ".jpg": JPEG, ".jpeg": JPEG,
    ".hdr": HDR,
}  # fmt: skip


def format_of(path: str | Path) -> FileFormat:
    """The format that a file of this name is written in.

    Raises:
        PairCatError: the name's ending is none that can be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in BY_SUFFIX:
        reason = f"'{suffix}' is no format that PairCat writes" if suffix else "its name does not end in a format"
        raise PairCatError(
            f"'{path}' cannot be written, since {reason}; let the name end in one of {', '.join(BY_SUFFIX)}, "
            "or in .mp4 or .mov for a movie."
        )
    return BY_SUFFIX[suffix]
