"""FrameRange: which frames, in the artists' notation. Ranges are inclusive: 1001-1040 is forty frames."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fileseq import FrameSet
from fileseq.exceptions import ParseException

from paircat.engine.errors import PairCatError

MOST = 10_000_000
"""The longest range that a text can mean: over four days at 24 frames a second."""
_BESIDE_SIGNS = re.compile(r"\s*([-,x:y])\s*")  # spaces there mean nothing; elsewhere they part, as in other programs
_REMEMBERED = 100_000  # the longest ranges that are kept; a program asks for the same text again and again
_SPAN = re.compile(r"(-?\d+)-(-?\d+)(?:[x:y](\d+))?")
_PLAIN = re.compile(r"(-?\d{1,18})(?:-(-?\d{1,18})(?:x(\d{1,18}))?)?")


@dataclass(frozen=True)
class FrameRange:
    """Sorted frame numbers without repeats.

    >>> list(FrameRange.parse("1-9x4,20"))
    [1, 5, 9, 20]
    """

    frames: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> FrameRange:
        """Read `7`, `1-40`, `1,5,9`, `1 5 9`, `1-99x10` or a mixture. An empty text is no frame at all.

        Raises:
            PairCatError: the text is no frame range, or one of more than ten million frames.
        """
        if not text.strip():
            return cls(())
        listed = ",".join(_BESIDE_SIGNS.sub(r"\1", text).split())
        length = _length(listed)
        if length > MOST:
            raise PairCatError(f"The frame range '{text}' is too long; a range has at most {MOST} frames.")
        try:
            return _parsed(listed) if length <= _REMEMBERED else _parsed.__wrapped__(listed)
        except (ParseException, ValueError, ArithmeticError) as error:  # the last: a number beyond all bounds
            raise PairCatError(f"'{text}' is not a frame range such as 1-40, 1,5,9 or 1-99x10.") from error

    @classmethod
    def of(cls, frames: Iterable[int]) -> FrameRange:
        return cls(tuple(sorted(set(frames))))

    @classmethod
    def between(cls, first: int, last: int) -> FrameRange:
        """All frames from first to last, both included; none if last is before first."""
        return cls(tuple(range(first, last + 1)))

    @property
    def first(self) -> int:
        return self.frames[0]

    @property
    def last(self) -> int:
        return self.frames[-1]

    def __iter__(self) -> Iterator[int]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def __contains__(self, frame: object) -> bool:
        return frame in self._lookup

    @property
    def _lookup(self) -> frozenset[int]:
        found = self.__dict__.get("_frozen")
        if found is None:
            found = frozenset(self.frames)
            object.__setattr__(self, "_frozen", found)
        return found

    def __and__(self, other: FrameRange) -> FrameRange:
        return FrameRange.of(self._lookup & other._lookup)

    def __or__(self, other: FrameRange) -> FrameRange:
        return FrameRange.of(self._lookup | other._lookup)

    def __str__(self) -> str:
        return FrameSet(self.frames).frange if self.frames else ""


def _length(text: str) -> int:
    """About how many frames a range's text means, before as many numbers are made; 0 for what is no range."""
    total = 0
    for part in text.split(","):
        span = _SPAN.fullmatch(part)
        if span:
            step = int(span[3] or 1) if "x" in part else 1
            total += abs(int(span[2]) - int(span[1])) // max(step, 1) + 1
    return total


@functools.lru_cache(maxsize=64)
def _parsed(listed: str) -> FrameRange:
    """The range that a text without spaces means. Fileseq reads only what is more than 7, 1-40 and 1-99x10.

    Its time grows with the square of the parts, so that a few thousand single frames would take half a minute.

    Raises:
        ParseException, ValueError, ArithmeticError: it is no range.
    """
    found: set[int] = set()
    others: list[str] = []
    for part in listed.split(","):
        plain = _PLAIN.fullmatch(part)
        step = int(plain[3] or 1) if plain else 0
        if plain and step:
            first, last = int(plain[1]), int(plain[2] or plain[1])
            found.update(range(first, last + 1, step) if first <= last else range(first, last - 1, -step))
        elif part:
            others.append(part)
    if others:
        found.update(int(frame) for frame in FrameSet(",".join(others)))
    return FrameRange.of(found)
