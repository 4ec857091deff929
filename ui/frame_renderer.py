"""FrameRenderer: makes the frames that the viewer asks for, on one worker thread, and keeps them.

A newer request takes the place of an older one that was not begun. One that is being made goes on, since its frame is
kept; its answer says which request it belongs to, so that it is never taken for the newer one's. With nothing to do,
the worker makes the frames that playing will need next, and finds out which are kept.
"""

from __future__ import annotations

import contextlib
import threading
import traceback
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil
from PySide6.QtCore import QObject, Signal

from paircat.engine.errors import PairCatError
from paircat.engine.picture.cache import FrameCache, compute_here
from paircat.engine.picture.display import MATTE, Look, difference
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op, Render, remembered
from paircat.nodes.graph import Graph
from paircat.nodes.script import Script
from paircat.ui.display_picture import DisplayPicture, display_picture
from paircat.ui.error_source import error_source
from paircat.ui.render_process import Abandoned, RenderProcess

WIPE, DIFFERENCE = "wipe", "difference"
_MARKED_AT_ONCE = 50
_LEAST, _MOST = 256 << 20, 16 << 30


@dataclass(frozen=True, eq=False)
class Request:
    """What the viewer wants to see.

    Attributes:
        script: nobody changes it after it was handed over. base: folder of relative paths while it was never saved.
        node, other: names of the nodes on side A and B; `other` is empty where nothing is compared.
        compare: empty, WIPE or DIFFERENCE.
        ahead: frames to make when this one is done.
        unless: keys of what is shown already: there is no answer if that is still what there is to show.
    """

    script: Script
    node: str
    frame: int
    look: Look = Look()  # noqa: RUF009  (frozen)
    other: str = ""
    compare: str = ""
    base: Path | None = None
    ahead: tuple[int, ...] = ()
    unless: tuple[str, ...] = ()

    def same_wish(self, other: Request) -> bool:
        """Whether the same picture is wanted."""
        mine = (self.frame, self.look, self.script is other.script)
        return self.same_subject(other) and mine == (other.frame, other.look, True)

    def same_subject(self, other: Request) -> bool:
        """Whether the same nodes of the same script are looked at, maybe at another moment."""
        mine = self.script.path, self.node, self.other, self.compare
        return mine == (other.script.path, other.node, other.other, other.compare)

    def graph(self) -> Graph:
        if self.script.path is None and self.base is not None:
            return Graph(self.script.nodes, self.base)
        return self.script.graph()


@dataclass(frozen=True, eq=False)
class Side:
    """A or B: a node's frame with its float values, or why there is none; `remark` is what the node says of it.

    `error_source` is the node that the error comes from, this one or one above it.
    """

    name: str
    op: Op | None = None
    key: str = ""
    image: Image | None = None
    error: str = ""
    remark: str = ""
    error_source: str = ""

    @property
    def sentence(self) -> str:
        """The error, with the name of the node that it comes from."""
        return (
            f"{self.error_source}: {self.error}"
            if self.error_source and self.error_source not in self.error
            else self.error
        )


@dataclass(frozen=True, eq=False)
class Answer:
    """What there is to see.

    Attributes:
        left, right: what to paint; `right` is side B of a wipe. With DIFFERENCE `left` is the difference.
        error: why nothing is painted, or not all; a sentence.
        frames: those that side A has, or either side where two are compared.
    """

    request: Request
    a: Side
    b: Side | None
    left: DisplayPicture | None
    right: DisplayPicture | None
    error: str
    frames: FrameRange

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(side.key for side in (self.a, self.b) if side is not None)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by the name of the node that it comes from."""
        return {side.error_source: side.error for side in (self.a, self.b) if side is not None and side.error_source}


class FrameRenderer(QObject):
    """Signals: `answered(Answer)`; `cached(FrameRange)`, those of the answer's frames that are quick to show.

    Args:
        cache_bytes: of float pictures; half as much again is for 8-bit ones. None is a quarter of the memory.
    """

    answered = Signal(Answer)
    cached = Signal(FrameRange)

    def __init__(self, cache_bytes: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        room = cache_bytes or min(max(psutil.virtual_memory().total // 4, _LEAST), _MOST)
        self.cache = FrameCache(room, self._compute)
        self._pictures = PictureCache(room // 2)
        self._process = RenderProcess()
        self._condition = threading.Condition()
        self._wanted: Request | None = None
        self._served: Answer | None = None
        self._busy = False
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="frame renderer", daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> None:
        """Want this frame now."""
        with self._condition:
            self._wanted = request
            self._condition.notify()

    def look_again(self) -> None:
        """Answer the last request once more if files have changed what there is to see; not while there is work."""
        with self._condition:
            if self._served is not None and self._wanted is None and not self._busy:
                self._wanted = replace(self._served.request, unless=self._served.keys)
                self._condition.notify()

    def refresh(self) -> None:
        """Forget all frames."""
        self.cache.clear()
        self._pictures.clear()

    def close(self) -> None:
        """End the worker and the child process. A frame that is being made is waited for a few seconds at most."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        self._process.close()
        self._thread.join(timeout=5)

    def _superseded(self) -> bool:
        return self._wanted is not None or self._closed

    def _compute(self, op: Op, frame: int, render: Render) -> Image:
        if op.own_process:
            return self._process.render(op, frame, self._superseded)
        return compute_here(op, frame, render)

    def _work(self) -> None:
        chores: Iterator[None] = iter(())
        idle = True
        while True:
            with self._condition:
                while idle and self._wanted is None and not self._closed:
                    self._busy = False
                    self._condition.wait()
                if self._closed:
                    return
                request, self._wanted = self._wanted, None
                self._busy = request is not None
            try:
                if request is not None:
                    chores = self._serve(request)
                idle = next(chores, _DONE) is _DONE
            except Abandoned:
                idle = True
            except Exception:  # of a chore, which nobody waits for: the frame says it when it is asked for
                traceback.print_exc()
                idle = True

    def _serve(self, request: Request) -> Iterator[None]:
        """Answer a request; the work that comes after it is the iterator's, a piece at a time."""
        answer = self._answer(request)
        if answer is None:
            return
        self._served = answer
        with contextlib.suppress(RuntimeError):  # the window has gone
            self.answered.emit(answer)
        yield
        for frame in request.ahead:
            self._answer(replace(request, frame=frame))
            yield
        ops = [side.op for side in (answer.a, answer.b) if side is not None and side.op is not None]
        if ops:
            yield from self._mark(ops, answer.frames)

    def _mark(self, ops: list[Op], frames: FrameRange) -> Iterator[None]:
        found: list[int] = []
        for start in range(0, len(frames), _MARKED_AT_ONCE):
            some = FrameRange(frames.frames[start : start + _MARKED_AT_ONCE])
            with remembered():
                for op in ops:
                    some = self.cache.cached_frames(op, some)
            found.extend(some)
            yield
        with contextlib.suppress(RuntimeError):
            self.cached.emit(FrameRange(tuple(found)))

    def _answer(self, request: Request) -> Answer | None:
        """None where `unless` holds."""
        # Bad values are told in the picture; a warning on the console would reach nobody.
        with remembered(), np.errstate(all="ignore"):
            graph = request.graph()
            a = self._key(graph, request.node, request.frame)
            b = self._key(graph, request.other, request.frame) if request.compare and request.other else None
            if request.unless and request.unless == tuple(side.key for side in (a, b) if side is not None):
                return None
            a = self._with_image(graph, a, request.frame)
            b = self._with_image(graph, b, request.frame) if b is not None else None
            left, right, problem = self._pictured(request, a, b)
            frames, no_range = self._frames(a, b)
            problems = [a.sentence, b.sentence if b else "", problem]
            error = "\n\n".join(dict.fromkeys(text for text in problems if text)) or no_range
            return Answer(request, a, b, left, right, error, frames)

    def _key(self, graph: Graph, name: str, frame: int) -> Side:
        try:
            op, remark = graph.viewed(name)
            return Side(name, op, op.frame_key(frame), remark=remark)
        except Exception as error:
            where = error_source(graph, name, error, lambda op: op.frame_key(frame))
            return Side(name, error=_sentence(error), key=_sentence(error), error_source=where)

    def _with_image(self, graph: Graph, side: Side, frame: int) -> Side:
        if side.op is None:
            return side
        try:
            return replace(side, image=self.cache.render(side.op, frame))
        except Abandoned:
            raise
        except Exception as error:
            where = error_source(graph, side.name, error, lambda op: self.cache.render(op, frame))
            return replace(side, error=_sentence(error), error_source=where)

    def _pictured(
        self, request: Request, a: Side, b: Side | None
    ) -> tuple[DisplayPicture | None, DisplayPicture | None, str]:
        try:
            if request.compare == DIFFERENCE and b is not None:
                if a.image is None or b.image is None:
                    return None, None, ""
                # A difference of colours has no matte to lay over it.
                look = replace(request.look, key="") if request.look.key == MATTE else request.look
                place = (DIFFERENCE, a.key, b.key, look)
                made = self._pictures.get(place) or display_picture(difference(a.image, b.image, look), look)
                return self._pictures.keep(place, made), None, ""
            if b is None:
                return self._seen(a, request.look), None, ""
            return *self._compared(a, b, request.look), ""
        except Exception as error:
            return None, None, _sentence(error)

    def _compared(self, a: Side, b: Side, look: Look) -> tuple[DisplayPicture | None, DisplayPicture | None]:
        """Both sides of a wipe. What one of them lacks of the look is black there, as in Nuke.

        Raises:
            ChannelError: neither side has it.
        """
        pictures = [self._seen(side, look, may_lack=True) for side in (a, b)]
        if all(picture is None or picture.lack for picture in pictures):
            for side in (a, b):
                self._seen(side, look)
        return pictures[0], pictures[1]

    def _seen(self, side: Side, look: Look, may_lack: bool = False) -> DisplayPicture | None:
        if side.image is None:
            return None
        place = (side.key, look)
        made = self._pictures.get(place)
        if made is None or (made.lack and not may_lack):
            made = display_picture(side.image, look, may_lack)
        return self._pictures.keep(place, made)

    def _frames(self, a: Side, b: Side | None) -> tuple[FrameRange, str]:
        """Those of either side, so that a still can be compared with a sequence; and why they are not known."""
        found, problem = FrameRange(()), ""
        for side in (a, b):
            if side is not None and side.op is not None:
                try:
                    found = found | side.op.frame_range()
                except Exception as error:
                    problem = _sentence(error)
        return found, problem


_DONE = object()


class PictureCache:
    """Pictures ready to be painted, those that were used last, bounded in bytes. One thread makes them."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[object, DisplayPicture] = OrderedDict()
        self._nbytes = 0
        self._lock = threading.Lock()

    def get(self, key: object) -> DisplayPicture | None:
        return self._kept.get(key)

    def keep(self, key: object, made: DisplayPicture) -> DisplayPicture:
        """Remember it as the one that was used last."""
        with self._lock:
            old = self._kept.pop(key, None)
            self._nbytes += made.nbytes - (old.nbytes if old else 0)
            self._kept[key] = made
            while self._nbytes > self._max_bytes:
                self._nbytes -= self._kept.popitem(last=False)[1].nbytes
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._nbytes = 0


def _sentence(error: Exception) -> str:
    """What the picture says of an error."""
    if isinstance(error, PairCatError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this frame; close other programs or look at a smaller picture."
    traceback.print_exception(error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"This is a fault of PairCat itself, not of your work ({reason})."
