"""PixelReadout: the line under the picture: format, and the float values under the mouse and in the sample box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from paircat.engine.picture import channels
from paircat.engine.picture.box import Box
from paircat.engine.picture.display import Look
from paircat.engine.picture.image import Image

_COLOURS = {"R": "#e87a70", "G": "#7fc873", "B": "#7aa5ee", "A": "#d0d0d0"}
_OTHER = "#b8b8b8"
_MOST_CHANNELS = 5
_MOST_LAYERS = 4  # that are named; the menu has them all
_HINT = "<span style='color:#6e6e6e'>Ctrl-drag in the picture: mean of a box</span>"


@dataclass(frozen=True)
class Sample:
    """Values of some channels: of one pixel, or the mean of a box.

    Attributes:
        values: None outside of the data window.
        pixels: how many were averaged.
    """

    channels: tuple[str, ...]
    values: tuple[float, ...] | None
    pixels: int = 1


def sample(image: Image, box: Box, look: Look) -> Sample:
    """The mean over a box of the picture, of the channels of the layer that is looked at, alpha included."""
    names = sampled_channels(image.header.channels, look)
    window = image.header.data_window
    part = window.intersection(box)
    if part.empty or not names:
        return Sample(names, None, 0)
    rows = slice(part.y - window.y, part.bottom - window.y)
    area = image.pixels[rows, part.x - window.x : part.right - window.x]
    with np.errstate(invalid="ignore", over="ignore"):  # a bad value makes a bad mean, and that is to be seen
        means = [float(area[:, :, image.index(name)].mean(dtype=np.float64)) for name in names]
    return Sample(names, tuple(means), part.width * part.height)


def sampled_channels(names: Sequence[str], look: Look) -> tuple[str, ...]:
    """The channels of a look's layer, then the picture's alpha; of a large layer the first few."""
    groups = channels.layers(names)
    members = groups.get(look.layer) or next(iter(groups.values()), ())
    alpha = tuple(name for name in names if channels.canonical(name) == "A" and name not in members)
    return (*members[: _MOST_CHANNELS - len(alpha)], *alpha)


def format_sample(found: Sample) -> str:
    """Rich text: each value in the colour of its channel."""
    if found.values is None:
        return f"<span style='color:{_OTHER}'>outside</span>"
    parts = []
    for name, value in zip(found.channels, found.values, strict=True):
        short = channels.canonical(name).rpartition(".")[2]
        label = "" if short in _COLOURS else f"{short} "
        parts.append(f"<span style='color:{_COLOURS.get(short, _OTHER)}'>{label}{number(value)}</span>")
    return "&nbsp;&nbsp;".join(parts)


def number(value: float) -> str:
    """Five digits behind the point while that says something; NaN and Inf by name.

    >>> number(0.5), number(-12345.678), number(3e-7), number(float("inf"))
    ('0.50000', '-12345.68', '3.000e-07', 'inf')
    """
    if not np.isfinite(value):
        return str(value)
    size = abs(value)
    if size == 0 or 1e-4 <= size < 1000:
        return f"{value:.5f}"
    return f"{value:.2f}" if 1000 <= size < 1e6 else f"{value:.3e}"


class PixelReadout(QWidget):
    """Shows the values of A, and of B where two are compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._a: Image | None = None
        self._b: Image | None = None
        self._look = Look()
        self._point: QPoint | None = None
        self._box: Box | None = None
        self.facts = QLabel("", toolTip="Format, data window and channels of the picture")
        self.values = QLabel("", toolTip="Pixel under the mouse, counted from the upper left, and its float values")
        self.average = QLabel("", toolTip="Mean of the sample box. Ctrl-drag draws it, Ctrl-right-click removes it.")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 2, 6, 2)
        rows.setSpacing(1)
        upper = QHBoxLayout()
        upper.setSpacing(18)
        rows.addLayout(upper)
        upper.addWidget(self.facts)
        upper.addWidget(self.values, 1)
        rows.addWidget(self.average)
        for label in (self.facts, self.values, self.average):
            label.setTextFormat(Qt.TextFormat.RichText)
        for label in (self.values, self.average):  # long ones must not widen the window
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(11)
        self.setFont(font)
        self.setMinimumHeight(20)
        self._show()

    def set_images(self, a: Image | None, b: Image | None, look: Look) -> None:
        """The pictures whose values are shown."""
        self._a, self._b, self._look = a, b, look
        self._show()

    def set_point(self, point: QPoint | None) -> None:
        """The pixel under the mouse, or None."""
        self._point = point
        self._show()

    def set_box(self, box: Box | None) -> None:
        """The sample box, or None."""
        self._box = box
        self._show()

    def _show(self) -> None:
        self.facts.setText(_facts(self._a or self._b))
        known = self._a is not None or self._b is not None  # else a place would have no values, or those of before
        place = Box(self._point.x(), self._point.y(), 1, 1) if self._point is not None and known else None
        self.values.setText(f"{place.x}, {place.y}&nbsp;&nbsp; {self._both(place)}" if place else "")
        # Always a line: one that comes and goes would move the picture under a hand that is drawing the box.
        self.average.setText(f"mean {self._box}&nbsp;&nbsp; {self._both(self._box)}" if self._box and known else _HINT)

    def _both(self, box: Box) -> str:
        images = [(name, image) for name, image in (("A", self._a), ("B", self._b)) if image is not None]
        texts = [(name, format_sample(sample(image, box, self._look))) for name, image in images]
        if len(texts) == 1 and self._a is not None:  # those of B alone would be taken for A's
            return texts[0][1]
        return "&nbsp;&nbsp; ".join(f"{name}&nbsp; {text}" for name, text in texts)


def _facts(image: Image | None) -> str:
    if image is None:
        return ""
    header = image.header
    parts = [str(header.display_window)]
    if header.data_window != header.display_window:
        parts.append(f"data {header.data_window}")
    if header.pixel_aspect not in (0.0, 1.0):
        parts.append(f"aspect {header.pixel_aspect:g}")
    groups = list(channels.layers(header.channels))
    more = f" and {len(groups) - _MOST_LAYERS} more" if len(groups) > _MOST_LAYERS else ""
    return "&nbsp;&nbsp;".join([*parts, ", ".join(groups[:_MOST_LAYERS]) + more])
