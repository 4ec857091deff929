"""Portraits: views of people whom the frame cuts off."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paircat.weights.recipes.composites import EDGE, close_view
from paircat.weights.recipes.portraits import SUFFIX, portraits, random_view

BUST = np.zeros((300, 240, 7), np.uint8)
BUST[100:, 60:180] = 255  # white, down to the lower edge, and its matte
BUST[:, :, 0] = 90  # the room behind is in the picture alone
BUST[100:, 60:180, 0] = 255


def test_a_bust_never_floats() -> None:
    """However far it is seen from, what the frame cuts off below reaches the lower edge of a view that shows it."""
    wide = [random_view(BUST, EDGE, np.random.default_rng(seed)) for seed in range(80)]
    far = [view for view, wider in wide if wider]
    assert far
    for view in far:
        rows = np.nonzero(view[:, :, 6].max(axis=1) > 0.6)[0]
        assert rows.size and rows[-1] == EDGE - 1


def test_views_run_from_a_detail_to_a_small_figure() -> None:
    """Among many some are covered mostly, some hardly; all show somebody."""
    shares = [random_view(BUST, EDGE, np.random.default_rng(seed))[0][:, :, 6].mean() for seed in range(80)]
    assert 0 < min(shares) < 0.2
    assert max(shares) > 0.6


def test_a_view_is_a_function_of_its_random_numbers() -> None:
    """The same seed gives the same pixels, in range."""
    once, again = (random_view(BUST, EDGE, np.random.default_rng(7))[0] for _ in range(2))
    assert np.array_equal(once, again)
    assert once.shape == (EDGE, EDGE, 7) and once.dtype == np.float32 and 0 <= once.min() <= once.max() <= 1


def test_what_lies_beyond_the_photograph_is_the_new_background() -> None:
    """Nothing of the emptiness around a widened portrait is seen, only the background or the room."""
    green = np.zeros((EDGE, EDGE, 3), np.float32)
    green[:, :, 1] = 0.5
    for seed in range(40):
        picture, alpha = close_view([BUST], green, np.random.default_rng(seed))
        outside = picture[alpha == 0]
        assert outside.size == 0 or outside.max(axis=1).min() > 0.15


def test_stored_portraits_are_read_back(tmp_path: Path) -> None:
    """Picture, colours and matte of a file become seven planes; one that is not listed any more is passed over."""
    for name in ("astronaut", "somebody"):
        np.savez(tmp_path / f"{name}{SUFFIX}", picture=BUST[:, :, :3], colours=BUST[:, :, 3:6], alpha=BUST[:, :, 6])
    (found,) = portraits(str(tmp_path))
    assert np.array_equal(found, BUST)
