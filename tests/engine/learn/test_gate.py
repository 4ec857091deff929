"""Gate: pixels that a network has no reason to touch come back bit for bit."""

from __future__ import annotations

import numpy as np

from paircat.engine.learn.gate import gated, noise_threshold


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((96, 96, 3), dtype=np.float32)


def noisy(pixels: np.ndarray, size: float) -> np.ndarray:
    return (pixels + size * np.random.default_rng(9).uniform(-1, 1, pixels.shape)).astype(np.float32)


def fixed(pixels: np.ndarray) -> np.ndarray:
    """With a square of it painted over."""
    painted = pixels.copy()
    painted[10:20, 10:20] = 0.9
    return painted


def change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.abs(after - before).max(axis=2)


def test_noise_is_measured_far_from_what_was_painted() -> None:
    """Just above the largest answer where nothing was asked for."""
    before = picture()
    threshold = noise_threshold([(before, fixed(before), noisy(fixed(before), 0.004))])
    assert 0.004 < threshold < 0.008


def test_a_look_on_the_whole_frame_has_no_gate() -> None:
    """There is nothing untouched to measure at."""
    before = picture()
    assert noise_threshold([(before, before * 0.5, before * 0.5)]) == 0


def test_pairs_without_a_difference_have_no_gate() -> None:
    """Nothing says what a change would be."""
    before = picture()
    assert noise_threshold([(before, before, noisy(before, 0.01))]) == 0


def test_noise_as_large_as_the_work_has_no_gate() -> None:
    """Both would be cut: better soft pixels than a lost fix."""
    before = picture()
    assert noise_threshold([(before, fixed(before), noisy(fixed(before), 0.5))]) == 0


def test_a_network_that_does_little_so_far_has_no_gate() -> None:
    """What it has learnt of the fix would be taken for noise."""
    before = picture()
    little = before + 0.02 * (fixed(before) - before)
    assert noise_threshold([(before, fixed(before), noisy(little, 0.004))]) == 0


def test_what_is_not_to_be_touched_comes_back_bit_for_bit() -> None:
    """And the fix comes through whole."""
    before = picture()
    after = noisy(fixed(before), 0.004)
    result = gated(before, after, 0.006, change(before, after))
    assert np.array_equal(result[40:, 40:], before[40:, 40:])
    assert np.array_equal(result[11:19, 11:19], after[11:19, 11:19])


def test_what_lies_between_fades() -> None:
    """A change between one and two thresholds is let through in part, without a step."""
    before = np.zeros((32, 32, 1), np.float32)
    after = np.full_like(before, 0.015)
    result = gated(before, after, 0.01, change(before, after))
    assert np.allclose(result, 0.0075)
