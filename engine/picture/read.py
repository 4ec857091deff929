"""ReadOp: frames of an image sequence or movie, with a policy for those that are missing."""

from __future__ import annotations

import bisect
import functools
import hashlib
import json
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from paircat.engine.errors import GraphError, MissingFrameError, PairCatError
from paircat.engine.picture import color
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, Render
from paircat.engine.picture.sequence import ImageSequence, Pattern, expand, is_there

MISSING = ("error", "hold", "black")


@dataclass(frozen=True)
class ReadOp(Op):
    """Frames from files.

    Attributes:
        path: a pattern, file, folder or movie. A relative one starts at the current folder, since an Op knows of no
            script.
        first, last: limits of the range. Where both are None the range is the frames that exist; with `hold` and
            `black` it has no holes.
        missing: what a frame is that has no file: an `error`, the nearest earlier frame (`hold`; where there is none,
            the nearest later one), or `black`.
        colorspace: what the file's colours are, to be converted to scene_linear; empty to take them as they are.
    """

    path: str
    first: int | None = None
    last: int | None = None
    missing: str = "error"
    colorspace: str = ""

    def __post_init__(self) -> None:
        if self.missing not in MISSING:
            raise GraphError(f"Missing frames of '{self.path}' are '{self.missing}'; choose {', '.join(MISSING)}.")

    def sequence(self) -> ImageSequence:
        """The files behind the path, as they are now.

        Raises:
            MissingFrameError, FrameError: there is nothing to read.
        """
        return _found(self.path)

    def frame_range(self) -> FrameRange:
        sequence = self.sequence()
        first, last = self._limits(sequence)
        if first is None and last is None and self.missing == "error":
            return sequence.frames
        found = sequence.frames
        return FrameRange.between(found.first if first is None else first, found.last if last is None else last)

    def header(self, frame: int) -> Header:
        sequence, used = self._use(frame)
        file = sequence.file(used)
        try:
            status = file.stat()
        except OSError:
            header = sequence.header(used)  # which says what is wrong with the file
        else:
            header = _header(str(file), status.st_mtime_ns, status.st_size, sequence.is_movie, used)
        return self._linear_header(header) if self.colorspace else header

    def compute(self, frame: int, render: Render) -> Image:
        sequence, used = self._use(frame)
        if used != frame and self.missing == "black":
            header = self.header(frame)
            window = header.data_window
            return Image(header, np.zeros((window.height, window.width, len(header.channels)), np.float32))
        image = sequence.read(used)
        return self._linear(image) if self.colorspace else image

    def _frame_key(self, frame: int) -> str:
        """By file, not by range: other limits, or another policy, leave the cached frames as they are."""
        text = json.dumps([type(self).__name__, self.colorspace, self.frame_state(frame)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def frame_state(self, frame: int) -> Any:
        try:
            sequence, used = self._use(frame)
            file = sequence.file(used)
            status = file.stat()
        except (PairCatError, OSError):  # rendering it will say what is wrong
            return ["missing", self.path, frame]
        black = used != frame and self.missing == "black"
        return [str(file), used if sequence.is_movie else 0, status.st_mtime_ns, status.st_size, black]

    def check_frames(self, frames: FrameRange) -> None:
        """Make sure that the frames can be had, by one look at the files.

        Raises:
            MissingFrameError: some do not exist and the policy is `error`, or nothing exists within the limits.
        """
        sequence = self.sequence()
        missing = FrameRange.of(frame for frame in frames if self._used(sequence, frame) is None)
        if missing:
            raise MissingFrameError(self._sentence(sequence, missing), self.path, missing.first)

    def _limits(self, sequence: ImageSequence) -> tuple[int | None, int | None]:
        asked = sequence.limits or (None, None)
        return (asked[0] if self.first is None else self.first, asked[1] if self.last is None else self.last)

    def _use(self, frame: int) -> tuple[ImageSequence, int]:
        """The frame whose file is read for `frame`.

        Raises:
            MissingFrameError: it does not exist and the policy is `error`, or nothing exists within the limits.
        """
        sequence = _found(self.path, frame)
        used = self._used(sequence, frame)
        if used is not None and not is_there(sequence.file(used)):  # it went after its folder was listed
            _forget(self.path)
            sequence = self.sequence()
            used = self._used(sequence, frame)
        if used is None:
            raise MissingFrameError(self._sentence(sequence, FrameRange((frame,))), self.path, frame)
        return sequence, used

    def _used(self, sequence: ImageSequence, frame: int) -> int | None:
        """As `_use`; None for a frame that cannot be had."""
        first, last = self._limits(sequence)
        frames = sequence.frames.frames
        low = 0 if first is None else bisect.bisect_left(frames, first)
        high = len(frames) if last is None else bisect.bisect_right(frames, last)
        place = bisect.bisect_right(frames, frame, low, max(low, high))
        if place > low and frames[place - 1] == frame:
            return frame
        return None if self.missing == "error" or low >= high else frames[max(place - 1, low)]

    def _sentence(self, sequence: ImageSequence, missing: FrameRange) -> str:
        first, last = self._limits(sequence)
        limited = f" of which {'' if first is None else first}-{'' if last is None else last} are read"
        several = len(missing) > 1
        return (
            f"Frame{'s' * several} {missing} of '{self.path}' {'do' if several else 'does'} not exist; there are "
            f"{sequence.frames}{limited if first is not None or last is not None else ''}. "
            f"Render {'them' if several else 'it'}, change the frame range, or set missing frames to hold or black."
        )

    def _linear_header(self, header: Header) -> Header:
        """Linear light does not fit the integers that the file had."""
        formats = tuple("half" if kind.startswith("uint") and kind != "uint" else kind for kind in header.formats)
        metadata = color.converted_metadata(header.metadata, self.colorspace, "scene_linear")
        return replace(header, formats=formats, metadata=metadata)

    def _linear(self, image: Image) -> Image:
        pixels = color.converted(image, self.colorspace, "scene_linear").pixels
        return Image(self._linear_header(image.header), pixels)


def read_ops(op: Op) -> list[ReadOp]:
    """All ReadOps of a recipe, each once: branches that meet again are walked once, too."""
    found: list[ReadOp] = []
    seen: set[int] = set()
    waiting = [op]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, ReadOp):
            found.append(current)
        waiting.extend(current.inputs())
    return found


def frames_read(op: Op, frame: int) -> list[tuple[ReadOp, int]]:
    """The files' Ops that a frame is made from, each with the frame of its own.

    Raises:
        PairCatError: an Op on the way has no such frame.
    """
    found: dict[tuple[int, int], tuple[ReadOp, int]] = {}
    seen: set[tuple[int, int]] = set()
    waiting = [(op, frame)]
    while waiting:
        current, number = waiting.pop()
        if (id(current), number) in seen:
            continue
        seen.add((id(current), number))
        if isinstance(current, ReadOp):
            found[id(current), number] = current, number
            continue
        waiting.extend(current.needs(number))
    return list(found.values())


@functools.lru_cache(maxsize=1024)
def _header(file: str, mtime_ns: int, size: int, movie: bool, frame: int) -> Header:
    """A file's header, read again only when the file changed."""
    from paircat.engine.picture import files, movies

    return movies.read_header(file) if movie else files.read_header(file, frame)


_Place = tuple[str, str]  # a path as it was given, by which its sequence calls itself, and what it leads to


@dataclass(frozen=True)
class _Listing:
    """A sequence as its folder had it. state: as `_state`; began, ended: monotonic nanoseconds."""

    sequence: ImageSequence
    state: tuple[int, ...]
    began: int
    ended: int

    def rests(self, least: int = 0) -> bool:
        """Whether it is too soon to list the folder again, which takes a small part of the time at most."""
        return time.monotonic_ns() - self.ended < max(least, _LISTING_PAUSE * (self.ended - self.began))


_lookup: OrderedDict[_Place, _Listing] = OrderedDict()
_lookup_lock = threading.Lock()
_LOOKUP_SIZE = 256
# A folder's time may be as coarse as two seconds, so that a file which came later could leave no trace.
_FRESH_NS = 2_000_000_000
_LISTING_PAUSE = 50  # times as long as a listing takes, until the next one
_FOLDER_STATE = 3  # how much of a state is its folder's


def _found(path: str, frame: int | None = None) -> ImageSequence:
    """The sequence of a path; its folder is listed again only when that, or the file, changed.

    What links lead to changes without a trace in their folder, so one with links is listed every two seconds, or less
    often where that takes long: each link is followed, which is slow over a network.

    Args:
        frame: the only one that is wanted, so that a folder into which others are being written is not listed for each
            of them; None where it matters which frames there are.
    """
    full = expand(path)
    place = path, str(full)
    state = _state(full)
    with _lookup_lock:
        known = _lookup.get(place)
        if known:
            _lookup.move_to_end(place)
    if known and (_is_current(known, state) or (frame is not None and _is_enough(known, state, full, frame))):
        return known.sequence
    began = time.monotonic_ns()
    sequence = ImageSequence.find(path)
    with _lookup_lock:
        _lookup[place] = _Listing(sequence, state, began, time.monotonic_ns())
        while len(_lookup) > _LOOKUP_SIZE:
            _lookup.popitem(last=False)
    return sequence


def _is_current(known: _Listing, state: tuple[int, ...]) -> bool:
    """Whether the folder holds what it held when it was listed."""
    quiet = known.state == state and time.time_ns() - max(state) > _FRESH_NS
    return quiet and (not known.sequence.linked or known.rests(_FRESH_NS))


def _is_enough(known: _Listing, state: tuple[int, ...], full: Path, frame: int) -> bool:
    """Whether a listing, though its folder changed, is good for one frame: it has it, or nobody made it since."""
    if known.state[_FOLDER_STATE:] != state[_FOLDER_STATE:] or known.sequence.is_movie:
        return False
    if frame in known.sequence.frames:
        return True
    pattern = Pattern.parse(str(full))
    file = pattern.file(frame) if pattern else full
    return known.rests() and not (pattern and pattern.frame_of(file.name) == frame and is_there(file))


def _forget(path: str) -> None:
    with _lookup_lock:
        _lookup.pop((path, str(expand(path))), None)


def _state(full: Path) -> tuple[int, ...]:
    """Times and sizes that change whenever other files may be found: the folder's, and the path's own."""
    state: list[int] = [0]
    for place in (full.parent, full):
        try:
            status = place.stat()
        except OSError:
            continue
        state += [status.st_mtime_ns, 0 if place.is_dir() else status.st_size]
    return tuple(state)
