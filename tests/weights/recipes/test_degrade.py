"""Degradations: what defocus, motion, sensors, compression and enlargement do to a picture."""

from __future__ import annotations

import math

import numpy as np
import PIL.Image
import pytest

from paircat.weights.recipes import degrade

PICTURE = np.random.default_rng(1).random((48, 60, 3)).astype(np.float32)


@pytest.mark.parametrize(
    "kernel",
    [
        degrade.gaussian_kernel(2, 2),
        degrade.gaussian_kernel(3, 0.7, 1.0),
        degrade.disc_kernel(2.5),
        degrade.motion_kernel(9, 0.4),
        degrade.motion_kernel(12, 2.0, 1.2),
    ],
)
def test_a_kernel_keeps_the_light_and_the_place(kernel: np.ndarray) -> None:
    """In sum one, nothing negative, its centre of gravity in the middle: no blur moves the picture."""
    reach = np.arange(len(kernel)) - len(kernel) // 2
    assert kernel.shape == (len(kernel), len(kernel)) and len(kernel) % 2 == 1
    assert kernel.sum() == pytest.approx(1) and kernel.min() >= 0
    assert abs((kernel.sum(axis=0) * reach).sum()) < 1e-6 and abs((kernel.sum(axis=1) * reach).sum()) < 1e-6


def test_a_gaussian_is_as_wide_as_it_says() -> None:
    """Its second moment is sigma squared, within what the cut-off takes away."""
    kernel = degrade.gaussian_kernel(2, 2)
    reach = np.arange(len(kernel)) - len(kernel) // 2
    assert math.sqrt((kernel.sum(axis=0) * reach**2).sum()) == pytest.approx(2, rel=0.02)


def test_motion_goes_along_its_angle() -> None:
    """A stroke of 11 pixels to the right spreads a point over 11 columns and one row."""
    kernel = degrade.motion_kernel(11, 0.0)
    assert (kernel.sum(axis=0) > 0.02).sum() in (11, 12)
    assert kernel.sum(axis=1).max() == pytest.approx(1, abs=1e-6)


def test_a_convolution_keeps_size_and_constants() -> None:
    """A constant picture stays constant up to its border, and the mean of any stays where it was."""
    kernel = degrade.gaussian_kernel(1.5, 1.5)
    flat = degrade.convolve(np.full_like(PICTURE, 0.3), kernel)
    assert flat.shape == PICTURE.shape and np.abs(flat - 0.3).max() < 1e-5
    assert degrade.convolve(PICTURE, kernel).std() < 0.4 * PICTURE.std()


def test_in_light_highlights_spread_further() -> None:
    """A white point on black is brighter around itself than in display values."""
    point = np.zeros((21, 21, 3), np.float32)
    point[10, 10] = 1
    kernel = degrade.gaussian_kernel(2, 2)
    assert degrade.in_light(point, kernel)[10, 13, 0] > 2 * degrade.convolve(point, kernel)[10, 13, 0]


@pytest.mark.parametrize("degradation", [degrade.degraded, degrade.enlarged])
def test_a_degradation_is_a_function_of_its_seed(degradation: object) -> None:
    """The same seed gives the same picture, other seeds many others; size and range stay what they were."""
    assert callable(degradation)
    seen = set()
    for seed in range(40):
        once, again = (degradation(PICTURE, np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(once, again)
        assert once.shape == PICTURE.shape and once.dtype == np.float32
        assert np.isfinite(once).all() and once.min() > -0.6 and once.max() < 1.6
        assert abs(once.mean() - PICTURE.mean()) < 0.1
        seen.add(once.tobytes())
    assert len(seen) > 10


def test_the_mix_holds_all_that_the_card_names() -> None:
    """Over many draws there is no blur at all, small and large kernels, no noise and much of it."""
    random = np.random.default_rng(7)
    kernels = [degrade.random_kernel(random) for _ in range(300)]
    sizes = [len(kernel) for kernel in kernels if kernel is not None]
    noises = [255 * degrade.random_noise(random) for _ in range(300)]
    assert any(kernel is None for kernel in kernels) and min(sizes) <= 5 and max(sizes) >= 21
    assert min(noises) == 0 and 8 < max(noises) <= 10


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_reduced_picture_stays_where_it_was(factor: int) -> None:
    """Reduced in any way and enlarged again, a smooth ramp is the ramp: nothing is shifted by half a pixel."""
    ramp = np.broadcast_to(np.linspace(0, 1, 60, dtype=np.float32)[None, :, None], (48, 60, 3))
    for seed in range(12):
        small = degrade.reduced(np.ascontiguousarray(ramp), factor, np.random.default_rng(seed))
        assert small.shape == (48 // factor, 60 // factor, 3)
        back = degrade.resized(small, 60, 48, PIL.Image.Resampling.BICUBIC)
        assert np.abs(back - ramp)[8:-8, 8:-8].max() < 2e-3


def test_steps_of_eight_bits_come_back_exactly() -> None:
    """Rounding what was rounded changes nothing, so prepared pairs are what an 8-bit file would hold."""
    steps = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    assert np.array_equal(degrade.to_steps(degrade.from_steps(steps)), steps)


def test_compression_is_seen_and_mild() -> None:
    """A JPEG differs from its picture, less so at a higher quality."""
    smooth = degrade.blurred(PICTURE, 2)
    low, high = (np.abs(degrade.compressed(smooth, quality) - smooth).mean() for quality in (30, 95))
    assert 0 < high < low < 0.1
