"""Tests of engine/picture/color.py."""

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture import color
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import Attribute

ACES = "sRGB - Display/ACES 2.0 - SDR 100 nits (Rec.709)"
VALUES = np.random.default_rng(0).uniform(-0.2, 8, (16, 24, 3)).astype(np.float32)


def header(*formats):
    return Header(("R", "G", "B"), Box(0, 0, 4, 4), Box(0, 0, 4, 4), formats=formats)


def test_there_and_back_is_the_same_picture():
    """ACEScg to a linear Rec.709 and back keeps negative values and highlights."""
    there = color.convert(VALUES, "ACEScg", "Linear Rec.709 (sRGB)")
    assert not np.allclose(there, VALUES, atol=0.01) and there.dtype == np.float32
    assert np.allclose(color.convert(there, "Linear Rec.709 (sRGB)", "ACEScg"), VALUES, atol=1e-4)


def test_a_converted_picture_no_longer_says_that_it_has_the_old_colours():
    """What files say of their primaries, curve or profile goes; all else stays, and alpha is no colour."""
    old = {
        "chromaticities": Attribute("float[8]", (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767)),
        "ICCProfile": Attribute("uint8[4]", (1, 2, 3, 4)), "ICCProfile:color_space": "RGB", "oiio:Gamma": 2.2,
        "acesImageContainerFlag": 1, "Exif:ColorSpace": 1,
    }  # fmt: skip
    window = Box(0, 0, 24, 16)
    before = Header(("R", "G", "B", "A"), window, window, metadata={**old, "Copyright": "us", "oiio:ColorSpace": "x"})
    image = Image(before, np.concatenate([VALUES, VALUES[..., :1]], axis=2))
    after = color.converted(image, "ACES2065-1", "scene_linear")
    assert after.header.metadata == {"Copyright": "us", "oiio:ColorSpace": "scene_linear"}
    assert np.array_equal(after.pixels[..., :3], color.convert(VALUES, "ACES2065-1", "scene_linear"))
    assert np.array_equal(after.pixels[..., 3], VALUES[..., 0])
    same = color.converted(image, "ACEScg", "ACEScg")
    assert same.header.metadata == {**before.metadata, "oiio:ColorSpace": "ACEScg"}


def test_the_same_space_or_no_view_changes_nothing():
    """Not a bit differs where there is nothing to do."""
    assert color.convert(VALUES, "ACEScg", "ACEScg") is VALUES
    assert color.display_view(VALUES, "none") is VALUES


def test_unknown_names_are_refused_with_some_that_exist():
    """A colour space, a view, and a configuration that is not there."""
    with pytest.raises(PairCatError, match=r"no colour space 'nope'.*scene_linear"):
        color.convert(VALUES, "nope", "scene_linear")
    with pytest.raises(PairCatError, match=r"no view 'sRGB - Display/nope'.*sRGB"):
        color.display_view(VALUES, "sRGB - Display/nope")


def test_a_broken_configuration_is_named(monkeypatch, tmp_path):
    """$OCIO that leads nowhere says so, and menus raise the same sentence."""
    monkeypatch.setenv("OCIO", str(tmp_path / "nope.ocio"))
    with pytest.raises(PairCatError, match=r"nope\.ocio.*Correct the variable OCIO"):
        color.color_spaces()


def test_the_srgb_view_is_the_standard_curve():
    """Known values of IEC 61966-2-1; nothing is clipped and zero stays zero."""
    ramp = np.array([[[0.0, 0.0031308, 0.18], [1.0, 2.0, -0.18]]], np.float32)
    shown = color.display_view(ramp, "sRGB")
    assert np.allclose(shown, [[[0, 0.04045, 0.46136], [1, 1.35325, -0.46136]]], atol=1e-4)


def test_the_table_of_a_view_is_close_to_the_view():
    """The ACES view through the table is OpenColorIO's own but for a few extremely saturated colours."""
    values = np.random.default_rng(1).uniform(0, 1, (32, 32, 3)).astype(np.float32) ** 3 * 4
    exact = oiio.ImageBufAlgo.ociodisplay(
        oiio.ImageBuf(values), *ACES.split("/"), "scene_linear", unpremult=False, colorconfig="ocio://default"
    )
    shown = color.display_view(values, ACES)
    error = np.abs(shown - exact.get_pixels(oiio.FLOAT))
    assert error.mean() < 0.002 and np.percentile(error, 99) < 0.03
    wild = np.array([[[np.nan, np.inf, -np.inf], [1e9, -1, 0]]], np.float32)
    assert np.isfinite(color.display_view(wild, ACES)).all()


def test_menus_offer_what_works():
    """Each name of the menus can be used."""
    assert "scene_linear" in color.color_spaces() and "ACEScg" in color.color_spaces()
    assert color.views()[:2] == ("none", "sRGB") and ACES in color.views()


@pytest.mark.parametrize(
    ("formats", "view"),
    [
        (("uint8",) * 3, "none"),
        (("uint16",) * 3, "none"),
        (("uint10",) * 3, "none"),
        (("half",) * 3, "sRGB"),
        (("float",) * 3, "sRGB"),
        ((), "sRGB"),
    ],
)
def test_the_automatic_view_goes_by_how_a_picture_was_stored(formats, view):
    """Integers are stored as they are to be seen; half and float are linear light."""
    assert color.view_for(header(*formats)) == view
