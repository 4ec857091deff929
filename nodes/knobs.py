"""Knobs: what an artist can set on a node, declared as data that the window, a script and the command line all read.

A knob knows its name, its words and which values it allows. It holds no value: values live in the nodes. Every knob's
`check` also takes text, so that `--set cropSize=128` and a text field need no conversion of their own.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange


@dataclass(frozen=True)
class When:
    """A condition on another knob of the same node: it holds while that knob has one of `values`."""

    knob: str
    values: tuple[Any, ...]

    def holds(self, value_of: Callable[[str], Any]) -> bool:
        return value_of(self.knob) in self.values


@dataclass(frozen=True)
class Knob:
    """What all knobs have in common.

    Attributes:
        name: how scripts and the command line call it, such as dataDirectory.
        label, tooltip: what the window shows.
        default: the value of a knob that nobody touched; scripts save other values only.
        tab: the tab of the properties panel it stands on.
        pixels: whether it can change a pixel; where it cannot, nothing is rendered again.
        enabled_when, visible_when: all of these must hold for the knob to be editable, or to be shown at all.
    """

    name: str
    label: str
    tooltip: str
    _: KW_ONLY
    default: Any = None
    tab: str = "Main"
    pixels: bool = True
    enabled_when: tuple[When, ...] = ()
    visible_when: tuple[When, ...] = ()

    def check(self, value: Any) -> Any:
        """The value in the knob's own type.

        Raises:
            PairCatError: the knob does not allow it; the sentence names the knob and what it allows.
        """
        raise NotImplementedError(type(self).__name__)

    def refuse(self, value: Any, allowed: str) -> PairCatError:
        return PairCatError(f"The knob '{self.name}' cannot be '{value}'; it must be {allowed}.")


@dataclass(frozen=True)
class Bool(Knob):
    """On or off."""

    default: bool = False

    def check(self, value: Any) -> bool:
        text = str(value).strip().lower()
        if text in ("true", "on", "yes", "1"):
            return True
        if text in ("false", "off", "no", "0"):
            return False
        raise self.refuse(value, "true or false")


@dataclass(frozen=True)
class Int(Knob):
    """A whole number. `zero` is the word for 0 where that is no number but a choice, such as auto."""

    default: int = 0
    minimum: int | None = None
    maximum: int | None = None
    zero: str = ""

    def check(self, value: Any) -> int:
        return _whole(self, value, self.minimum, self.maximum, self.zero)


@dataclass(frozen=True)
class Float(Knob):
    """A number. `slider` is the span a slider offers; what is typed may go beyond it, up to minimum and maximum.

    `zero` is as an Int's.
    """

    default: float = 0.0
    minimum: float | None = None
    maximum: float | None = None
    slider: tuple[float, float] = (0.0, 1.0)
    zero: str = ""

    def check(self, value: Any) -> float:
        return _number(self, value, self.minimum, self.maximum, self.zero)


@dataclass(frozen=True)
class Choice(Knob):
    """One of a few values: texts, or numbers such as crop sizes."""

    default: Any = ""
    options: tuple[Any, ...] = ()

    def check(self, value: Any) -> Any:
        wanted = str(value).strip().casefold()
        for option in self.options:
            if str(option).casefold() == wanted:
                return option
        raise self.refuse(value, f"one of {', '.join(str(option) for option in self.options)}")


@dataclass(frozen=True)
class Text(Knob):
    """Any text."""

    default: str = ""
    lines: int = 1

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse(value, "a text")
        return value


@dataclass(frozen=True)
class ColourSpace(Text):
    """The name of a colour space, or of a role; which there are, only the configuration of $OCIO knows.

    `empty` is what none at all stands for, in a few words.
    """

    empty: str = ""


@dataclass(frozen=True)
class File(Knob):
    """A file or image sequence, as typed: `~`, `$VARS` and paths relative to the script are resolved when it is used.

    Attributes:
        filters: patterns for the file dialog, such as ('*.cat',); empty shows all.
        save: the file is written, so the dialog asks for a new name.
        places: further folders that the dialog lists at its side.
    """

    default: str = ""
    filters: tuple[str, ...] = ()
    save: bool = False
    places: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        return _path(self, value)


@dataclass(frozen=True)
class Folder(Knob):
    """A folder, as typed; see File."""

    default: str = ""

    def check(self, value: Any) -> str:
        return _path(self, value)


@dataclass(frozen=True)
class Frames(Knob):
    """A frame range such as 1-40, 1,5,9 or 1-99x10; empty has the meaning that the tooltip says."""

    default: str = ""

    def check(self, value: Any) -> str:
        text = str(value).strip()
        try:
            FrameRange.parse(text)
        except PairCatError as error:
            raise PairCatError(f"The knob '{self.name}' cannot be used: {error}") from None
        return text


@dataclass(frozen=True)
class Channels(Knob):
    """A selection of channels such as rgb, alpha, depth.Z or all; which of them exist, only the picture knows.

    Attributes:
        of: the input whose channels are meant. empty: what none at all stands for, in a word.
    """

    default: str = ""
    of: str = "Input"
    empty: str = ""

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse(value, "channels such as rgb, alpha or depth.Z")
        return value.strip()


@dataclass(frozen=True)
class Ints(Knob):
    """Some whole numbers that belong together, such as the edges of a box."""

    default: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    minimum: int | None = None

    def check(self, value: Any) -> tuple[int, ...]:
        return tuple(_whole(self, item, self.minimum, None) for item in _items(self, value, len(self.labels)))


@dataclass(frozen=True)
class Floats(Knob):
    """Some numbers that belong together, such as x and y. One number alone stands for all of them."""

    default: tuple[float, ...] = ()
    labels: tuple[str, ...] = ("x", "y")
    minimum: float | None = None
    slider: tuple[float, float] = (0.0, 1.0)

    def check(self, value: Any) -> tuple[float, ...]:
        return tuple(_number(self, item, self.minimum, None) for item in _items(self, value, len(self.labels)))


@dataclass(frozen=True)
class Colour(Floats):
    """Red, green, blue and alpha, linear, unbounded. One number alone stands for all four."""

    default: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    labels: tuple[str, ...] = ("r", "g", "b", "a")


def _whole(knob: Knob, value: Any, minimum: int | None, maximum: int | None, zero: str = "") -> int:
    if zero and str(value).strip().casefold() == zero:
        return 0
    wanted = "a whole number" + _span(minimum, maximum) + (zero and f", or {zero}")
    if isinstance(value, bool):
        raise knob.refuse(value, wanted)
    exact = isinstance(value, (int, str)) and not set(".eE") & set(str(value))  # a float has 53 bits only
    try:
        number = float(value)
        whole = int(value) if exact else int(number)
    except (TypeError, ValueError, OverflowError):
        raise knob.refuse(value, wanted) from None
    if not (exact or whole == number) or not _within(whole, minimum, maximum):
        raise knob.refuse(value, wanted)
    return whole


def _number(knob: Knob, value: Any, minimum: float | None, maximum: float | None, zero: str = "") -> float:
    if zero and str(value).strip().casefold() == zero:
        return 0.0
    wanted = "a number" + _span(minimum, maximum) + (zero and f", or {zero}")
    if isinstance(value, bool):
        raise knob.refuse(value, wanted)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise knob.refuse(value, wanted) from None
    if not math.isfinite(number) or not _within(number, minimum, maximum):
        raise knob.refuse(value, wanted)
    return number


def _within(number: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _span(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}"
    if minimum is not None:
        return f", at least {minimum}"
    return f", at most {maximum}" if maximum is not None else ""


def _path(knob: Knob, value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise knob.refuse(value, "a path")
    text = str(value).strip()
    if "\0" in text:
        raise knob.refuse(text.replace("\0", "\N{SYMBOL FOR NULL}"), "a path; no file's name has a NUL")
    try:
        text.encode()
    except UnicodeEncodeError:  # Python's makeshift for names that are none in UTF-8; no script could be saved with it
        readable = text.encode(errors="replace").decode()
        raise knob.refuse(readable, "a path in Unicode; give the file another name") from None
    return text


def _items(knob: Knob, value: Any, count: int) -> Sequence[Any]:
    """The `count` members of a list, a tuple or a text such as '2, 2'; a single one is repeated."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,]+", value.strip()) if part]
    elif not isinstance(value, (list, tuple)):
        value = [value]
    if len(value) == 1:
        return list(value) * count
    if len(value) != count:
        raise knob.refuse(value, f"{count} numbers, or one that stands for all")
    return value
