"""Tiles: they cover a frame, fade into each other, and show what the whole frame shows."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.learn.tiles import grid, spans


@pytest.mark.parametrize("length", [16, 100, 257, 640, 1000, 1023])
@pytest.mark.parametrize("feather", [0, 16, 64])
def test_weights_add_up_to_one_everywhere(length: int, feather: int) -> None:
    """However a length is cut, every pixel is used exactly once in sum."""
    total = np.zeros(length)
    for span in spans(length, 200, 32, feather, 16):
        total[span.start : span.stop] += span.weights()
    np.testing.assert_allclose(total, 1, atol=1e-6)


def test_reading_starts_on_the_networks_grid_and_holds_the_margin() -> None:
    """Tiles start at multiples of the stride and read the margin wherever the frame goes on."""
    for span in spans(1000, 300, 33, 20, 16):
        assert span.read_start % 16 == 0
        assert span.read_start == 0 or span.start - span.read_start >= 33
        assert span.read_stop == 1000 or span.read_stop - span.stop >= 33


def test_a_frame_that_fits_is_one_tile() -> None:
    """Nothing is cut without need; 0 or less means the whole frame."""
    assert len(list(grid((100, 200), 256, 32, 16, 16))) == 1
    assert len(list(grid((100, 200), -1, 32, 16, 16))) == 1
    assert len(list(grid((100, 2000), 256, 32, 16, 16))) > 1
