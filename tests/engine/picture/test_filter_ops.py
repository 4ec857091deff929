"""Blur."""

import numpy as np
import pytest

from paircat.engine.picture.box import Box
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.time_ops import FrameHoldOp


def test_a_pixel_becomes_a_gaussian_of_the_given_sigmas(clip):
    """The weights of one bright pixel have the variances that were asked for, and the sum of the pixel."""
    element = clip((30, 30, 1, 1), (0, 0, 64, 64), ("R",), level=10.0)
    pixels = BlurOp(element, 3.0, 1.5).render(1).over_window(Box(0, 0, 64, 64))[:, :, 0]
    places = np.arange(64)
    assert pixels.sum() == pytest.approx(10, rel=1e-4)
    for axis, sigma in ((0, 3.0), (1, 1.5)):
        weights = pixels.sum(axis) / 10
        assert (weights * (places - 30) ** 2).sum() ** 0.5 == pytest.approx(sigma, rel=0.01)


def test_data_window_grows_into_the_format_only(clip):
    """Pixels that end inside of the format blur out into it; overscan and the format's edge stay where they are."""
    assert BlurOp(clip((5, 0, 20, 24)), 1.0, 1.0).header(1).data_window == Box(1, 0, 28, 24)
    assert BlurOp(clip((-4, -2, 40, 30)), 1.0, 1.0).header(1).data_window == Box(-4, -2, 40, 30)


def test_only_the_selected_channels_are_blurred(clip):
    """Blurring alpha leaves the colours as they are."""
    before, after = clip().render(1).pixels, BlurOp(clip(), 2.0, 2.0, "alpha").render(1).pixels
    assert np.array_equal(before[:, :, :3], after[:, :, :3])
    assert after[:, :, 3].std() < before[:, :, 3].std() / 2


def test_no_sigma_changes_nothing(clip):
    """A sigma of 0 leaves that direction alone."""
    source = FrameHoldOp(clip(), 1)
    assert np.array_equal(BlurOp(source, 0.0, 0.0).render(1).pixels, source.render(1).pixels)
    down = BlurOp(source, 0.0, 3.0).render(1).pixels
    assert not np.array_equal(down, source.render(1).pixels)
    np.testing.assert_allclose(BlurOp(clip(level=7.0), 0.0, 3.0).render(1).pixels, 7.0, rtol=1e-6)
