"""Holes: frames that an input lacks between its first and its last, since their files are missing."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from paircat.engine.picture.op import Op
from paircat.engine.picture.time_ops import FrameRangeOp

_NAMED = 8


@dataclass(frozen=True)
class Holes:
    """
    Attributes:
        spans: first and last frame of each. Files may be numbered by date, so the frames themselves are not listed.
    """

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, op: Op) -> Holes:
        """Those of a recipe; none where an artist has listed the frames, and so left some out on purpose.

        Raises:
            PairCatError: there is nothing to read.
        """
        if _is_listed(op):
            return cls()
        pairs = itertools.pairwise(op.frame_range())
        return cls(tuple((before + 1, after - 1) for before, after in pairs if after - before > 1))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __str__(self) -> str:
        """
        >>> str(Holes(((5, 5), (8, 10))))
        '5,8-10'
        """
        named = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in self.spans[:_NAMED])
        return f"{named} and {len(self.spans) - _NAMED} more holes" if len(self.spans) > _NAMED else named

    @property
    def sentence(self) -> str:
        """The end of a sentence about what was written; empty where there are none.

        >>> Holes(((5, 5),)).sentence
        '5 is missing from the input and was not written'
        """
        if not self:
            return ""
        one = len(self.spans) == 1 and self.spans[0][0] == self.spans[0][1]
        is_missing, was = ("is", "was") if one else ("are", "were")
        return f"{self} {is_missing} missing from the input and {was} not written"


def _is_listed(op: Op) -> bool:
    """Whether the frames that a recipe has were listed by somebody."""
    if isinstance(op, FrameRangeOp):
        return True
    inputs, frames = op.inputs(), op.frame_range()
    main = next((source for source in inputs if source.frame_range() == frames), next(iter(inputs), None))
    return main is not None and _is_listed(main)
