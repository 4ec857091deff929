"""Tests of ui/display_picture.py."""

from __future__ import annotations

import numpy as np
import pytest
from plates import FORMAT, plate

from paircat.engine.picture.box import Box
from paircat.engine.picture.display import Look
from paircat.ui.display_picture import display_picture, to_qimage


@pytest.mark.parametrize("shape", [(5, 7, 3), (5, 7)])
def test_pixels_arrive_in_order(shape: tuple[int, ...]) -> None:
    """Colour and grey, widths that are no multiple of four, and arrays that are parts of others."""
    pixels = np.random.default_rng(0).integers(0, 255, (10, *shape[1:]), dtype=np.uint8)[::2]
    picture = to_qimage(pixels)
    for row in range(5):
        for column in range(7):
            found = picture.pixelColor(column, row)
            expected = np.broadcast_to(pixels[row, column], 3)
            assert [found.red(), found.green(), found.blue()] == expected.tolist()


def test_the_picture_outlives_its_array() -> None:
    """It holds a copy: the array may be changed or go."""
    pixels = np.full((4, 4, 3), 200, np.uint8)
    picture = to_qimage(pixels)
    pixels[:] = 0
    assert picture.pixelColor(2, 2).red() == 200


def test_windows_and_bad_values_come_along() -> None:
    """All that is painted around the pixels."""
    image = plate(1, Box(-4, 2, 10, 6))
    assert display_picture(image, Look()).bad is None and display_picture(image, Look()).bad_picture is None
    image.pixels[1, 3, 2] = np.inf
    found = display_picture(image, Look())
    assert (found.window, found.format, found.aspect) == (Box(-4, 2, 10, 6), FORMAT, 1.0)
    assert found.bad is not None and found.bad.first == (-1, 3)
    assert found.bad_picture is not None and found.bad_picture.pixelColor(3, 1).alpha() == 255
    assert found.bad_picture.pixelColor(4, 1).alpha() == 0
    assert found.nbytes == 2 * 10 * 6 * 4
