"""CropSampler: what a step trains on follows from seed and step alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from paircat.engine.learn.crops import CropSampler, cut, reduce
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.pair_store import PairStore

SAMPLER = CropSampler(pairs=5, frame=(40, 48), crop_size=16, batch_size=3, seed=7)


def test_the_same_step_draws_the_same_crops_and_another_seed_others() -> None:
    """No state: any step can be drawn again, in any order."""
    later = SAMPLER.batch(9)
    SAMPLER.batch(2)
    assert SAMPLER.batch(9) == later
    assert CropSampler(5, (40, 48), 16, 3, seed=8).batch(9) != later


def test_every_pair_comes_once_an_epoch() -> None:
    """Five steps of three crops are three epochs: each pair three times."""
    drawn = [crop.pair for step in range(5) for crop in SAMPLER.batch(step)]
    for epoch in range(3):
        assert sorted(drawn[5 * epoch : 5 * epoch + 5]) == [0, 1, 2, 3, 4]


def test_crops_reach_every_corner_and_never_leave_the_frame() -> None:
    """First and last positions are drawn; none lies outside."""
    crops = [crop for step in range(600) for crop in SAMPLER.batch(step)]
    assert {crop.top for crop in crops} == set(range(25))
    assert {crop.left for crop in crops} == set(range(33))


@pytest.mark.parametrize("importance", [None, lambda pair: np.ones((3, 3))])
def test_crops_may_be_asked_to_begin_on_a_grid(importance: Callable[[int], np.ndarray] | None) -> None:
    """For a filter that knows cells of 2x2 pixels they begin at even ones, the last that there are included."""
    even = dataclasses.replace(SAMPLER, grid=2, importance=importance)
    crops = [crop for step in range(600) for crop in even.batch(step)]
    assert {crop.top for crop in crops} == set(range(0, 25, 2))
    assert {crop.left for crop in crops} == set(range(0, 33, 2))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_contact_sheet_shows_where_there_is_something_to_learn(rows: int) -> None:
    """A small figure is in each of its rows but the last, and in a single one."""
    figure = np.zeros((4, 6))
    figure[2, 4] = 1
    sampler = CropSampler(5, (64, 96), 32, 2, seed=7, importance=lambda pair: figure)
    for step in range(40):
        crops = sampler.sheet(step, rows)
        assert len(crops) == rows
        for crop in crops[: max(1, rows - 1)]:
            assert crop.top < 48 and crop.top + 32 > 32 and crop.left < 80 and crop.left + 32 > 64


def test_flips_and_turns_are_the_same_on_both_sides(look_set: DataSet) -> None:
    """Input and ground truth are turned together, so that they stay aligned."""
    store = PairStore(look_set, 1 << 30)
    sampler = CropSampler(4, look_set.size, 16, 4, seed=1, flips=True, quarter_turns=True)
    crops = sampler.batch(0) + sampler.batch(1)
    assert any(crop.flip for crop in crops)
    assert any(crop.quarter_turns for crop in crops)
    look = np.array([[0.8, 0.1, 0.0], [0.1, 0.6, 0.0], [0.0, 0.1, 0.4]], np.float32).T
    for crop in crops:
        before, after = cut(store, crop)
        np.testing.assert_allclose(before @ look + 0.05, after, atol=1e-6)
        assert before.flags.c_contiguous and after.flags.c_contiguous  # torch takes no negative strides


def test_reduce_averages_blocks() -> None:
    """Half the resolution is the mean of two by two pixels."""
    pixels = np.arange(4 * 6, dtype=np.float32).reshape(4, 6, 1)
    np.testing.assert_allclose(reduce(pixels, 2)[0, 0, 0], (0 + 1 + 6 + 7) / 4)
    assert reduce(pixels, 2).shape == (2, 3, 1)


def test_as_many_crops_as_asked_for_are_drawn_uniformly() -> None:
    """With all the importance in one corner, the others all show it."""
    corner = np.zeros((3, 3))
    corner[0, 0] = 1
    for uniform_share in (0.2, 0.5):
        sampler = dataclasses.replace(SAMPLER, importance=lambda _: corner, uniform_share=uniform_share)
        crops = [crop for step in range(400) for crop in sampler.batch(step)]
        shown = sum(crop.top <= 8 and crop.left <= 8 for crop in crops) / len(crops)
        by_chance = 9 * 9 / (25 * 33)
        assert abs(shown - (1 - uniform_share + uniform_share * by_chance)) < 0.05


def test_each_pair_is_asked_for_its_importance_with_its_first_crop() -> None:
    """It has just been read then; later, and from a disk, it would have to be read as a whole once more."""
    asked: list[int] = []
    even = np.ones((3, 3)) / 9
    sampler = dataclasses.replace(SAMPLER, importance=lambda pair: asked.append(pair) or even, batch_size=5)
    sampler.batch(0)
    assert sorted(asked) == [0, 1, 2, 3, 4]
