"""Merge."""

import numpy as np
import OpenImageIO as oiio
import pytest
from plates import write_plates

from paircat.engine.errors import PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.read import ReadOp, frames_read
from paircat.engine.picture.time_ops import FrameHoldOp


def buffer(image):
    """An OpenImageIO picture of the same pixels and windows."""
    spec = oiio.ImageSpec(image.pixels.shape[1], image.pixels.shape[0], image.pixels.shape[2], "float")
    spec.x, spec.y = image.header.data_window[:2]
    spec.full_x, spec.full_y, spec.full_width, spec.full_height = image.header.display_window
    spec.channelnames = image.header.channels
    spec.alpha_channel = 3
    made = oiio.ImageBuf(spec)
    assert made.set_pixels(oiio.ROI.All, image.pixels)
    return made


def test_over_is_that_of_openimageio(clip):
    """A over B with data windows that overlap in part equals the library's own result, pixel for pixel."""
    b, a = clip((0, 0, 20, 24)), clip((12, -3, 20, 20), seed=1)
    image = MergeOp(b, a, "over").render(1)
    other = oiio.ImageBufAlgo.over(buffer(a.render(1)), buffer(b.render(1)))
    assert not other.has_error
    assert image.header.data_window == Box(0, -3, 32, 27)
    expected = other.get_pixels(oiio.FLOAT, oiio.ROI(0, 32, -3, 24, 0, 1, 0, 4))
    # the library clamps alpha to 0..1 before it uses it, which Nuke does not; so compare where it lies there
    alpha = a.render(1).over_window(image.header.data_window)[:, :, 3]
    inside = (alpha >= 0) & (alpha <= 1)
    assert inside.sum() > 100
    np.testing.assert_allclose(image.pixels[inside], expected[inside], rtol=1e-5, atol=1e-5)


# A is (0.6, alpha 0.5), B is (0.2, alpha 0.8)
@pytest.mark.parametrize(
    ("operation", "colour", "alpha"),
    [
        ("over", 0.7, 0.9), ("under", 0.32, 0.9), ("atop", 0.58, 0.8), ("matte", 0.4, 0.65), ("in", 0.48, 0.4),
        ("out", 0.12, 0.1), ("mask", 0.1, 0.4), ("stencil", 0.1, 0.4), ("xor", 0.22, 0.5), ("plus", 0.8, 1.3),
        ("minus", 0.4, -0.3), ("from", -0.4, 0.3), ("multiply", 0.12, 0.4), ("divide", 3.0, 0.625),
        ("screen", 0.68, 0.9), ("difference", 0.4, 0.3), ("exclusion", 0.56, 0.5), ("min", 0.2, 0.5),
        ("max", 0.6, 0.8), ("average", 0.4, 0.65), ("hypot", 0.6324555, 0.9433981), ("copy", 0.6, 0.5),
    ],
)  # fmt: skip
def test_operations_follow_their_formulas(operation, colour, alpha, clip):
    """Each operation gives what its formula says for a colour and for alpha."""

    class Flat(type(clip())):
        def compute(self, frame, render):
            image = super().compute(frame, render)
            return image.with_pixels(np.broadcast_to(np.float32([self.seed / 10, self.level]), image.pixels.shape))

    b = Flat(channels=("R", "A"), seed=2, level=0.8)
    a = Flat(channels=("R", "A"), seed=6, level=0.5)
    pixels = MergeOp(b, a, operation).render(1).pixels
    np.testing.assert_allclose(pixels, np.broadcast_to(np.float32([colour, alpha]), pixels.shape), rtol=1e-5)


def test_two_negatives_make_no_bright_pixel(clip):
    """Multiply and divide of two negative values do not turn positive."""
    dark = clip(level=-2.0)
    assert (MergeOp(dark, dark, "multiply").render(1).pixels == -2).all()
    assert (MergeOp(dark, dark, "divide").render(1).pixels == 0).all()
    assert (MergeOp(clip(level=0.0), clip(level=1.0), "divide").render(1).pixels == 0).all()


def test_a_picture_without_alpha_counts_as_opaque(clip):
    """RGB over RGB shows A where A has pixels and B elsewhere, instead of adding both."""
    rgb = ("R", "G", "B")
    b, a = clip(channels=rgb), clip((4, 4, 8, 8), channels=rgb, seed=1)
    image = MergeOp(b, a, "over").render(1)
    assert image.header.channels == rgb
    expected = b.render(1).pixels.copy()
    expected[4:12, 4:12] = a.render(1).pixels
    assert np.array_equal(image.pixels, expected)


def test_channels_that_only_one_has_are_passed_on(clip):
    """Multiplying by a picture with other channels leaves both pictures' own channels as they are."""
    b, a = clip(channels=("R", "G", "B", "id")), clip(channels=("R", "depth.Z"), seed=1)
    image = MergeOp(b, a, "multiply", "all").render(1)
    assert image.header.channels == ("R", "G", "B", "id", "depth.Z")
    assert np.array_equal(image.pixels[:, :, 1:4], b.render(1).pixels[:, :, 1:4])
    assert np.array_equal(image.pixels[:, :, 4], a.render(1).pixels[:, :, 1])
    assert MergeOp(b, a, "multiply", "rgb").header(1).channels == ("R", "G", "B", "id")


@pytest.mark.parametrize("mix", [0.0, 0.25, 1.0])
def test_a_channel_that_only_a_has_is_mixed_in(clip, mix):
    """From black, as all else comes from B; what only B has is as it was."""
    b, a = clip(channels=("R", "G", "B")), clip(channels=("R", "A"), seed=1)
    pixels = MergeOp(b, a, "plus", mix=mix).render(1).pixels
    below, above = b.render(1).pixels, a.render(1).pixels
    np.testing.assert_allclose(pixels[..., 0], below[..., 0] + mix * above[..., 0], rtol=1e-5, atol=1e-6)
    assert np.array_equal(pixels[..., 1:3], below[..., 1:])
    np.testing.assert_allclose(pixels[..., 3], mix * above[..., 1], rtol=1e-6)


def test_mask_by_an_alpha_alone(clip):
    """A picture that is nothing but alpha masks all channels of B."""
    b, a = clip(), clip(channels=("A",), level=0.25)
    np.testing.assert_allclose(MergeOp(b, a, "mask").render(1).pixels, b.render(1).pixels * 0.25)


def test_format_and_metadata_are_those_of_b(clip):
    """B says how large the picture is, whatever A is."""
    header = MergeOp(clip(), clip((0, 0, 99, 9), (0, 0, 99, 9)), "over").header(3)
    assert header.display_window == Box(0, 0, 32, 24) and header.metadata == {"frame": 3}


def test_a_still_takes_the_frames_of_the_other(clip):
    """A held B under a moving A has A's frames; otherwise they are B's."""
    moving = clip()
    assert MergeOp(FrameHoldOp(moving, 3), moving).frame_range() == moving.frame_range()
    assert MergeOp(moving, FrameHoldOp(moving, 3)).frame_range() == moving.frame_range()


@pytest.mark.parametrize("still_below", [True, False])
def test_a_still_belongs_to_every_frame_of_a_sequence(tmp_path, still_below):
    """Under it or over it: the number in the still's name says nothing, and its picture has one key."""
    write_plates(tmp_path, "still", [1])
    still, moving = ReadOp(str(tmp_path / "still.0001.exr")), ReadOp(write_plates(tmp_path, "a", [1001, 1002, 1003]))
    op = MergeOp(still, moving, "plus") if still_below else MergeOp(moving, still, "plus")
    assert str(op.frame_range()) == "1001-1003"
    for frame in op.frame_range():
        both = moving.render(frame).pixels + still.render(1).pixels
        assert np.array_equal(op.render(frame).pixels, both)
        assert op.header(frame) == op.render(frame).header
    assert set(frames_read(op, 1002)) == {(still, 1), (moving, 1002)}
    assert op.frame_key(1001) != op.frame_key(1002)
    alone = MergeOp(still, ReadOp(str(tmp_path / "a.1003.exr")), "plus")
    assert str(alone.frame_range()) == "1003" and np.array_equal(alone.render(1003).pixels, both)


def test_a_merge_of_what_is_missing_has_a_key(tmp_path):
    """Rendering it says what is wrong."""
    op = MergeOp(ReadOp(str(tmp_path / "a.####.exr")), ReadOp(str(tmp_path / "b.exr")))
    assert op.frame_key(1)
    with pytest.raises(PairCatError, match=r"a\.####\.exr"):
        op.render(1)


def test_unknown_merge_is_named_with_the_known_ones(clip):
    """An operation that does not exist is refused with those that do."""
    with pytest.raises(PairCatError, match="no merge 'burn'; choose one of over, under"):
        MergeOp(clip(), clip(), "burn").header(1)
