"""Ops that move frames in time: hold, range, append, offset. They change no pixel and share their source's frames."""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from paircat.engine.errors import FrameError, PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render


@dataclass(frozen=True)
class TimeOp(Op):
    """An Op whose frame is, as it is, some frame of its source; a cache holds it once under the source's key."""

    source: Op

    def compute(self, frame: int, render: Render) -> Image:
        return render(self.source, self.source_frame(frame))

    def _frame_key(self, frame: int) -> str:
        return self.source.frame_key(self.source_frame(frame))


@dataclass(frozen=True)
class FrameHoldOp(TimeOp):
    """The source stands still.

    With an increment of 0 every frame shows `first`, and the range is that one frame, so that appending several holds
    makes a clip of just those frames. With an increment of n it shows every n-th frame, counted from `first`; where
    that is one before the source begins, the source's first. A frame is there if the one that it shows is.
    """

    first: int
    increment: int = 0

    def frame_range(self) -> FrameRange:
        if not self.increment:
            return FrameRange.of((self.first,))
        frames = self.source.frame_range()
        return FrameRange.of(frame for frame in frames if self._shown(frame, frames.first) in frames)

    def source_frame(self, frame: int) -> int:
        if not self.increment:
            return self.first
        frames = FrameRange(())
        with contextlib.suppress(PairCatError):  # making it will say what is wrong
            frames = self.source.frame_range()
        return self._shown(frame, frames.first if frames else frame)

    def _shown(self, frame: int, first: int) -> int:
        """The frame that is shown, of a source that begins with `first`; before that there is nothing to hold."""
        shown = self.first + (frame - self.first) // self.increment * self.increment
        return first if shown < first <= frame else shown


@dataclass(frozen=True)
class FrameRangeOp(TimeOp):
    """The source with another set of frames; those that it does not have are up to the source."""

    frames: FrameRange

    def frame_range(self) -> FrameRange:
        return self.frames


@dataclass(frozen=True)
class TimeOffsetOp(TimeOp):
    """The source, `offset` frames later: with an offset of 10, frame 11 shows the source's frame 1."""

    offset: int

    def frame_range(self) -> FrameRange:
        return FrameRange.of(frame + self.offset for frame in self.source.frame_range())

    def source_frame(self, frame: int) -> int:
        return frame - self.offset


@dataclass(frozen=True)
class AppendClipOp(Op):
    """Clips one after the other, numbered without gaps from `first`, whatever gaps the clips have."""

    sources: tuple[Op, ...]
    first: int = 1

    @cached_property
    def _clips(self) -> tuple[tuple[int, ...], ...]:
        return tuple(source.frame_range().frames for source in self.sources)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(clip) for clip in self._clips))

    def needs(self, frame: int) -> tuple[tuple[Op, int], ...]:
        return (self._place(frame),)

    def _place(self, frame: int) -> tuple[Op, int]:
        """The clip that makes a frame, and its own number for it.

        Raises:
            FrameError: the frame is outside of all clips.
        """
        position, total = frame - self.first, self._ends[-1] if self._ends else 0
        if not 0 <= position < total:
            raise FrameError(
                f"Frame {frame} is outside of the appended clips, which are {self.first}-{self.first + total - 1}; "
                "choose a frame inside of them.",
                frame=frame,
            )
        clip = bisect_right(self._ends, position)
        return self.sources[clip], self._clips[clip][position - self._ends[clip]]

    def frame_range(self) -> FrameRange:
        return FrameRange.between(self.first, self.first + (self._ends[-1] if self._ends else 0) - 1)

    def header(self, frame: int) -> Header:
        source, number = self._place(frame)
        return source.header(number)

    def compute(self, frame: int, render: Render) -> Image:
        return render(*self._place(frame))

    def _frame_key(self, frame: int) -> str:
        source, number = self._place(frame)
        return source.frame_key(number)
