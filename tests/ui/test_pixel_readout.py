"""Tests of ui/pixel_readout.py."""

from __future__ import annotations

import math

import numpy as np
import pytest
from plates import plate
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from paircat.engine.picture.box import Box
from paircat.engine.picture.display import Look
from paircat.ui.pixel_readout import PixelReadout, format_sample, number, sample, sampled_channels


def test_one_pixel_is_its_own_mean() -> None:
    """Float values as they are, in the picture's coordinates whatever its data window."""
    found = sample(plate(3, Box(-8, 4, 20, 10)), Box(2, 5, 1, 1), Look())
    assert found.channels == ("R", "G", "B", "A") and found.values == (3 / 64, 2 / 64, 5 / 64, 1.0)


def test_a_box_is_averaged_where_there_are_pixels() -> None:
    """What hangs over the data window does not count; a box outside of it has no values."""
    found = sample(plate(0), Box(46, 30, 10, 10), Look())
    assert found.pixels == 4 and found.values == (0.0, 46.5 / 64, 30.5 / 64, 1.0)
    assert sample(plate(0), Box(100, 0, 2, 2), Look()).values is None
    assert "outside" in format_sample(sample(plate(0), Box(100, 0, 2, 2), Look()))


def test_bad_values_show_in_the_mean() -> None:
    """They are not averaged away."""
    image = plate(0)
    image.pixels[2, 2, 0] = np.nan
    found = sample(image, Box(0, 0, 4, 4), Look())
    assert found.values is not None and math.isnan(found.values[0]) and "nan" in format_sample(found)


def test_the_layer_that_is_seen_is_read() -> None:
    """With the picture's alpha behind it."""
    names = ("R", "G", "B", "A", "depth.Z")
    assert sampled_channels(names, Look("depth")) == ("depth.Z", "A")
    assert sampled_channels(names, Look("gone")) == ("R", "G", "B", "A")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00000"), (-0.25, "-0.25000"), (1e-5, "1.000e-05"), (5e7, "5.000e+07"), (2500, "2500.00")],
)
def test_numbers_stay_short(value: float, text: str) -> None:
    """Whatever their size."""
    assert number(value) == text


def test_both_sides_are_read(qtbot: QtBot) -> None:
    """Pixel and box, of A and of B where two are compared; format and data window beside them."""
    readout = PixelReadout()
    qtbot.addWidget(readout)
    readout.set_images(plate(16, Box(0, 0, 40, 30)), plate(32), Look())
    readout.set_point(QPoint(4, 5))
    readout.set_box(Box(0, 0, 2, 2))
    assert "0.25000" in readout.values.text() and "0.50000" in readout.values.text()
    assert "4, 5" in readout.values.text() and "2x2" in readout.average.text()
    assert "48x32" in readout.facts.text() and "40x30" in readout.facts.text()
    readout.set_point(None)
    readout.set_box(None)
    assert readout.values.text() == "" and "Ctrl-drag" in readout.average.text()


def test_it_keeps_its_height_while_a_box_is_drawn(qtbot: QtBot) -> None:
    """Else the picture above would move under the mouse that draws."""
    readout = PixelReadout()
    qtbot.addWidget(readout)
    heights = [readout.sizeHint().height()]
    readout.set_images(plate(16), None, Look())
    heights.append(readout.sizeHint().height())
    readout.set_box(Box(0, 0, 2, 2))
    assert {*heights, readout.sizeHint().height()} == {heights[0]}


def test_many_layers_leave_room_for_the_values(qtbot: QtBot) -> None:
    """The first few are named, the others counted."""
    readout = PixelReadout()
    qtbot.addWidget(readout)
    names = tuple(f"l{place}.R" for place in range(20))
    readout.set_images(plate(16, channels=names), None, Look())
    assert readout.facts.text().endswith("l0, l1, l2, l3 and 16 more")
