"""Ops that move a picture inside its format: Crop and Reformat. Positions count from the upper left, y downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image as Pillow

from paircat.engine.errors import PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render

FILTERS = {
    "Impulse": Pillow.Resampling.NEAREST,
    "Box": Pillow.Resampling.BOX,
    "Bilinear": Pillow.Resampling.BILINEAR,
    "Cubic": Pillow.Resampling.BICUBIC,
    "Lanczos": Pillow.Resampling.LANCZOS,
}
"""All but Impulse are widened by the scale when a picture shrinks, so that nothing aliases."""

_MOST_BORDER = 64
"""Where a picture shrinks to a twentieth or less, padding for the whole filter would be many times its size."""

RESIZES = ("none", "width", "height", "fit", "fill", "distort")


@dataclass(frozen=True)
class CropOp(Op):
    """Cuts a box out.

    Attributes:
        x, y, width, height: the box, in the coordinates of the data window; without a width or height it is the format.
        reformat: the box becomes the format, its upper left corner 0,0.
        black_outside: outside of the box there is nothing; otherwise the pixels at its border fill the format.
    """

    source: Op
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0
    reformat: bool = False
    black_outside: bool = True

    def header(self, frame: int) -> Header:
        return self._result(self.source.header(frame))

    def compute(self, frame: int, render: Render) -> Image:
        image = render(self.source, frame)
        cut, shown = self._cut(image.header), self._result(image.header)
        shift_x, shift_y = self._shift(image.header)
        window = shown.data_window
        rows = np.clip(np.arange(window.y, window.bottom) + shift_y, cut.y, cut.bottom - 1) - cut.y
        columns = np.clip(np.arange(window.x, window.right) + shift_x, cut.x, cut.right - 1) - cut.x
        return Image(shown, np.ascontiguousarray(image.over_window(cut)[np.ix_(rows, columns)]))

    def _box(self, header: Header) -> Box:
        if self.width <= 0 or self.height <= 0:
            return header.display_window
        return Box(self.x, self.y, self.width, self.height)

    def _cut(self, header: Header) -> Box:
        """The part of the source's data window that is left; one black pixel where nothing is."""
        box = self._box(header)
        return _never_empty(header.data_window.intersection(box), box)

    def _shift(self, header: Header) -> tuple[int, int]:
        return self._box(header)[:2] if self.reformat else (0, 0)

    def _result(self, header: Header) -> Header:
        box, cut = self._box(header), self._cut(header)
        x, y = self._shift(header)
        shown = Box(0, 0, box.width, box.height) if self.reformat else header.display_window
        window = Box(cut.x - x, cut.y - y, cut.width, cut.height) if self.black_outside else shown
        return replace(header, data_window=window, display_window=shown)


@dataclass(frozen=True)
class ReformatOp(Op):
    """Scales a picture into another format, whose upper left corner is 0,0.

    Resampling is Pillow's, in float32 with a float64 sum. At the borders the picture counts as going on, so a constant
    one stays constant.

    Attributes:
        width, height: the new format; without them the old one times scale_x, scale_y.
        pixel_aspect: of the new format; 0 keeps the old one. A circle stays one, but for the resizes distort and none.
        resize: none (moves only), width, height, fit (all of it can be seen), fill (no border), distort.
        center: the picture stands in the middle of the format; otherwise at its upper left.
        filter: one of FILTERS.
        crop: nothing outside of the new format is kept.
    """

    source: Op
    width: int = 0
    height: int = 0
    scale_x: float = 1.0
    scale_y: float = 1.0
    pixel_aspect: float = 0.0
    resize: str = "width"
    center: bool = True
    filter: str = "Cubic"
    crop: bool = True

    def header(self, frame: int) -> Header:
        return self._result(self.source.header(frame))

    def compute(self, frame: int, render: Render) -> Image:
        image = render(self.source, frame)
        header = self._result(image.header)
        place = self._placement(image.header)
        if place.scale_x == place.scale_y == 1 and place.x == int(place.x) and place.y == int(place.y):
            window = header.data_window
            moved = Box(window.x - int(place.x), window.y - int(place.y), window.width, window.height)
            return Image(header, image.over_window(moved))
        return Image(header, _resampled(image, header.data_window, place, FILTERS[self._known_filter()]))

    def _known_filter(self) -> str:
        if self.filter not in FILTERS:
            raise PairCatError(f"There is no filter '{self.filter}'; choose one of {', '.join(FILTERS)}.")
        return self.filter

    def _format(self, old: Box) -> Box:
        if self.width > 0 and self.height > 0:
            return Box(0, 0, self.width, self.height)
        return Box(0, 0, max(1, round(old.width * self.scale_x)), max(1, round(old.height * self.scale_y)))

    def _placement(self, header: Header) -> _Placement:
        old, new = header.display_window, self._format(header.display_window)
        squeeze = header.pixel_aspect / (self.pixel_aspect or header.pixel_aspect)
        across, down = new.width / (old.width * squeeze), new.height / old.height
        # A format that was given as a scale is filled to its edges, whatever its rounding to whole pixels.
        resize = self.resize if self.width > 0 and self.height > 0 else "distort"
        if resize == "distort":
            scale_x, scale_y = new.width / old.width, down
        elif resize == "none":
            scale_x = scale_y = 1.0
        else:
            scales = {"width": across, "height": down, "fit": min(across, down), "fill": max(across, down)}
            if resize not in scales:
                raise PairCatError(f"There is no resize '{resize}'; choose one of {', '.join(RESIZES)}.")
            scale_x, scale_y = scales[resize] * squeeze, scales[resize]
        x, y = (
            ((new.width - old.width * scale_x) / 2, (new.height - old.height * scale_y) / 2) if self.center else (0, 0)
        )
        if resize == "none":
            x, y = math.floor(x), math.floor(y)
        return _Placement(scale_x, scale_y, x - old.x * scale_x, y - old.y * scale_y)

    def _result(self, header: Header) -> Header:
        shown = self._format(header.display_window)
        window = self._placement(header).window(header.data_window)
        if self.crop:
            window = _never_empty(window.intersection(shown), shown)
        aspect = self.pixel_aspect or header.pixel_aspect
        return replace(header, data_window=window, display_window=shown, pixel_aspect=aspect)


@dataclass(frozen=True)
class _Placement:
    """Where a point of the old picture goes: (x * scale_x + self.x, y * scale_y + self.y)."""

    scale_x: float
    scale_y: float
    x: float
    y: float

    def window(self, old: Box) -> Box:
        """The whole pixels that the old window touches; a ten-thousandth of a pixel more is rounding, not touch."""
        left, top = (math.floor(v + 1e-4) for v in (old.x * self.scale_x + self.x, old.y * self.scale_y + self.y))
        right, bottom = (
            math.ceil(v - 1e-4) for v in (old.right * self.scale_x + self.x, old.bottom * self.scale_y + self.y)
        )
        return Box(left, top, max(1, right - left), max(1, bottom - top))


def _resampled(image: Image, window: Box, place: _Placement, kind: Pillow.Resampling) -> np.ndarray:
    """Float32 pixels over `window` of the new picture. Beyond the old one, its border's pixels count as going on."""
    old = image.header.data_window
    left, right = ((edge - place.x) / place.scale_x - old.x for edge in (window.x, window.right))
    top, bottom = ((edge - place.y) / place.scale_y - old.y for edge in (window.y, window.bottom))
    before_x, after_x = _border(left, right, old.width, place.scale_x)
    before_y, after_y = _border(top, bottom, old.height, place.scale_y)
    box = (left + before_x, top + before_y, right + before_x, bottom + before_y)
    out = np.empty((window.height, window.width, len(image.header.channels)), np.float32)
    for channel in range(out.shape[2]):
        plane = np.pad(image.pixels[:, :, channel], ((before_y, after_y), (before_x, after_x)), mode="edge")
        resized = Pillow.fromarray(plane).resize((window.width, window.height), kind, box=box)
        out[:, :, channel] = np.asarray(resized)
    return out


def _border(first: float, last: float, length: int, scale: float) -> tuple[int, int]:
    """How many pixels to add before and after, so that the widest filter meets none but pixels of the picture."""
    reach = min(_MOST_BORDER, math.ceil(3 * max(1.0, 1 / scale))) + 1
    return max(0, math.ceil(-first)) + reach, max(0, math.ceil(last - length)) + reach


def _never_empty(window: Box, beside: Box) -> Box:
    return Box(beside.x, beside.y, 1, 1) if window.empty else window
