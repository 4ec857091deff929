"""Connected components: those far smaller or larger than any change in the pairs are removed, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.learn.connected_components import component_sizes, remove_unlike_components


def with_squares(*squares: tuple[int, int, int]) -> np.ndarray:
    """Changed squares, each by its top, left and edge, in a picture of 64 x 96."""
    changed = np.zeros((64, 96), bool)
    for top, left, edge in squares:
        changed[top : top + edge, left : left + edge] = True
    return changed


def test_the_smallest_change_of_all_pairs_counts() -> None:
    """A hundred pixels, though another pair's smallest is larger; a pair without any says nothing."""
    pairs = [with_squares((5, 5, 12), (40, 60, 10)), with_squares((20, 20, 20)), with_squares()]
    assert component_sizes(pairs) == (100, 400)
    assert component_sizes([with_squares()]) == (0, 0)


def test_what_the_edge_of_the_picture_cuts_says_nothing_of_sizes() -> None:
    """Of a mark that leaves the frame only a strip is seen."""
    assert component_sizes([with_squares((0, 30, 3), (20, 20, 16))]) == (256, 256)


def test_pieces_with_a_small_gap_are_one_component() -> None:
    """A ring and its middle, or a change in which some pixels happen to be the same."""
    holed = with_squares((20, 20, 12))
    holed[26, :] = False
    holed[:, 26] = False
    assert component_sizes([holed]) == (121, 121)


@pytest.mark.parametrize(("edge", "stays"), [(4, False), (5, True), (12, True)])
def test_small_components_are_removed_and_smaller_marks_stay(edge: int, stays: bool) -> None:
    """A quarter of the smallest of a hundred pixels is still one."""
    changed = with_squares((30, 40, 10), (10, 70, edge))
    kept = remove_unlike_components(changed, smallest=100, largest=100)
    assert (kept == (changed if stays else with_squares((30, 40, 10)))).all()


@pytest.mark.parametrize(("edge", "stays"), [(20, True), (21, False)])
def test_large_components_are_removed_and_larger_marks_stay(edge: int, stays: bool) -> None:
    """Four times the largest of a hundred pixels is still a mark that came nearer; a wall of its colour is none."""
    changed = with_squares((10, 10, 10), (30, 60, edge))
    kept = remove_unlike_components(changed, smallest=100, largest=100)
    assert (kept == (changed if stays else with_squares((10, 10, 10)))).all()


def test_a_mark_that_leaves_the_frame_stays() -> None:
    """However little of it is still in the picture."""
    changed = with_squares((62, 40, 2), (30, 94, 2))
    assert (remove_unlike_components(changed, smallest=400, largest=1) == changed).all()


def test_without_a_known_size_all_stays() -> None:
    """Nothing is left out on a guess."""
    changed = with_squares((30, 40, 1))
    assert remove_unlike_components(changed, smallest=0, largest=0) is changed
