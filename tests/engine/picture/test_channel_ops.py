"""Shuffle."""

import numpy as np
import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture.channel_ops import ShuffleOp, parse_mapping


def test_channels_are_swapped_at_once(clip):
    """A swap reads both channels from the source, not one from the other's result."""
    before, after = clip().render(1), ShuffleOp(clip(), (("R", "B"), ("B", "R"))).render(1)
    assert after.header.channels == before.header.channels
    assert np.array_equal(after.pixels, before.pixels[:, :, [2, 1, 0, 3]])


def test_new_channels_come_last_with_the_type_of_their_origin(clip):
    """A new channel takes pixels and stored type of the channel it copies; a constant one is stored as float."""
    image = ShuffleOp(clip(), (("depth.Z", "alpha"), ("mask", "1")), keep="rgb").render(1)
    assert image.header.channels == ("R", "G", "B", "depth.Z", "mask")
    assert image.header.formats == ("half", "half", "half", "half", "float")
    assert np.array_equal(image.pixels[:, :, 3], clip().render(1).pixels[:, :, 3])
    assert (image.pixels[:, :, 4] == 1).all()


def test_artists_terms_find_the_files_channels(clip):
    """rgba.alpha replaces the file's own A instead of making a second alpha."""
    assert ShuffleOp(clip(), (("rgba.alpha", "red"),)).header(1).channels == ("R", "G", "B", "A")


@pytest.mark.parametrize(
    ("mapping", "keep", "sentence"),
    [
        ((("R", "depth.Z"),), "all", "no channel or layer 'depth.Z'"),
        ((("R", "rgb"),), "all", "several channels"),
        ((), "", "keeps no channel"),
    ],
)
def test_impossible_shuffles_say_why(mapping, keep, sentence, clip):
    """A channel that is not there, several for one, and nothing at all are each refused."""
    with pytest.raises(PairCatError, match=sentence):
        ShuffleOp(clip(), mapping, keep).header(1)


def test_mapping_is_read_from_text():
    """Pairs are divided by commas, semicolons or lines."""
    assert parse_mapping("R=B, B = R;\nA=1\n") == (("R", "B"), ("B", "R"), ("A", "1"))


@pytest.mark.parametrize("text", ["R", "R=", "=B", "R=B=A", "R=B, red=G"])
def test_mapping_that_says_no_channel_is_refused(text):
    """Half a pair, two signs, or one output twice are refused."""
    with pytest.raises(PairCatError, match=r"write output=input|made twice"):
        parse_mapping(text)
