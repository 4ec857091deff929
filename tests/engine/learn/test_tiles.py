"""Tiles: they cover a frame, fade into each other, and show what the whole frame shows."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.learn.tiles import grid, least_work, spans


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
    assert len(list(grid((100, 200), (256, 256), 32, 16, 16))) == 1
    assert len(list(grid((100, 200), (-1, -1), 32, 16, 16))) == 1
    assert len(list(grid((100, 2000), (256, 256), 32, 16, 16))) > 1


def read(size: tuple[int, int], tile: tuple[int, int], cut: tuple[int, int, int]) -> list[int]:
    """Pixels that each tile reads."""
    return [
        (rows.read_stop - rows.read_start) * (columns.read_stop - columns.read_start)
        for rows, columns in grid(size, tile, *cut)
    ]


@pytest.mark.parametrize("size", [(2160, 3840), (3840, 2160), (1080, 4096), (4320, 7680)])
@pytest.mark.parametrize("pixels", [3_000_000, 6_000_000])
def test_tiles_read_little_twice(size: tuple[int, int], pixels: int) -> None:
    """None reads more than it may, and all of them together never more than square ones of as many pixels do."""
    cut = (284, 64, 32)
    chosen = read(size, least_work(size, pixels, *cut), cut)
    edge = int(pixels**0.5) // 32 * 32
    assert max(chosen) <= pixels
    assert sum(chosen) <= sum(read(size, (edge, edge), cut))


def test_a_frame_that_may_be_read_at_once_is() -> None:
    """No tile is as cheap as none."""
    assert least_work((1080, 1920), 1080 * 1920, 284, 64, 32) == (1080, 1920)


def test_where_nothing_fits_tiles_are_small() -> None:
    """A frame is done all the same, in tiles that are more than their margins."""
    tile = least_work((2160, 3840), 1000, 284, 64, 32)
    assert tile[0] == tile[1] < 1000 and len(list(grid((2160, 3840), tile, 284, 64, 32))) > 1
