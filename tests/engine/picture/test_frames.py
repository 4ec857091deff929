"""Frame ranges as text."""

import pytest
from fileseq import FrameSet

from paircat.engine.errors import PairCatError
from paircat.engine.picture import frames as frames_module
from paircat.engine.picture.frames import FrameRange


@pytest.mark.parametrize(
    ("text", "frames"),
    [("", ()), ("7", (7,)), ("1-3, 9", (1, 2, 3, 9)), ("3-1", (1, 2, 3)), ("1-9x4", (1, 5, 9)), ("-2-0", (-2, -1, 0))],
)
def test_texts_are_read(text: str, frames: tuple[int, ...]) -> None:
    """Single frames, ranges, steps and mixtures, in rising order."""
    assert FrameRange.parse(text).frames == frames


@pytest.mark.parametrize(
    "text",
    ["9-1x4", "1-5x10", "-3--1", "1--3", "-9--1x4", "007", "1,,2", "1-9y4", "1-9:4,20", "1-4y1", "5,1-9y2,3-4", "1-3#"],
)
def test_texts_mean_what_they_mean_elsewhere(text: str) -> None:
    """All of the notation of fileseq, whoever reads it."""
    assert FrameRange.parse(text).frames == tuple(sorted({int(frame) for frame in FrameSet(text)}))


def test_thousands_of_single_frames_are_read_without_fileseq(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose time grows with their square; a range that was read once is there."""
    monkeypatch.setattr(frames_module, "FrameSet", None)
    text = ",".join(str(frame) for frame in range(1, 30_000, 3))
    assert FrameRange.parse(text).frames == tuple(range(1, 30_000, 3))
    assert FrameRange.parse(text) is FrameRange.parse(text)


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("1001 1004  1010", (1001, 1004, 1010)),
        ("1-3 8", (1, 2, 3, 8)),
        (" 1 - 9 x 4 , 20 ", (1, 5, 9, 20)),
        ("5\n1-2", (1, 2, 5)),
    ],
)
def test_spaces_part_frames_as_commas_do(text: str, frames: tuple[int, ...]) -> None:
    """They never make one number of two; beside a sign they mean nothing."""
    assert FrameRange.parse(text).frames == frames


@pytest.mark.parametrize("text", ["one", "1-", "1..4", "1-4x", "1-4x0", "9" * 400])
def test_what_is_no_range_says_how_one_is_written(text: str) -> None:
    """The sentence holds the text and examples."""
    with pytest.raises(PairCatError, match=rf"'{text}' is not a frame range such as 1-40"):
        FrameRange.parse(text)


@pytest.mark.parametrize("text", ["1-99999999999", "99999999999-1", "1,5-99999999999x9", "1-9000000,10000000-19000000"])
def test_a_range_that_is_too_long_is_reported_as_that(text: str) -> None:
    """It is refused before its numbers are made, and not as if it were none."""
    with pytest.raises(PairCatError, match="too long; a range has at most 10000000 frames"):
        FrameRange.parse(text)


def test_a_step_makes_a_wide_range_short() -> None:
    """What counts is how many frames there are."""
    assert len(FrameRange.parse("1-99999999999x9999999999")) == 11
