"""Display: a float picture as 8 bits for the screen, quick enough to play; and where its bad values are.

Plain sRGB and the untouched view need one look-up a value, in a table over the upper 19 bits of a float32: sign,
exponent and ten bits of mantissa. That is a half float's precision over a float's range, and more than 8 bits on the
screen can tell. It takes 8 ms for 1920x1080 where computing the curve takes 200. Other views go through
view_filter's table, or where there is no PyAV through color.display_view, which is slow: keep what comes out of it.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from paircat.engine.errors import ChannelError
from paircat.engine.picture import channels as channel_names
from paircat.engine.picture import color
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.view_filter import axis_codes, view_filter

LUMA = "Y"
"""The key that shows brightness, of the weights of Rec. 709."""
MATTE = "M"
"""The key that shows the alpha over the colour, in red."""

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)
_DROPPED = 13  # bits of mantissa
_TINT = 0.5  # of red, where the matte is full
_ROWS = 32  # a band's codes stay in the processor's cache


@dataclass(frozen=True)
class Look:
    """How a picture is looked at; none of it changes the picture.

    Attributes:
        layer: the layer that is shown: rgba, depth, ...
        key: empty for the layer's colour; R, G, B, A or Y (brightness) for that alone, as grey; M for the picture's
            alpha in red over the colour.
        view: auto, none, sRGB or display/view of the colour configuration.
        gain: factor on the scene's light. gamma: 1/gamma is the power that bends what is shown.
    """

    layer: str = "rgba"
    key: str = ""
    view: str = color.AUTO_VIEW
    gain: float = 1.0
    gamma: float = 1.0


@dataclass(frozen=True)
class BadValues:
    """NaN and infinities of a picture.

    Attributes:
        nan, inf: how many values of each kind, over all channels.
        box: the smallest that holds them all, in the picture's coordinates.
        first: the first of them in reading order. channels: those that have any.
        mask: bool (height, width) over the data window.
    """

    nan: int
    inf: int
    box: Box
    first: tuple[int, int]
    channels: tuple[str, ...]
    mask: np.ndarray

    def __str__(self) -> str:
        parts = [f"{count} {name}" for count, name in ((self.nan, "NaN"), (self.inf, "Inf")) if count]
        return f"{' and '.join(parts)} in {', '.join(self.channels)}, first at {self.first[0]}, {self.first[1]}"


def shown_channels(header: Header, look: Look) -> tuple[str, ...]:
    """The channels that a look shows: three for colour or brightness, two (as red and green), or one.

    Raises:
        ChannelError: the picture has no such layer or channel.
    """
    groups = channel_names.layers(header.channels)
    members = groups.get(look.layer)
    if members is None and look.layer == "rgba" and groups:
        members = next(iter(groups.values()))  # a picture of depth or a mask alone
    if members is None:
        raise ChannelError(
            f"There is no layer '{look.layer}'; this picture has {', '.join(groups)}: choose among those.",
            f"no layer {look.layer}",
        )
    short = {channel_names.canonical(name).rpartition(".")[2]: name for name in members}
    colour = tuple(short[name] for name in ("R", "G", "B") if name in short)
    if look.key in ("R", "G", "B", "A"):
        named = short.get(look.key)
        if named is None and look.key == "A":  # a grey picture alone is a matte, to be compared with one
            named = _alpha(header) or ("Y" if header.channels == ("Y",) else None)
        if named is None and (colour or look.key == "A"):
            known = ", ".join(header.channels)
            raise ChannelError(
                f"There is no channel {look.key}; this picture has {known}: choose among those.",
                f"no channel {look.key}",
            )
        return (named or members[0],)
    if len(colour) == 3:
        return colour
    return members[:2] if len(members) == 2 and "A" not in short else members[:1]


def _alpha(header: Header) -> str | None:
    """The picture's alpha, which belongs to all of its layers."""
    return next((name for name in header.channels if channel_names.canonical(name) == "A"), None)


def is_light(channels: Sequence[str]) -> bool:
    """Whether the values are light, to be seen through a view, rather than coverage or data."""
    short = {channel_names.canonical(name).rpartition(".")[2] for name in channels}
    return bool(short) and short <= {"R", "G", "B", "Y"}


def displayed(image: Image, look: Look) -> np.ndarray:
    """The data window as the screen shows it: uint8 (height, width, 3), or (height, width) where all is grey.

    Raises:
        ChannelError: the picture has no such layer or channel.
        PairCatError: the configuration has no such view.
    """
    names = shown_channels(image.header, look)
    pixels = planes(image, names)
    if look.key == LUMA and pixels.shape[2] == 3:
        with np.errstate(invalid="ignore", over="ignore"):
            pixels = (pixels @ _WEIGHTS)[:, :, None]
    view = color.view_for(image.header) if look.view == color.AUTO_VIEW else look.view
    lit = is_light(names) and look.key != "A"
    seen = eight_bit(pixels, view if lit else color.NO_VIEW, look.gain, look.gamma)
    return _with_matte(seen, image) if look.key == MATTE else seen


def displayed_without(image: Image, look: Look) -> np.ndarray:
    """A picture beside one that has what the look shows: what it lacks itself is black, and an alpha covers nothing.

    Raises:
        PairCatError: the configuration has no such view.
    """
    if look.key == MATTE:
        with contextlib.suppress(ChannelError):
            return displayed(image, replace(look, key=""))
    return np.zeros(image.pixels.shape[:2], np.uint8)


def _with_matte(seen: np.ndarray, image: Image) -> np.ndarray:
    """Uint8 (height, width, 3): what is seen, with red over it as far as the alpha covers.

    Raises:
        ChannelError: there is no alpha.
    """
    name = _alpha(image.header)
    if name is None:
        known = ", ".join(image.header.channels)
        raise ChannelError(
            f"There is no alpha to lay over the picture, which has {known}; M shows it without.", "no alpha"
        )
    alpha = np.nan_to_num(image.pixels[:, :, image.index(name)], nan=0.0, posinf=1.0, neginf=0.0)
    cover = np.float32(_TINT) * np.clip(alpha, 0.0, 1.0)[:, :, None]
    colour = seen if seen.ndim == 3 else np.repeat(seen[:, :, None], 3, axis=2)
    return np.rint(colour * (1 - cover) + cover * np.array([255, 0, 0], np.float32)).astype(np.uint8)


def planes(image: Image, names: Sequence[str]) -> np.ndarray:
    """Float32 (height, width, 1 or 3) of named channels, without a copy where they follow each other."""
    places = [image.index(name) for name in names]
    if places == list(range(places[0], places[0] + len(places))):
        picked = image.pixels[:, :, places[0] : places[-1] + 1]
    else:
        picked = image.pixels[:, :, places]
    if picked.shape[2] != 2:
        return picked
    return np.concatenate([picked, np.zeros((*picked.shape[:2], 1), np.float32)], axis=2)


def eight_bit(pixels: np.ndarray, view: str, gain: float = 1.0, gamma: float = 1.0) -> np.ndarray:
    """Float32 (height, width, 1 or 3) as uint8, (height, width) for one channel. NaN is black, +Inf white.

    Raises:
        PairCatError: there is no such view.
    """
    if view in (color.NO_VIEW, color.SRGB_VIEW):
        shown = _looked_up(pixels, _table(view, gain, gamma))
    else:
        shown = _through_view(pixels, view, gain, gamma)
    return shown[:, :, 0] if shown.shape[2] == 1 else shown


def _through_view(pixels: np.ndarray, view: str, gain: float, gamma: float) -> np.ndarray:
    height, width = pixels.shape[:2]
    quick = view_filter(view, width, height) if pixels.size else None
    if quick is not None:
        codes = np.broadcast_to(_looked_up(pixels, _axis_table(gain)), (height, width, 3))
        return np.take(_bent(gamma), quick.apply(codes))
    with np.errstate(invalid="ignore", over="ignore"):
        light = np.broadcast_to(pixels, (height, width, 3)) * np.float32(gain)
    return _looked_up(color.display_view(light, view), _table(color.NO_VIEW, 1.0, gamma))


def difference(a: Image, b: Image, look: Look) -> Image:
    """|A - B| of the channels that the look shows, over both data windows; what one of them lacks counts as zero.

    Raises:
        PairCatError: A or B has no such layer or channel.
    """
    window = a.header.data_window.union(b.header.data_window)
    names = shown_channels(a.header, look)
    upper = planes(_over(a, window), names)
    lower = planes(_over(b, window), shown_channels(b.header, look))
    with np.errstate(invalid="ignore"):  # Inf - Inf is NaN, and is shown as such
        pixels = np.abs(upper - lower)
    if pixels.shape[2] != len(names):
        names = tuple(channel_names.canonical(f"{look.layer}.{short}") for short in "RGB")
    stored = a.header.formats[:1] * len(names)
    return Image(replace(a.header, channels=names, data_window=window, formats=stored), np.ascontiguousarray(pixels))


def bad_values(image: Image) -> BadValues | None:
    """NaN and infinities among all channels, or None where every value is a number."""
    finite = np.isfinite(image.pixels)
    if finite.all():
        return None
    bad = ~finite
    mask = bad.any(axis=2)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    window = image.header.data_window
    top, left = int(rows[0]), int(columns[0])
    box = Box(window.x + left, window.y + top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
    nan = int(np.isnan(image.pixels).sum())
    names = tuple(name for name, hit in zip(image.header.channels, bad.any(axis=(0, 1)), strict=True) if hit)
    first = window.x + int(np.flatnonzero(mask[top])[0]), window.y + top
    return BadValues(nan, int(bad.sum()) - nan, box, first, names, mask)


def _over(image: Image, window: Box) -> Image:
    """The picture with another data window; zero where it had no pixels."""
    if image.header.data_window == window:
        return image
    return Image(replace(image.header, data_window=window), image.over_window(window))


def _looked_up(pixels: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Each value's entry in a table over the upper bits of float32, of the same shape."""
    bits = pixels.view(np.uint32) if pixels.dtype == np.float32 else pixels.astype(np.float32).view(np.uint32)
    out = np.empty(pixels.shape, table.dtype)
    codes = np.empty((_ROWS, *pixels.shape[1:]), np.intp)
    for top in range(0, len(pixels), _ROWS):
        band = bits[top : top + _ROWS]
        np.right_shift(band, _DROPPED, out=codes[: len(band)], casting="unsafe")
        # "clip" only spares the check of every index: a code cannot lie outside of the table.
        np.take(table, codes[: len(band)], out=out[top : top + _ROWS], mode="clip")
    return out


@functools.lru_cache(maxsize=32)
def _table(view: str, gain: float, gamma: float) -> np.ndarray:
    """Uint8 by the upper bits of a float32: the middle of the values that share them, through gain, view and gamma."""
    values = _middles()
    with np.errstate(over="ignore", invalid="ignore"):
        seen = values * np.float32(gain)
        if view == color.SRGB_VIEW:
            seen = color.srgb_curve(seen)
        seen = np.clip(np.nan_to_num(seen, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
    return np.rint(seen ** (1.0 / gamma) * 255).astype(np.uint8)


@functools.lru_cache(maxsize=8)
def _axis_table(gain: float) -> np.ndarray:
    """Uint16 by the upper bits of a float32: its code along a view's table, after the gain."""
    with np.errstate(over="ignore", invalid="ignore"):
        return axis_codes(_middles() * np.float32(gain))


@functools.lru_cache(maxsize=8)
def _bent(gamma: float) -> np.ndarray:
    """Uint8 by a 16-bit display value."""
    return np.rint(np.linspace(0, 1, 1 << 16) ** (1.0 / gamma) * 255).astype(np.uint8)


def _middles() -> np.ndarray:
    """Float32 by their upper bits: the middle of the values that share them; infinities as they are."""
    codes = np.arange(1 << (32 - _DROPPED), dtype=np.uint32) << _DROPPED
    exact = codes.view(np.float32)
    return np.where(np.isinf(exact), exact, (codes | (1 << (_DROPPED - 1))).view(np.float32))
