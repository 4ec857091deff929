"""Op: what is asked of a recipe whose branches meet again, with no cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from paircat.engine.errors import FrameError
from paircat.engine.picture.color_ops import GradeOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.op import Op, Render, altered
from paircat.engine.picture.time_ops import AppendClipOp, FrameHoldOp, TimeOffsetOp

DIAMONDS = 20
asked: list[str] = []


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


@dataclass(frozen=True)
class AskedOp(Op):
    """Another Op, that writes down what is asked of it."""

    source: Op

    def frame_range(self) -> FrameRange:
        asked.append("range")
        return self.source.frame_range()

    def header(self, frame: int) -> Header:
        asked.append(f"header {frame}")
        return self.source.header(frame)

    def compute(self, frame: int, render: Render) -> Image:
        asked.append(f"pixels {frame}")
        return render(self.source, frame)


def diamonds(op: Op, count: int = DIAMONDS) -> Op:
    """Each picture laid over itself, graded: there are 2^count ways down to the source."""
    for _ in range(count):
        op = MergeOp(op, GradeOp(op, gain=(0.5,) * 4), "average", "all")
    return op


@pytest.mark.parametrize("frames", [FrameRange.between(1, 9), FrameRange((5,))])
def test_branches_that_meet_again_are_asked_once(clip: Callable[..., Op], frames: FrameRange) -> None:
    """Range, header and pixels of a frame cost what their Ops do, without any cache and also of a still."""
    op = diamonds(AskedOp(clip(frames=frames)))
    assert op.frame_range() == frames and asked == ["range"]
    asked.clear()
    assert op.header(5) == clip().header(5) and sorted(asked) == ["header 5", "range"]
    asked.clear()
    image = op.render(5)
    # A merge asks again whether a still has become a clip.
    assert image.header == clip().header(5) and sorted(asked) == ["pixels 5", *["range"] * (len(frames) == 1)]
    expected = clip().render(5).pixels * np.float32([*(0.75**DIAMONDS,) * 3, 1])
    np.testing.assert_allclose(image.pixels, expected, rtol=1e-4)


def test_what_was_asked_is_forgotten_with_the_answer(clip: Callable[..., Op]) -> None:
    """The next question sees files that changed meanwhile."""
    op = AskedOp(clip())
    for _ in range(2):
        op.frame_range()
        op.header(1)
        op.render(1)
    assert asked == ["range", "header 1", "pixels 1"] * 2


@dataclass(frozen=True)
class RenamedOp(AskedOp):
    """Builds on the header of the kind that it derives from."""

    def header(self, frame: int) -> Header:
        return replace(super().header(frame), channels=("r", "g", "b", "a"))

    def compute(self, frame: int, render: Render) -> Image:
        before = super().header(frame)
        assert before.channels == ("R", "G", "B", "A") and self.header(frame).channels == ("r", "g", "b", "a")
        return super().compute(frame, render)


def test_a_kind_may_build_on_the_header_of_another(clip: Callable[..., Op]) -> None:
    """What the one answers is not taken for the other's answer, in either order."""
    RenamedOp(clip()).render(1)
    assert RenamedOp(clip()).header(1).channels == ("r", "g", "b", "a")


def test_each_frame_of_a_shared_source_is_its_own(clip: Callable[..., Op]) -> None:
    """Where frames move in time, or two clips are one Op, every picture is the one that its Op makes of its own."""
    source = AskedOp(clip())
    moved = MergeOp(source, TimeOffsetOp(source, 2), "plus", "all")
    op = MergeOp(moved, FrameHoldOp(source, 3), "plus", "all")
    expected = clip().render(5).pixels + 2 * clip().render(3).pixels
    np.testing.assert_allclose(op.render(5).pixels, expected, rtol=1e-5)
    assert sorted(asked) == ["pixels 3", "pixels 5", "range"]  # moved to frame 3 and held there: one picture
    twice = AppendClipOp((source, source))
    np.testing.assert_array_equal(twice.render(11).pixels, clip().render(2).pixels)


def test_a_source_that_is_broken_says_so_itself(clip: Callable[..., Op]) -> None:
    """An error comes from the Op that makes the frame, as without branches."""
    source = AppendClipOp((clip(),))
    with pytest.raises(FrameError, match="Frame 12 is outside of the appended clips"):
        MergeOp(GradeOp(source), source).render(12)


def test_a_recipe_is_altered_once_where_branches_meet(clip: Callable[..., Op]) -> None:
    """What several share is changed once and shared again; what nothing changes in is the very same."""
    op = diamonds(clip(), 40)
    changed: list[Op] = []

    def brighter(step: Op) -> Op:
        changed.append(step)
        return replace(step, gain=(0.9,) * 4) if isinstance(step, GradeOp) else step

    result = altered(op, brighter)
    assert len(changed) == 81
    top, below = result.inputs(), result.inputs()[1].inputs()
    assert isinstance(top[1], GradeOp) and top[1].gain == (0.9,) * 4 and below[0] is top[0]
    assert altered(op, lambda step: step) is op
