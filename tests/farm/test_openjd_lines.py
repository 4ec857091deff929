"""What a task says to its scheduler, and frames in its notation."""

import pytest

from paircat.engine.picture.frames import FrameRange
from paircat.farm import openjd_lines


def test_each_kind_is_one_line() -> None:
    """A scheduler reads line by line, so a text of several lines becomes one; a share stays within its bounds."""
    assert openjd_lines.progress(1 / 3) == "openjd_progress: 33.3"
    assert openjd_lines.progress(1.2) == "openjd_progress: 100.0"
    assert openjd_lines.status("two\n  lines") == "openjd_status: two lines"
    assert openjd_lines.fail("two\n  lines") == "openjd_fail: two lines"


@pytest.mark.parametrize("text", ["1", "1-40", "1,5,9", "1-91x10", "1-3,10,20-40x5", "-5--1", "1-2,4,8-9"])
def test_frames_go_there_and_back(text: str) -> None:
    """Open Job Description's own parser and this one read the same frames out of a written range."""
    from openjd.model import IntRangeExpr

    frames = FrameRange.parse(text)
    written = openjd_lines.range_expression(frames.frames)
    assert list(IntRangeExpr.from_str(written)) == list(frames)
    assert FrameRange.parse(openjd_lines.frames(written)) == frames
