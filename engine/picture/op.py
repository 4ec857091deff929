"""Op: a recipe for frames. What a node means right now, free of the canvas it came from.

An Op is a frozen dataclass whose fields are plain values (numbers, strings, tuples, FrameRange) and other Ops, its
inputs. Nobody can change it, so a worker thread, the frame cache and the training process can all hold the same one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.shared_frames import SharedFrames

Render = Callable[["Op", int], Image]
Method = TypeVar("Method", bound=Callable[..., Any])
Known = dict[tuple[Any, ...], tuple["Op", Any]]

_remembered = threading.local()


@contextlib.contextmanager
def remembered() -> Iterator[Known]:
    """Within this block, on this thread, each Op's range, and its key and header of a frame, are worked out once.

    Without it a graph whose branches meet again and again would be walked along every one of its paths. Files that
    change during the block are noticed by the next one.
    """
    known = getattr(_remembered, "answers", None)
    if known is not None:
        yield known
        return
    _remembered.answers = {}
    try:
        yield _remembered.answers
    finally:
        _remembered.answers = None


def _once(method: Method) -> Method:
    """A method of an Op whose answers are remembered; one that is called by itself is a block of its own."""

    @functools.wraps(method)
    def answer(op: Op, *given: Any, **named: Any) -> Any:
        with remembered() as known:
            # With the method: a kind of Op may call that of the kind it derives from.
            place = method, id(op), given, tuple(named.items())
            if place not in known:
                # The Op is kept beside its answer: the id of one that is gone could be another's.
                known[place] = op, method(op, *given, **named)
            return known[place][1]

    return cast(Method, answer)


@dataclass(frozen=True)
class Op:
    """One step of a recipe. Subclasses add fields and say `compute`, `header` and, where frames move, `frame_range`.

    The first field that is an Op is the main input: frame range, header and a disabled node's result come from it.

    A kind that needs PyTorch, or what else takes seconds to load, sets `own_process`: a program with a window then has
    its frames made by engine/render_server.py.
    """

    registry: ClassVar[dict[str, type[Op]]] = {}
    own_process: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Op.registry[cls.__name__] = cls
        for name in ("frame_range", "header"):
            if name in vars(cls):
                setattr(cls, name, _once(vars(cls)[name]))

    def inputs(self) -> tuple[Op, ...]:
        """The Ops among the fields, in their order; members of tuples of Ops included."""
        found: list[Op] = []
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Op):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(member for member in value if isinstance(member, Op))
        return tuple(found)

    @_once
    def frame_range(self) -> FrameRange:
        """The frames that exist. One that is asked for outside of them is an error, or as the Op's policy says."""
        return self.inputs()[0].frame_range()

    def source_frame(self, frame: int) -> int:
        """The frame of the inputs that `frame` is made from. Ops that move time override this."""
        return frame

    def needs(self, frame: int) -> tuple[tuple[Op, int], ...]:
        """Which frames of which inputs `frame` is made from. Ops that choose among their inputs override this."""
        return tuple((source, self.source_frame(frame)) for source in self.inputs())

    @_once
    def header(self, frame: int) -> Header:
        """Channels, windows and metadata of a frame, without its pixels."""
        return self.inputs()[0].header(self.source_frame(frame))

    def compute(self, frame: int, render: Render) -> Image:
        """Make one frame; `render(op, frame)` gives the inputs' frames, from a cache where there is one."""
        raise NotImplementedError(type(self).__name__)

    def render(self, frame: int) -> Image:
        """Make one frame with no cache; what several Ops need on the way is made once."""
        with remembered():
            return SharedFrames(self, frame).render(self, frame)

    @_once
    def frame_key(self, frame: int) -> str:
        """Digest of all that decides this frame's pixels: equal recipes share cached frames, a changed one misses.

        An Op that reads files adds their time and size, so that a replaced file is read again.
        """
        return self._frame_key(frame)

    def _frame_key(self, frame: int) -> str:
        own = {
            item.name: _plain(getattr(self, item.name))
            for item in dataclasses.fields(self)
            if not _holds_op(getattr(self, item.name))
        }
        inputs = [source.frame_key(number) for source, number in self.needs(frame)]
        text = json.dumps([type(self).__name__, own, self.frame_state(frame), inputs], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def frame_state(self, frame: int) -> Any:
        """What else decides this frame, as JSON values: the frame number where it matters, times of files."""
        return None


def _holds_op(value: Any) -> bool:
    return isinstance(value, Op) or (isinstance(value, tuple) and any(isinstance(member, Op) for member in value))


def _plain(value: Any) -> Any:
    """A field's value as JSON: numbers, strings, lists; dataclasses such as FrameRange as their fields."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value


def altered(op: Op, change: Callable[[Op], Op]) -> Op:
    """A recipe in which each Op, its inputs altered before it, is what `change` makes of it.

    An Op that several share is changed once, and what comes of it is shared as well.
    """
    done: dict[int, Op] = {}

    def of(value: Any) -> Any:
        if isinstance(value, Op):
            if id(value) not in done:
                done[id(value)] = change(with_inputs_altered(value))
            return done[id(value)]
        if isinstance(value, tuple) and _holds_op(value):
            members = tuple(of(member) for member in value)
            return value if all(now is was for now, was in zip(members, value, strict=True)) else members
        return value

    def with_inputs_altered(source: Op) -> Op:
        fields = {item.name: getattr(source, item.name) for item in dataclasses.fields(source)}
        changes = {name: now for name, was in fields.items() if (now := of(was)) is not was}
        return dataclasses.replace(source, **changes) if changes else source

    return cast(Op, of(op))


def to_json(*ops: Op) -> dict[str, Any]:
    """Several recipes as one JSON value; an Op that they share is written once.

    Returns:
        {"ops": [{"op": class name, field: value or {"$op": index}, ...}], "roots": [index, ...]}
    """
    rows: list[dict[str, Any]] = []
    # By identity: a hash would walk the whole recipe, a shared Op again on each way that leads to it.
    places: dict[int, int] = {}

    def value_of(value: Any) -> Any:
        if isinstance(value, Op):
            return {"$op": place_of(value)}
        if isinstance(value, FrameRange):
            return {"$frames": str(value)}
        if isinstance(value, (list, tuple)):
            return [value_of(member) for member in value]
        return _plain(value)

    def place_of(op: Op) -> int:
        if id(op) not in places:
            row = {"op": type(op).__name__}
            row.update({item.name: value_of(getattr(op, item.name)) for item in dataclasses.fields(op)})
            rows.append(row)
            places[id(op)] = len(rows) - 1
        return places[id(op)]

    roots = [place_of(op) for op in ops]
    return {"ops": rows, "roots": roots}


def from_json(data: dict[str, Any]) -> tuple[Op, ...]:
    """The recipes that `to_json` wrote.

    Raises:
        PairCatError: an Op of a kind that is not known here, or fields that do not fit it.
    """
    ops: list[Op] = []

    def value_of(value: Any) -> Any:
        if isinstance(value, dict) and "$op" in value:
            return ops[value["$op"]]
        if isinstance(value, dict) and "$frames" in value:
            return FrameRange.parse(value["$frames"])
        if isinstance(value, list):
            return tuple(value_of(member) for member in value)
        return value

    for row in data["ops"]:
        kind = Op.registry.get(row["op"])
        if kind is None:
            raise PairCatError(f"The job uses an operation '{row['op']}' that this installation does not know.")
        try:
            ops.append(kind(**{name: value_of(value) for name, value in row.items() if name != "op"}))
        except TypeError as error:
            raise PairCatError(f"The job's operation '{row['op']}' does not fit this version: {error}.") from error
    return tuple(ops[place] for place in data["roots"])
