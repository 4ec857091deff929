"""Holes: missing files between the first and the last frame of a recipe."""

from dataclasses import replace

import pytest
from plates import write_plates

from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.holes import Holes
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.time_ops import FrameHoldOp, FrameRangeOp, TimeOffsetOp


@pytest.fixture
def read(tmp_path):
    """A sequence of 1001-1010 whose frames 1005 and 1006 are missing, and 1009."""
    return ReadOp(write_plates(tmp_path, "shot", (1001, 1002, 1003, 1004, 1007, 1008, 1010)))


def test_missing_files_are_holes_behind_whatever_stands_between(read):
    """A Blur has those of what it blurs, an offset moves them, a Merge has those of the clip that decides its range."""
    assert str(Holes.of(read)) == "1005-1006,1009" and Holes.of(BlurOp(read, 1.0, 1.0)) == Holes.of(read)
    assert str(Holes.of(TimeOffsetOp(read, 10))) == "1015-1016,1019"
    assert Holes.of(MergeOp(FrameHoldOp(read, 1001), read)) == Holes.of(read)
    assert Holes.of(read).sentence == "1005-1006,1009 are missing from the input and were not written"


def test_what_is_filled_or_left_out_on_purpose_is_no_hole(read):
    """As by Missing frames, or by a list of frames."""
    assert not Holes.of(replace(read, missing="hold"))
    listed = FrameRangeOp(read, FrameRange.parse("1001,1003,1008"))
    assert not Holes.of(listed) and not Holes.of(BlurOp(listed, 1.0, 1.0))
    assert Holes().sentence == ""


def test_files_that_are_numbered_by_date_take_no_time(tmp_path):
    """However far they lie apart; of many holes the first ones are named."""
    assert str(Holes.of(ReadOp(write_plates(tmp_path, "day", (1, 9_000_000_000))))) == "2-8999999999"
    assert str(Holes(tuple((n, n) for n in range(2, 22, 2)))) == "2,4,6,8,10,12,14,16 and 2 more holes"
