"""Grade."""

import numpy as np
import pytest
from patterns import PatternOp

from paircat.engine.errors import PairCatError
from paircat.engine.picture.color_ops import GradeOp


def all_four(value):
    return (value,) * 4


def test_points_land_on_lift_and_gain(clip):
    """The blackpoint becomes lift, the whitepoint gain, and offset and multiply come after."""
    for level, expected in ((0.25, 0.5), (0.75, 3.0)):
        op = GradeOp(
            clip(level=level), all_four(0.25), all_four(0.75), lift=all_four(0.5), gain=all_four(3.0), channels="all"
        )
        np.testing.assert_allclose(op.render(1).pixels, expected, rtol=1e-6)
    op = GradeOp(clip(level=0.5), multiply=all_four(3.0), offset=all_four(-0.25), channels="all")
    np.testing.assert_allclose(op.render(1).pixels, 1.25, rtol=1e-6)


@pytest.mark.parametrize(("value", "expected"), [(-3.0, -3.0), (0.0, 0.0), (0.25, 0.5), (1.0, 1.0), (9.0, 5.0)])
def test_gamma_leaves_negatives_and_goes_straight_on_above_one(value, expected, clip):
    """Gamma 2 is a square root between 0 and 1, the identity below, and a line of slope one half above."""
    pixels = GradeOp(clip(level=value), gamma=all_four(2.0), channels="all").render(1).pixels
    np.testing.assert_allclose(pixels, expected, rtol=1e-6)


def test_nothing_is_clamped_unless_asked_for(clip):
    """Values of both signs and above one survive; each clamp cuts its own side."""
    source = clip()
    free = GradeOp(source, multiply=all_four(2.0), channels="all").render(1).pixels
    assert free.min() < 0 and free.max() > 1
    assert GradeOp(source, black_clamp=True, channels="all").render(1).pixels.min() == 0
    assert GradeOp(source, white_clamp=True, channels="all").render(1).pixels.max() == 1


def test_each_channel_takes_its_own_value_and_others_are_left_alone(clip):
    """A colour is applied by channel; what is not selected is untouched; mix blends with the source."""
    source = clip()
    before = source.render(1).pixels
    after = GradeOp(source, gain=(2.0, 3.0, 4.0, 9.0), channels="R, B", mix=0.5).render(1).pixels
    np.testing.assert_allclose(after, before * np.float32([1.5, 1, 2.5, 1]), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "gain"),
    [("ao", 2.0), ("background", 2.0), ("depth.Z", 2.0), ("mask.grain", 2.0), ("diffuse.blue", 4.0), ("Alpha", 5.0)],
)
def test_a_channel_that_is_no_colour_takes_the_first_value(name, gain):
    """Whatever letter its name begins with; colours are known in every spelling."""
    source = PatternOp(channels=(name,))
    graded = GradeOp(source, gain=(2.0, 3.0, 4.0, 5.0), channels="all").render(1)
    np.testing.assert_allclose(graded.pixels, source.render(1).pixels * np.float32(gain), rtol=1e-6)


@pytest.mark.parametrize(
    ("fields", "sentence"), [({"whitepoint": all_four(0.0)}, "the same"), ({"gamma": all_four(0.0)}, "above 0")]
)
def test_impossible_grades_say_why(fields, sentence, clip):
    """Points that coincide and a gamma of 0 are refused instead of dividing by zero."""
    with pytest.raises(PairCatError, match=sentence):
        GradeOp(clip(), **fields).render(1)


def test_infinite_values_stay_infinite_and_nan_stays_nan(clip):
    """A bent curve makes no numbers of what is none."""
    from paircat.engine.picture.color_ops import _bent

    bent = _bent(np.float32([np.inf, -np.inf, np.nan]), 0.5)
    assert bent[0] == np.inf and bent[1] == -np.inf and np.isnan(bent[2])


@pytest.mark.filterwarnings("error")
def test_what_is_beyond_float32_becomes_infinite_in_silence(clip):
    """No warning of the library reaches whoever renders."""
    op = GradeOp(clip(level=3e38), multiply=all_four(10.0), gamma=all_four(2.0), channels="all")
    assert np.isposinf(op.render(1).pixels).all()
    op = GradeOp(clip(level=3e38), multiply=all_four(10.0), channels="all", mix=0.5)
    assert np.isposinf(op.render(1).pixels).all()
