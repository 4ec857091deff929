"""Colour: conversions between colour spaces, and views that make a picture fit to be looked at.

Through OpenImageIO's OpenColorIO: the configuration is the one that `$OCIO` names, else the built-in ACES one.
Conversions of footage are computed exactly. Views other than plain sRGB go through a table that is made once: the ACES
view takes over a second a frame otherwise.
"""

from __future__ import annotations

import difflib
import functools
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import OpenImageIO as oiio

from paircat.engine.errors import PairCatError
from paircat.engine.picture.channels import lights
from paircat.engine.picture.image import Header, Image

NO_VIEW = "none"
SRGB_VIEW = "sRGB"
AUTO_VIEW = "auto"

_BUILT_IN = "ocio://default"
# What a file says of the colour space that its pixels are in; a profile's own facts begin with its name.
_OF_THE_SPACE = (
    *("oiio:ColorSpace", "oiio:Gamma", "chromaticities", "acesImageContainerFlag", "CICP"),
    *("Exif:ColorSpace", "Exif:Gamma", "dpx:Transfer", "dpx:Colorimetric"),
)
_OF_THE_PROFILE = "ICCProfile"
_INTEGERS = ("uint8", "uint10", "uint12", "uint16")
# The table of a view: its edge, and the range of log2 values that its edge covers around middle grey.
_TABLE_EDGE = 65
_LOG_LOW, _LOG_HIGH = -9.0, 7.0


@functools.lru_cache(maxsize=4)
def _config(name: str) -> oiio.ColorConfig:
    config = oiio.ColorConfig(name)
    problem = config.geterror()
    if problem or not config.getColorSpaceNames():
        raise PairCatError(f"The colour configuration '{name}' cannot be used: {problem}. Correct the variable OCIO.")
    return config


def config() -> oiio.ColorConfig:
    """The colour configuration in use.

    Raises:
        PairCatError: `$OCIO` names a file that is missing or broken.
    """
    return _config(os.environ.get("OCIO") or _BUILT_IN)


def color_spaces() -> tuple[str, ...]:
    """Names for a menu: the roles, scene_linear among them, then all colour spaces."""
    return (*config().getRoles(), *config().getColorSpaceNames())


def views() -> tuple[str, ...]:
    """Names for a menu: none, sRGB, and every display/view of the configuration."""
    found = config()
    shown = [f"{display}/{view}" for display in found.getDisplayNames() for view in found.getViewNames(display)]
    return (NO_VIEW, SRGB_VIEW, *shown)


def convert(pixels: np.ndarray, source: str, target: str) -> np.ndarray:
    """Float32 (height, width, 3) from one colour space to another. Nothing is clamped.

    Raises:
        PairCatError: a name is no colour space of the configuration.
    """
    if source == target:
        return pixels
    for name in (source, target):
        check_space(name)
    buffer = oiio.ImageBuf(np.ascontiguousarray(pixels, dtype=np.float32))
    out = oiio.ImageBufAlgo.colorconvert(buffer, source, target, unpremult=False, colorconfig=config_name())
    return _result(out, f"from '{source}' to '{target}'")


def converted(image: Image, source: str, target: str) -> Image:
    """A picture whose layers' colours, or grey, are converted; other channels, such as alpha, are as they were.

    Raises:
        PairCatError: a name is no colour space of the configuration.
    """
    pixels = image.pixels.copy()
    for light in lights(image.header.channels):
        if pixels.size:
            colours = [image.index(name) for name in light]
            pixels[:, :, colours] = convert(pixels[:, :, colours], source, target)
    return image.with_pixels(pixels, metadata=converted_metadata(image.header.metadata, source, target))


def converted_metadata(metadata: Mapping[str, Any], source: str, target: str) -> dict[str, Any]:
    """The metadata of a picture that is converted: what described the old colours would be wrong of the new ones."""
    kept = {
        name: value
        for name, value in metadata.items()
        if source == target or (name not in _OF_THE_SPACE and not name.startswith(_OF_THE_PROFILE))
    }
    return {**kept, "oiio:ColorSpace": target}


def check_space(name: str) -> None:
    """
    Raises:
        PairCatError: the name is no colour space of the configuration, nor a role.
    """
    if config().getColorSpaceIndex(name) < 0 and not config().getColorSpaceNameByRole(name):
        known = (*config().getColorSpaceNames(), *config().getRoles())
        short = {one.casefold(): one for one in known}
        like = [one for one in known if name.casefold() in one.casefold()]
        like += [short[one] for one in difflib.get_close_matches(name.casefold(), short, 5, 0.3)]
        some = ", ".join(f"'{one}'" for one in list(dict.fromkeys((*like, "scene_linear", *known)))[:6])
        raise PairCatError(f"There is no colour space '{name}'. Choose one such as {some}, or correct OCIO.")


def display_view(pixels: np.ndarray, view: str) -> np.ndarray:
    """Scene-linear float32 (height, width, 3) as a display is to show it; 0..1 where the view ends the range there.

    Args:
        view: `none` (the pixels as they are), `sRGB` (the plain curve of IEC 61966-2-1), or `display/view` of the
            configuration, through a table of 65 points an axis over 16 stops. It is made for looking: up to 0.002 off
            on average over random colours, and up to 0.15 for the most saturated ones, where a view clips them.

    Raises:
        PairCatError: there is no such view.
    """
    if view == NO_VIEW:
        return pixels
    if view == SRGB_VIEW:
        return srgb_curve(pixels)
    return _through(view_table(view), pixels)


def config_name() -> str:
    """What OpenColorIO calls the configuration in use.

    Raises:
        PairCatError: as `config`.
    """
    config()
    return os.environ.get("OCIO") or _BUILT_IN


def view_table(view: str) -> np.ndarray:
    """Float32 (edge, edge, edge, 3): the view of every combination of values along `to_axis`, red first.

    Raises:
        PairCatError: there is no such view.
    """
    return _table(config_name(), view)


def srgb_curve(linear: np.ndarray) -> np.ndarray:
    """The sRGB transfer curve, mirrored for negative values, going on above one."""
    size = np.abs(linear)
    curved = np.where(size <= 0.0031308, size * 12.92, 1.055 * np.power(size, 1 / 2.4) - 0.055)
    return np.copysign(curved, linear).astype(np.float32)


def view_for(header: Header) -> str:
    """The view that `auto` means: none for what is stored as it is to be seen (integers: PNG, JPEG, DPX, movies),
    sRGB for linear pictures (half, float, or never stored)."""
    stored = header.formats[0] if header.formats else "half"
    return NO_VIEW if stored in _INTEGERS else SRGB_VIEW


def _result(out: oiio.ImageBuf, what: str) -> np.ndarray:
    if out.has_error:
        raise PairCatError(f"The colours cannot be converted {what}: {out.geterror()}. Choose another colour space.")
    return np.asarray(out.get_pixels(oiio.FLOAT), dtype=np.float32)


@functools.lru_cache(maxsize=4)
def _table(config_name: str, view: str) -> np.ndarray:
    """Float32 (edge, edge, edge, 3): the view of every combination of the axis' values, red first."""
    display, _, look = view.rpartition("/")
    if look not in _config(config_name).getViewNames(display or _config(config_name).getDefaultDisplayName()):
        some = ", ".join(views()[:4])
        raise PairCatError(f"There is no view '{view}'. Choose one such as {some}.")
    axis = _from_axis(np.linspace(0, 1, _TABLE_EDGE)).astype(np.float32)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(_TABLE_EDGE, -1, 3)
    buffer = oiio.ImageBuf(np.ascontiguousarray(grid))
    out = oiio.ImageBufAlgo.ociodisplay(buffer, display, look, "scene_linear", unpremult=False, colorconfig=config_name)
    return _result(out, f"to the view '{view}'").reshape((_TABLE_EDGE,) * 3 + (3,))


# The axis is logarithmic with an offset, so that zero lies on it: value = 2^(low + t (high - low)) - 2^low.
def _from_axis(place: np.ndarray) -> np.ndarray:
    return np.exp2(_LOG_LOW + place * (_LOG_HIGH - _LOG_LOW)) - 2.0**_LOG_LOW


def to_axis(values: np.ndarray) -> np.ndarray:
    """Where values of light lie along a view's table, from 0 to 1."""
    positive = np.nan_to_num(np.maximum(values, 0.0), nan=0.0, posinf=2.0**_LOG_HIGH)
    return np.clip((np.log2(positive + 2.0**_LOG_LOW) - _LOG_LOW) / (_LOG_HIGH - _LOG_LOW), 0.0, 1.0)


def _through(table: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Trilinear interpolation in the table."""
    from scipy.ndimage import map_coordinates

    places = (to_axis(pixels.reshape(-1, 3)) * (_TABLE_EDGE - 1)).T
    out = [map_coordinates(table[..., channel], places, order=1, mode="nearest") for channel in range(3)]
    return np.stack(out, axis=-1).reshape(pixels.shape).astype(np.float32)
