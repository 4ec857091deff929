"""Crop and Reformat."""

import numpy as np
import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.transform_ops import FILTERS, CropOp, ReformatOp


def test_crop_keeps_the_boxs_pixels_in_their_place(clip):
    """A crop cuts pixels off and moves none; with `reformat` the box becomes the format."""
    before = clip().render(1).pixels
    image = CropOp(clip(), 4, 2, 10, 12).render(1)
    assert image.header.data_window == Box(4, 2, 10, 12) and image.header.display_window == Box(0, 0, 32, 24)
    assert np.array_equal(image.pixels, before[2:14, 4:14])
    moved = CropOp(clip(), 4, 2, 10, 12, reformat=True).render(1)
    assert moved.header.data_window == moved.header.display_window == Box(0, 0, 10, 12)
    assert np.array_equal(moved.pixels, image.pixels)


def test_crop_without_a_box_removes_overscan(clip):
    """What hangs over the format goes, and the format's own pixels stay."""
    source = clip((-4, -2, 40, 30))
    image = CropOp(source).render(1)
    assert image.header.data_window == Box(0, 0, 32, 24)
    assert np.array_equal(image.pixels, source.render(1).pixels[2:26, 4:36])


def test_crop_without_black_outside_repeats_the_border(clip):
    """The format is filled with the nearest pixels of the box."""
    before = clip().render(1).pixels
    pixels = CropOp(clip(), 4, 2, 10, 12, black_outside=False).render(1).pixels
    assert pixels.shape == (24, 32, 4)
    assert np.array_equal(pixels[0, 0], before[2, 4]) and np.array_equal(pixels[-1, -1], before[13, 13])
    assert np.array_equal(pixels[5, 31], before[5, 13])


def test_crop_that_leaves_nothing_is_one_black_pixel(clip):
    """A box beside the picture gives a picture that can still be written."""
    image = CropOp(clip(), 100, 100, 4, 4).render(1)
    assert image.header.data_window == Box(100, 100, 1, 1) and not image.pixels.any()


def test_doubling_with_impulse_repeats_pixels(clip):
    """Twice the size with the nearest pixel is each pixel four times."""
    before = clip().render(1).pixels
    pixels = ReformatOp(clip(), scale_x=2.0, scale_y=2.0, filter="Impulse").render(1).pixels
    assert np.array_equal(pixels, before.repeat(2, 0).repeat(2, 1))


def test_halving_with_box_averages_pixels(clip):
    """Half the size with a box is the mean of four, negative and bright values included."""
    before = clip().render(1).pixels
    pixels = ReformatOp(clip(), scale_x=0.5, scale_y=0.5, filter="Box").render(1).pixels
    np.testing.assert_allclose(pixels, before.reshape(12, 2, 16, 2, 4).mean((1, 3)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [name for name in FILTERS if name != "Impulse"])
def test_cut_into_parts_a_picture_scales_as_a_whole(kind, clip):
    """A pixel does not depend on how much of the picture is kept: a border that is cropped later changes nothing."""
    source = clip((-4, -2, 40, 30))
    whole = ReformatOp(source, 21, 17, resize="distort", filter=kind, crop=False).render(1)
    kept = ReformatOp(source, 21, 17, resize="distort", filter=kind).render(1)
    np.testing.assert_allclose(kept.pixels, whole.over_window(kept.header.data_window), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("resize", "window"),
    [
        ("width", Box(0, 5, 40, 30)),
        ("height", Box(-7, 0, 54, 40)),
        ("fit", Box(0, 5, 40, 30)),
        ("fill", Box(-7, 0, 54, 40)),
        ("distort", Box(0, 0, 40, 40)),
        ("none", Box(4, 8, 32, 24)),
    ],
)
def test_resizes_place_the_picture_as_their_names_say(resize, window, clip):
    """A 4:3 picture in a square: by its width, its height, all seen, no border, distorted, or only moved."""
    assert ReformatOp(clip(), 40, 40, resize=resize, crop=False).header(1).data_window == window


def test_what_stands_at_the_upper_left_stays_there(clip):
    """Without centring the picture begins at 0,0, wherever the old format began."""
    source = clip((100, 50, 32, 24), (100, 50, 32, 24))
    assert ReformatOp(source, 40, 60, resize="fit", center=False).header(1).data_window == Box(0, 0, 40, 30)


def test_pixel_aspect_is_made_up_for(clip):
    """From pixels half as wide again to square ones, the picture becomes wider by that much."""
    header = ReformatOp(clip(), 48, 24, pixel_aspect=1.0, resize="height").header(1)
    assert header.data_window == Box(0, 0, 48, 24) and header.pixel_aspect == 1.0


@pytest.mark.parametrize("fields", [{"filter": "Sharp"}, {"resize": "most"}])
def test_unknown_ways_are_named_with_the_known_ones(fields, clip):
    """A filter or resize that does not exist is refused with those that do."""
    with pytest.raises(PairCatError, match=r"choose one of (Impulse|none),"):
        ReformatOp(clip(), 40, 40, **fields).render(1)
