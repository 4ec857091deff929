"""Composites: people over photographs, with their mattes."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.weights.recipes import composites
from paircat.weights.recipes.composites import EDGE, Figure, make_pair, matched, placed

RANDOM = np.random.default_rng(2)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Pictures and people, as the recipes store them: a dark photograph, a bright figure, a frame with one."""
    pictures, people = tmp_path_factory.mktemp("pictures"), tmp_path_factory.mktemp("people")
    np.save(pictures / "000.npy", RANDOM.integers(0, 90, (600, 700, 3), dtype=np.uint8))
    figure = np.zeros((200, 80, 4), np.uint8)
    figure[10:190, 10:70] = (230, 220, 210, 255)
    for name in ("walkers", "astronaut", "footballer", "woman"):
        np.savez(people / f"{name}.npz", figure)
    scene = np.zeros((500, 640, 4), np.uint8)
    scene[200:400, 300:360] = (240, 240, 240, 255)
    np.savez(people / "woman.scenes.npz", scene)
    bust = np.full((300, 300, 3), 240, np.uint8)
    matte = np.zeros((300, 300), np.uint8)
    matte[120:, 90:210] = 255
    picture = np.where(matte[:, :, None] > 0, bust, 30).astype(np.uint8)
    np.savez(people / "astronaut.portrait.npz", picture=picture, colours=bust, alpha=matte)
    return str(pictures), str(people)


def test_a_pair_is_a_function_of_seed_and_number(folders: tuple[str, str]) -> None:
    """The same number gives the same pixels, another one others; both sides are 8-bit squares."""
    once, again, other = (make_pair(*folders, 20, number) for number in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert not np.array_equal(once[0], other[0])
    assert once[0].shape == (EDGE, EDGE, 3) and once[1].shape == (EDGE, EDGE, 1) and once[0].dtype == np.uint8


def test_the_matte_lies_on_the_figures(folders: tuple[str, str]) -> None:
    """Over many pairs the bright figures stand where the matte says, and some pictures have nobody."""
    inside, outside, empty = [], [], 0
    for number in range(40):
        picture, matte = make_pair(*folders, 20, number)
        covered = matte[:, :, 0] > 200
        empty += not covered.any()
        inside += [picture[covered].mean()] if covered.any() else []
        outside += [picture[matte[:, :, 0] == 0].mean()] if (matte == 0).any() else []
    assert np.median(inside) > 2 * np.median(outside)
    assert 0 < empty < 20


def test_a_figure_that_ends_at_its_waist_stands_at_the_lower_edge() -> None:
    """Nobody floats: a portrait is never cut off in mid-air."""
    figure = Figure(np.ones((100, 60, 3), np.float32), np.ones((100, 60), np.float32), cut_off=True)
    black = np.zeros((EDGE, EDGE, 3), np.float32), np.zeros((EDGE, EDGE), np.float32)
    for seed in range(20):
        _, matte = placed(*black, figure, np.random.default_rng(seed))
        assert matte[-1].any()


def test_two_figures_cover_more_than_one() -> None:
    """The matte of a second one is put over the first, never beyond full coverage."""
    figure = Figure(np.ones((90, 90, 3), np.float32), np.full((90, 90), 0.7, np.float32))
    picture, alpha = np.zeros((EDGE, EDGE, 3), np.float32), np.zeros((EDGE, EDGE), np.float32)
    for seed in range(30):
        picture, alpha = placed(picture, alpha, figure, np.random.default_rng(seed))
    assert 0.7 < alpha.max() <= 1


def test_colours_are_drawn_towards_the_background() -> None:
    """In the mean over many draws a bright figure over a dark picture is darker than it was."""
    colours, alpha = np.full((20, 10, 3), 0.8, np.float32), np.ones((20, 10), np.float32)
    dark = np.full((32, 32, 3), 0.1, np.float32)
    results = [matched(colours, alpha, dark, np.random.default_rng(seed)) for seed in range(60)]
    assert np.mean(results) < 0.72
    assert all(result.min() >= 0 and result.max() <= 1 for result in results)


def test_somebody_of_every_name_is_drawn(folders: tuple[str, str]) -> None:
    """Shares of all figures leave room for everybody."""
    assert sum(composites._SHARES.values()) < 1
    assert set(composites._people(folders[1])) == {"walkers", "astronaut", "footballer", "woman"}
