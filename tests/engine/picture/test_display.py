"""Tests of engine/picture/display.py."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.errors import ChannelError, PairCatError
from paircat.engine.picture import color, display
from paircat.engine.picture.box import Box
from paircat.engine.picture.display import (
    LUMA,
    MATTE,
    Look,
    bad_values,
    difference,
    displayed,
    displayed_without,
    eight_bit,
    is_light,
    shown_channels,
)
from paircat.engine.picture.image import Header, Image

ACES = "sRGB - Display/ACES 2.0 - SDR 100 nits (Rec.709)"
WILD = (np.random.default_rng(0).standard_cauchy((40, 50, 3)) * 0.3).astype(np.float32)


def image(pixels: np.ndarray, channels: str = "R G B", x: int = 0, y: int = 0, formats: str = "half") -> Image:
    names = tuple(channels.split())
    window = Box(x, y, pixels.shape[1], pixels.shape[0])
    return Image(Header(names, window, Box(0, 0, 8, 8), formats=(formats,) * len(names)), pixels.astype(np.float32))


@pytest.mark.parametrize("view", ["none", "sRGB"])
@pytest.mark.parametrize(("gain", "gamma"), [(1.0, 1.0), (3.5, 1.0), (0.4, 2.2)])
def test_the_table_gives_what_the_curve_gives(view: str, gain: float, gamma: float) -> None:
    """Within the half a step that rounding leaves, for negative, huge and tiny values alike."""
    exact = np.clip(color.display_view(WILD * np.float32(gain), view), 0, 1) ** (1 / gamma) * 255
    assert np.abs(eight_bit(WILD, view, gain, gamma) - exact).max() < 0.7


def test_eight_bits_come_back_as_they_were() -> None:
    """A PNG's pixels reach the screen unchanged."""
    codes = np.arange(256, dtype=np.float32).reshape(16, 16, 1)
    assert np.array_equal(eight_bit(codes / 255, "none"), codes[:, :, 0])


def test_bad_values_are_black_and_white() -> None:
    """NaN and -Inf are black, +Inf is white, also with a gain and through a table of a view."""
    bad = np.array([[[np.nan], [np.inf], [-np.inf], [3e38]]], np.float32)
    assert eight_bit(bad, "sRGB", 4.0).tolist() == [[0, 255, 0, 255]]
    assert eight_bit(np.repeat(bad, 3, axis=2), ACES).shape == (1, 4, 3)


def test_other_views_go_through_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration's views are color.display_view's, gain before and gamma after; without PyAV exactly so."""
    pixels = np.abs(WILD)
    exact = np.clip(color.display_view(pixels * np.float32(2), ACES), 0, 1) ** (1 / 1.5) * 255
    quick = np.abs(eight_bit(pixels, ACES, 2.0, 1.5) - exact)
    assert quick.mean() < 0.6 and quick.max() < 12  # saturated colours between the table's points
    grey = np.geomspace(0.001, 8, 256, dtype=np.float32).reshape(16, 16, 1)
    level = np.clip(color.display_view(np.repeat(grey, 3, axis=2), ACES), 0, 1) * 255
    assert np.abs(eight_bit(grey, ACES) - level).max() < 1.1
    monkeypatch.setattr(display, "view_filter", lambda view, width, height: None)
    assert np.abs(eight_bit(pixels, ACES, 2.0, 1.5) - exact).max() < 0.7


@pytest.mark.parametrize(
    ("channels", "look", "shown"),
    [
        ("A B G R depth.Z", Look(), ("R", "G", "B")),
        ("R G B A", Look(key="A"), ("A",)),
        ("R G B A diffuse.R diffuse.G diffuse.B", Look("diffuse", "A"), ("A",)),
        ("R G B diffuse.red diffuse.green diffuse.blue", Look("diffuse", "G"), ("diffuse.green",)),
        ("R G B depth.Z", Look("depth"), ("depth.Z",)),
        ("R G B depth.Z", Look("depth", "R"), ("depth.Z",)),
        ("R G B forward.u forward.v", Look("forward"), ("forward.u", "forward.v")),
        ("A", Look(), ("A",)),
        ("depth.Z", Look(), ("depth.Z",)),
        ("Y A", Look(), ("Y",)),
        ("Y A", Look(key="A"), ("A",)),
        ("Y", Look(key="A"), ("Y",)),
        ("R G B", Look(key=LUMA), ("R", "G", "B")),
    ],
)
def test_a_look_finds_its_channels(channels: str, look: Look, shown: tuple[str, ...]) -> None:
    """Whatever they are called, and in whatever order the file has them."""
    assert shown_channels(image(np.zeros((2, 2, len(channels.split()))), channels).header, look) == shown


def test_a_grey_matte_looks_as_the_alpha_that_it_is_compared_with() -> None:
    """Its values are coverage, which no view changes."""
    matte = image(np.full((2, 2, 1), 0.5), "Y"), image(np.full((2, 2, 1), 0.5), "A")
    look = Look(key="A", view=ACES)
    assert np.array_equal(displayed(matte[0], look), displayed(matte[1], look))


@pytest.mark.parametrize(("look", "word"), [(Look("diffuse"), "diffuse"), (Look(key="A"), "channel A")])
def test_what_is_not_there_is_named(look: Look, word: str) -> None:
    """A missing layer or channel is a sentence that lists what there is."""
    with pytest.raises(PairCatError, match=rf"{word}.*this picture has"):
        displayed(image(np.zeros((2, 2, 3))), look)


def test_what_is_not_there_counts_as_black_where_it_is_compared() -> None:
    """A missing alpha covers nothing, so the colour is seen without red; a missing layer is black as a whole."""
    colour = image(np.full((2, 2, 3), 0.5))
    assert np.array_equal(displayed_without(colour, Look(key=MATTE)), displayed(colour, Look()))
    for look in (Look(key="A"), Look("diffuse"), Look("diffuse", MATTE)):
        assert not displayed_without(colour, look).any()
    for look, lack in (
        (Look(key="A"), "no channel A"),
        (Look("diffuse"), "no layer diffuse"),
        (Look(key=MATTE), "no alpha"),
    ):
        with pytest.raises(ChannelError) as error:
            displayed(colour, look)
        assert error.value.lack == lack


def test_light_goes_through_the_view_and_data_does_not() -> None:
    """Alpha, depth and masks are shown as they are stored."""
    half = np.full((2, 2, 4), 0.5)
    assert displayed(image(half, "R G B A"), Look())[0, 0, 0] == 188
    assert displayed(image(half, "R G B A"), Look(key="A"))[0, 0] == 128
    assert displayed(image(half, "R G B A", formats="uint8"), Look())[0, 0, 0] == 128
    assert is_light(("diffuse.R", "diffuse.G")) and not is_light(("depth.Z",))


def test_luma_is_the_weighted_brightness() -> None:
    """Green counts most, as Rec. 709 says."""
    green = np.zeros((2, 2, 3))
    green[:, :, 1] = 1
    assert displayed(image(green), Look(key=LUMA, view="none"))[0, 0] == round(0.7152 * 255)


def test_a_matte_lies_over_the_colour_in_red() -> None:
    """Half of it where the alpha is full, nothing where it is empty; what is no coverage counts as one end of it."""
    grey = np.full((1, 4, 4), 0.5)
    grey[0, :, 3] = 0, 1, 7, np.nan
    seen = displayed(image(grey, "R G B A"), Look(key=MATTE, view="none"))
    assert seen[0].tolist() == [[128, 128, 128], [192, 64, 64], [192, 64, 64], [128, 128, 128]]
    with pytest.raises(PairCatError, match="no alpha to lay over the picture, which has R, G, B"):
        displayed(image(np.zeros((2, 2, 3))), Look(key=MATTE))


def test_difference_covers_both_windows_and_any_sign() -> None:
    """What one picture lacks counts as zero there, and A - B is as large as B - A."""
    a, b = image(np.full((2, 2, 3), 0.25)), image(np.full((2, 2, 3), 0.75), x=1)
    for one, other in ((a, b), (b, a)):
        found = difference(one, other, Look())
        assert found.header.data_window == Box(0, 0, 3, 2)
        assert found.pixels[0, :, 0].tolist() == [0.25, 0.5, 0.75]


def test_difference_of_colour_and_alpha() -> None:
    """One channel is compared with each of three; the result can be displayed."""
    found = difference(image(np.ones((2, 2, 1)), "A"), image(np.zeros((2, 2, 3))), Look())
    assert found.header.channels == ("R", "G", "B") and displayed(found, Look()).shape == (2, 2, 3)


def test_bad_values_are_counted_and_placed() -> None:
    """How many of which kind, in which channels, where; in the coordinates of the picture."""
    pixels = np.zeros((6, 8, 3))
    pixels[2, 5, 0], pixels[4, 1, 0], pixels[4, 1, 2] = np.nan, np.inf, -np.inf
    found = bad_values(image(pixels, x=100, y=10))
    assert found is not None
    assert (found.nan, found.inf, found.channels, found.first) == (1, 2, ("R", "B"), (105, 12))
    assert found.box == Box(101, 12, 5, 3) and found.mask.sum() == 2
    assert str(found) == "1 NaN and 2 Inf in R, B, first at 105, 12"
    assert bad_values(image(np.zeros((2, 2, 3)))) is None
