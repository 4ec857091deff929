"""Differences of two pictures."""

import json
import math

import numpy as np
import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture import metrics
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image


def picture(pixels: np.ndarray, channels: tuple[str, ...] = ("R", "G", "B"), display: Box | None = None) -> Image:
    window = Box(0, 0, pixels.shape[1], pixels.shape[0])
    return Image(Header(channels, window, display or window), pixels.astype(np.float32))


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(3).random((24, 32, 3), np.float32)


def test_identical_pictures_have_infinite_psnr_and_are_safe_for_json(noise: np.ndarray) -> None:
    """Nothing differs, and JSON, which has no infinity, gets null."""
    found = metrics.compare(picture(noise), picture(noise))
    assert found == metrics.Difference(math.inf, 1.0, 0.0)
    assert json.loads(json.dumps(found.to_json(), allow_nan=False)) == {
        "psnr": None, "ssim": 1.0, "max_difference": 0, "identical": True, "non_finite": [0, 0],
        "missing_channels": [[], []],
    }  # fmt: skip


def test_a_known_error_gives_the_known_psnr(noise: np.ndarray) -> None:
    """An error of 0.1 everywhere is 20 dB, by definition, however bright the picture is."""
    found = metrics.compare(picture(noise + 3), picture(noise + 3.1))
    assert found.psnr == pytest.approx(20, abs=1e-3)
    assert found.max_difference == pytest.approx(0.1, abs=1e-6)
    assert metrics.compare(picture(noise), picture(noise + 0.1)).psnr == pytest.approx(20, abs=1e-3)


def test_ssim_sees_structure(noise: np.ndarray) -> None:
    """Another picture of the same statistics is far from similar; a slight change of level is close."""
    other = np.random.default_rng(4).random(noise.shape, np.float32)
    assert metrics.compare(picture(noise), picture(other)).ssim < 0.1
    assert metrics.compare(picture(noise), picture(noise + 0.01)).ssim > 0.99


@pytest.mark.parametrize("edge", [1, 2, 5])
def test_pictures_smaller_than_the_window_can_be_compared(edge: int) -> None:
    """The window shrinks with the picture."""
    small = picture(np.full((edge, edge, 3), 0.25))
    assert metrics.compare(small, small).ssim == pytest.approx(1)


def test_channels_are_matched_by_name(noise: np.ndarray) -> None:
    """Another order, or a longer name, changes nothing."""
    turned = picture(noise[:, :, ::-1], ("B", "G", "rgba.red"))
    assert metrics.compare(picture(noise), turned) == metrics.Difference(math.inf, 1.0, 0.0)


def test_a_channel_that_one_picture_lacks_is_a_difference(noise: np.ndarray) -> None:
    """The numbers are those of the channels that both have; the pictures are not identical all the same."""
    alpha = np.ones((*noise.shape[:2], 1))
    more = picture(np.concatenate([noise, alpha, alpha], axis=2), ("R", "G", "B", "A", "depth.Z"))
    found = metrics.compare(picture(noise), more)
    assert (found.psnr, found.identical, found.missing_channels) == (math.inf, False, (("A", "depth.Z"), ()))
    assert metrics.compare(more, picture(noise)).to_json()["missing_channels"] == [[], ["A", "depth.Z"]]


def test_the_display_window_counts(noise: np.ndarray) -> None:
    """The numbers tell of the format alone; pictures that differ outside of it are not identical all the same."""
    other = noise.copy()
    other[:, 20:] = 0
    display = Box(0, 0, 20, 24)
    found = metrics.compare(picture(noise, display=display), picture(other, display=display))
    assert (found.psnr, found.ssim, found.max_difference) == (math.inf, 1.0, 0.0) and not found.identical
    assert metrics.compare(picture(noise, display=display), picture(noise, display=display)).identical
    other[:, 20:] = np.nan
    assert not metrics.compare(picture(other, display=display), picture(other, display=display)).identical
    assert not metrics.mean([found, metrics.Difference(math.inf, 1.0, 0.0)]).identical


def test_a_picture_is_zero_where_it_has_no_pixels(noise: np.ndarray) -> None:
    """Other data windows, and formats that begin elsewhere, are no difference by themselves."""
    padded = np.pad(noise, ((2, 2), (3, 3), (0, 0)))
    wide = Image(Header(("R", "G", "B"), Box(7, 8, 38, 28), Box(10, 10, 32, 24)), padded)
    assert metrics.compare(picture(noise), wide).identical and metrics.compare(wide, picture(noise)).identical
    padded[0, 0] = 0.5
    assert not metrics.compare(picture(noise), wide).identical and not metrics.compare(wide, picture(noise)).identical


def test_a_size_mismatch_is_reported_in_a_sentence(noise: np.ndarray) -> None:
    """Both sizes are named."""
    with pytest.raises(PairCatError, match=r"32x24 and 32x23; .*reformat"):
        metrics.compare(picture(noise), picture(noise[1:]))


def test_pictures_without_a_common_channel_are_refused(noise: np.ndarray) -> None:
    """The channels of both are named."""
    with pytest.raises(PairCatError, match=r"no channel in common: R, G, B and A"):
        metrics.compare(picture(noise), picture(noise[:, :, :1], ("A",)))


def test_the_mean_leaves_identical_frames_out_of_psnr() -> None:
    """One frame without an error does not make the mean infinite."""
    some = metrics.Difference(30.0, 0.9, 0.2), metrics.Difference(math.inf, 1.0, 0.0)
    assert metrics.mean(some) == metrics.Difference(30.0, 0.95, 0.2)
    assert metrics.mean(some[1:]).psnr == math.inf


def test_the_mean_hides_nothing_of_any_frame() -> None:
    """It is identical only where all frames are; bad values are added up, and what is computed is of the others."""
    same = metrics.Difference(math.inf, 1.0, 0.0)
    bad = metrics.Difference(math.nan, math.nan, math.nan, (0, 6))
    lacking = metrics.Difference(math.inf, 1.0, 0.0, missing_channels=(("A",), ()))
    assert metrics.mean([same, same]).identical
    assert not metrics.mean([same, metrics.Difference(30.0, 0.9, 0.2)]).identical
    found = metrics.mean([same, bad, lacking, bad, lacking])
    assert found == metrics.Difference(math.inf, 1.0, 0.0, (0, 12), (("A",), ()))
    assert not found.identical
    assert metrics.mean([bad, bad]).to_json() == {
        "psnr": None, "ssim": None, "max_difference": None, "identical": False, "non_finite": [0, 12],
        "missing_channels": [[], []],
    }  # fmt: skip
