"""Ops that move frames in time."""

import numpy as np
import pytest
from plates import write_plates

from paircat.engine.errors import FrameError, MissingFrameError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.time_ops import AppendClipOp, FrameHoldOp, FrameRangeOp, TimeOffsetOp


def shown(op, frame):
    """The source's frame behind a frame of an Op."""
    return op.render(frame).header.metadata["frame"]


def test_hold_shows_one_frame_everywhere_under_one_key(clip):
    """A held frame is the same at any frame, and the cache needs it once."""
    op = FrameHoldOp(clip(), 4)
    assert [shown(op, frame) for frame in (-5, 4, 1000)] == [4, 4, 4]
    assert op.frame_key(-5) == op.frame_key(1000) == clip().frame_key(4)
    assert list(op.frame_range()) == [4]


def test_hold_with_increment_shows_every_nth_frame(clip):
    """An increment of 3 from frame 5 shows 5 three times, then 8, and goes the same way before frame 5."""
    op = FrameHoldOp(clip(), 5, 3)
    assert [shown(op, frame) for frame in range(1, 10)] == [1, 2, 2, 2, 5, 5, 5, 8, 8]
    assert op.frame_range() == clip().frame_range()


def test_hold_with_increment_offers_the_frames_that_it_can_make(tmp_path):
    """The source's first frame stands for those before it; a frame that shows a missing one is missing too."""
    source = ReadOp(write_plates(tmp_path, "a", [1001, 1002, 1003, 1005, 1006]))
    op = FrameHoldOp(source, 0, 2)
    assert str(op.frame_range()) == "1001-1003,1006"
    for frame, held in ((1001, 1001), (1002, 1002), (1003, 1002), (1006, 1006)):
        assert np.array_equal(op.render(frame).pixels, source.render(held).pixels)
        assert op.frame_key(frame) == source.frame_key(held)
    for frame in (1000, 1005, 1008):
        assert op.frame_key(frame)
        with pytest.raises(MissingFrameError):
            op.render(frame)
    assert FrameHoldOp(ReadOp(str(tmp_path / "b.####.exr")), 0, 2).frame_key(1)


def test_range_changes_frames_and_no_picture(clip):
    """A FrameRange says which frames there are; their pictures and keys are the source's."""
    op = FrameRangeOp(clip(), FrameRange.parse("2,5"))
    assert list(op.frame_range()) == [2, 5]
    assert shown(op, 5) == 5 and op.frame_key(5) == clip().frame_key(5)


def test_offset_moves_frames_and_range(clip):
    """With an offset of 10 the source's frame 1 is at 11."""
    op = TimeOffsetOp(clip(), 10)
    assert (op.frame_range().first, op.frame_range().last, shown(op, 11)) == (11, 19, 1)
    assert op.frame_key(11) == clip().frame_key(1)


def test_append_numbers_frames_of_all_clips_without_gaps(clip):
    """Held frames and clips with gaps follow each other, numbered from the first frame."""
    source = clip()
    gaps = FrameRangeOp(source, FrameRange.parse("1,5,9"))
    op = AppendClipOp((FrameHoldOp(source, 7), gaps, FrameHoldOp(source, 2)), 101)
    assert list(op.frame_range()) == [101, 102, 103, 104, 105]
    assert [shown(op, frame) for frame in op.frame_range()] == [7, 1, 5, 9, 2]
    assert op.frame_key(103) == source.frame_key(5)


@pytest.mark.parametrize("frame", [0, 10])
def test_append_names_its_frames_when_another_is_asked_for(frame, clip):
    """A frame before or behind the clips is an error that says which there are."""
    with pytest.raises(FrameError, match=rf"Frame {frame} .* 1-9"):
        AppendClipOp((clip(),)).render(frame)
