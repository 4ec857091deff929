"""Flaws: whether changes are in the input, and taken out, or in the ground truth, and added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from paircat.engine.learn.degradation_model import Patch
from paircat.engine.learn.flaws import are_flaws

THRESHOLD = 1 / 1024
SIZE = 48


def ground(seed: int) -> np.ndarray:
    """A soft slope with some grain, float32 (48, 48, 3)."""
    y, x = np.mgrid[0 : 1 : SIZE * 1j, 0 : 1 : SIZE * 1j].astype(np.float32)
    grain = np.random.default_rng(seed).normal(0, 0.01, (SIZE, SIZE, 3))
    return ((0.3 + 0.3 * x + 0.1 * y)[:, :, None] + grain).astype(np.float32)


def soft() -> np.ndarray:
    """How strong dust is: (48, 48, 1), nothing at the edges."""
    place = np.mgrid[-3 : 3 : SIZE * 1j, -3 : 3 : SIZE * 1j]
    strength = np.exp(-(place**2).sum(axis=0))
    return np.where(strength > 0.02, strength, 0)[:, :, None].astype(np.float32)


def patch_of(before: np.ndarray, after: np.ndarray) -> Patch:
    return Patch(before, after, (np.abs(after - before) > THRESHOLD).any(axis=2), 0)


def swapped(patch: Patch) -> Patch:
    return replace(patch, before=patch.after, after=patch.before)


def dust() -> list[Patch]:
    return [patch_of(ground(seed) * (1 - 0.3 * soft()), ground(seed)) for seed in range(4)]


def marks() -> list[Patch]:
    sharp = soft() > 0.4
    return [patch_of(np.where(sharp, np.float32([0.9, 0.1, 0.1]), ground(seed)), ground(seed)) for seed in range(4)]


@pytest.mark.parametrize("flaws", [dust(), marks()], ids=["dust, which has no edges", "marks, which have"])
def test_what_is_odd_in_the_input_is_a_flaw(flaws: list[Patch]) -> None:
    """And what is odd in the ground truth is added."""
    assert are_flaws(flaws, 0.01, THRESHOLD)
    assert not are_flaws([swapped(flaw) for flaw in flaws], 0.01, THRESHOLD)


def test_a_large_soft_change_may_be_a_figure() -> None:
    """One that is lit looks like dust of its size; marks are told by their edges at any size."""
    assert not are_flaws(dust(), 0.05, THRESHOLD)
    assert are_flaws(marks(), 0.05, THRESHOLD)


def test_patches_that_are_changed_all_over_say_nothing() -> None:
    """There is nothing around them to tell by."""
    everywhere = patch_of(ground(0), ground(0) + np.float32(0.1))
    assert everywhere.changed.all()
    assert not are_flaws([everywhere], 0.01, THRESHOLD)
