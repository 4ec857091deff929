"""Object shape: how large that is which a matte covers, and how much of it is thin."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.learn.object_shape import ObjectShape


def object_size(mattes: list[np.ndarray]) -> float:
    return ObjectShape.of(mattes).size


def matte(*squares: tuple[int, int, int]) -> np.ndarray:
    """(64, 96, 1) with squares of an edge at rows and columns."""
    pixels = np.zeros((64, 96, 1), np.float32)
    for top, left, edge in squares:
        pixels[top : top + edge, left : left + edge] = 1
    return pixels


def test_many_small_objects_are_small() -> None:
    """Twelve squares of eight pixels are eight pixels across, not twenty-eight."""
    assert object_size([matte(*((16 * row, 16 * column, 8) for row in range(3) for column in range(4)))]) == 8


def test_specks_beside_a_large_object_do_not_matter() -> None:
    """One wrong pixel here and there takes nothing from an object of forty."""
    specks = [(2 * row, 90, 1) for row in range(20)]
    assert object_size([matte((10, 10, 40), *specks)]) == pytest.approx(40, rel=0.01)


def test_what_is_left_out_counts_alike() -> None:
    """The matte of all but a figure is a figure's."""
    figure = matte((10, 10, 20))
    assert object_size([figure]) == object_size([1 - figure]) == 20


def test_pictures_count_by_what_they_cover() -> None:
    """A frame in which the object is out of sight does not make it smaller; without any there is no size."""
    assert object_size([matte((10, 10, 20)), matte()]) == 20
    assert object_size([matte()]) == object_size([]) == 0


def test_hair_and_the_gaps_in_it_are_thin() -> None:
    """Strands up to four pixels wide count, and so do gaps of that width; an outline does not, nor a frame's edge."""
    plain = matte((0, 10, 40))
    assert ObjectShape.of([plain]).thin == 0
    strands = plain.copy()
    strands[40:60, 12:48:12] = strands[40:60, 13:48:12] = 1
    assert ObjectShape.of([strands]).thin == pytest.approx(6 * 20 / (1600 + 6 * 20), rel=0.05)
    assert ObjectShape.of([1 - strands]).thin == ObjectShape.of([strands]).thin
    gaps = plain.copy()
    gaps[20:40, 20] = 0
    assert ObjectShape.of([gaps]).thin == pytest.approx(20 / 1580, rel=0.05)
    assert ObjectShape.of([]).thin == ObjectShape.of([matte()]).thin == 0
