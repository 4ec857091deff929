"""Summary: a run's loss by step, as a text file that only ever grows, and that a kill at any moment leaves readable.

    # paircat {"version": 1, "total_steps": 15000, "step": 0}
    1,0.0712,0.21,4
    2,0.0698,0.39,4
    # checkpoint 2
    # finished done

A row is step, loss, training seconds so far, divisor of the resolution. Every sitting begins with its own `# paircat`
line. Lines with a `#` anywhere are no rows. Only whole lines count, so a last line that a kill tore is not seen.
A run that is resumed from an earlier checkpoint replays steps: from its first row on, rows of the same and later steps
that stand above it no longer count. Nuke's own file, one line of `step,loss,step,loss,`, is read as well.

A million rows are read in 0.3 s on one core of a small server, and followed from then on in milliseconds.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from paircat.engine.errors import DamagedSummaryError, RunError
from paircat.engine.runs.number_table import read_columns

VERSION = 1
TITLE = "# paircat "
_COLUMNS = 4
_STRETCHES, _STRETCH = 128, 1024  # of an outline, and bytes of each: some 35 rows
_LONG = 2 * _STRETCHES * _STRETCH
_FOUNDRY = re.compile(rb"\s*\d+,[-+.0-9a-zA-Z]")


@dataclass(frozen=True, eq=False)
class Summary:
    """Losses in rising order of steps, each step once, and what the comments between them say.

    Attributes:
        step: int64, completed steps; 0-based in Foundry's own files, as they have it.
        loss, seconds: float64. seconds is zero in Foundry's own files.
        scale: int64, the divisor of the resolution: 4, 2 or 1.
        facts: the newest `# paircat` line.
        checkpoints: steps that a checkpoint was written for, as they were written.
        end: done, stopped or minutes where the last sitting ended in order, else empty.
        foundry: the file is Foundry's own.
    """

    step: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    loss: np.ndarray = field(default_factory=lambda: np.empty(0))
    seconds: np.ndarray = field(default_factory=lambda: np.empty(0))
    scale: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    facts: Mapping[str, Any] = field(default_factory=dict)
    checkpoints: tuple[int, ...] = ()
    end: str = ""
    foundry: bool = False

    def __len__(self) -> int:
        return len(self.step)

    @property
    def last_step(self) -> int:
        return int(self.step[-1]) if len(self) else 0

    @property
    def total_steps(self) -> int:
        """Where the run ends, or the last step where nothing says so."""
        return self.asked_steps or self.last_step

    @property
    def asked_steps(self) -> int:
        """How many steps the run is to have; 0 where nothing says so, as of minutes."""
        return int(self.facts.get("total_steps") or 0)

    @classmethod
    def read(cls, path: str | Path) -> Summary:
        """Read a whole file.

        Raises:
            RunError: the file is missing, cannot be read, or is no summary.
        """
        return _parse(path, _from_start(_content(path)))

    @classmethod
    def read_end(cls, path: str | Path, rows: int = 100) -> Summary:
        """As `read`, but only the last `rows` lines become rows: for a table of many runs.

        Raises:
            RunError: as `read`.
        """
        data = _from_start(_content(path))
        if data[:1] != b"#":
            return _parse(path, data)
        start = len(data)
        for _ in range(rows + 1):
            start = max(data.rfind(b"\n", 0, start), 0)
        notes = _note(Summary(), _comment_lines(data, start))
        return _extend(notes, data[start:].lstrip(b"\n"))

    @classmethod
    def read_outline(cls, path: str | Path) -> Summary:
        """As `read`, but of a long file only short stretches, evenly over all of it: for a first sight of its curve.

        Raises:
            RunError: as `read`.
        """
        data = _from_start(_content(path))
        if data[:1] != b"#" or len(data) < _LONG:
            return _parse(path, data)
        parts: list[bytes] = []
        for begin in np.linspace(0, len(data) - _STRETCH, _STRETCHES).astype(int).tolist():
            part = data[begin : begin + _STRETCH]
            parts.append(part[part.find(b"\n") + 1 : part.rfind(b"\n") + 1])
        return _extend(Summary(), b"".join(parts))

    def smoothed(self, window: int = 100) -> np.ndarray:
        """The mean loss of up to `window` rows before and at each row, never across a change of resolution. float64."""
        if not len(self):
            return np.empty(0)
        sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(self.loss, nan=1e9, posinf=1e9, neginf=-1e9))])
        stage_begins = np.flatnonzero(np.concatenate([[True], self.scale[1:] != self.scale[:-1]]))
        here = np.arange(len(self))
        begin = stage_begins[np.searchsorted(stage_begins, here, side="right") - 1]
        first = np.maximum(here - window + 1, begin)
        return (sums[here + 1] - sums[first]) / (here + 1 - first)


class SummaryFollower:
    """Reads a growing summary bit by bit: each `poll` costs only what was appended since the one before.

    A file that was truncated or replaced is noticed by its bytes before the last offset, and read anew. Nothing rests
    on inode numbers or times, which network drives get wrong.
    """

    _TAIL = 64

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.summary = Summary()
        self._offset = 0
        self._tail = b""

    def poll(self) -> bool:
        """Bring `summary` up to date; true if it changed. A file that is gone is an empty summary.

        Raises:
            RunError: the file cannot be read, or is no summary.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset - len(self._tail))
                goes_on = file.read(len(self._tail)) == self._tail
                data = file.read()
                if not goes_on or (self.summary.foundry and data):  # Foundry's line is short: it is read whole
                    file.seek(0)
                    data = file.read()
                    self._reset()
        except FileNotFoundError:
            changed = self._offset > 0
            self._reset()
            return changed
        except OSError as error:
            raise _unreadable(self.path, error) from error
        whole = _whole_lines(data) if self._offset else _from_start(data)
        if whole:
            self.summary = _extend(self.summary, whole) if self._offset else _parse(self.path, whole)
            self._offset += len(whole)
            self._tail = (self._tail + whole)[-self._TAIL :]
        return bool(whole) or not goes_on

    def _reset(self) -> None:
        self.summary, self._offset, self._tail = Summary(), 0, b""


def _parse(path: str | Path, data: bytes) -> Summary:
    """A summary from its first byte on."""
    if not data or data[:1] == b"#":
        return _extend(Summary(), data)
    if _FOUNDRY.match(data):
        return _parse_foundry(path, data)
    raise DamagedSummaryError(
        f"'{path}' is not a loss summary; move it out of the Data Directory, or give it another suffix."
    )


def _parse_foundry(path: str | Path, data: bytes) -> Summary:
    """Foundry's own: number pairs divided by commas. What follows the last comma may be torn and does not count."""
    numbers = _numbers(data[: data.rfind(b",")])
    if numbers is None or not len(numbers):
        raise DamagedSummaryError(
            f"'{path}' is damaged: it holds more than steps and losses. Copy it again from where it was made."
        )
    pairs = numbers[: len(numbers) // 2 * 2].reshape(-1, 2)
    pairs = pairs[_kept(pairs[:, 0])]
    count = len(pairs)
    steps = pairs[:, 0].astype(np.int64)
    return Summary(steps, pairs[:, 1].copy(), np.zeros(count), np.ones(count, np.int64), foundry=True)


def _extend(summary: Summary, data: bytes) -> Summary:
    """Whole lines added to what was read before."""
    rows_only, comments = _comments(data)
    rows = _rows(rows_only)
    noted = _note(summary, comments, ended_by_row=_ends_with_row(data))
    if not len(rows):
        return noted
    rows = rows[_kept(rows[:, 0])]
    old = int(np.searchsorted(noted.step, rows[0, 0]))
    return replace(
        noted,
        step=np.concatenate([noted.step[:old], rows[:, 0].astype(np.int64)]),
        loss=np.concatenate([noted.loss[:old], rows[:, 1]]),
        seconds=np.concatenate([noted.seconds[:old], rows[:, 2]]),
        scale=np.concatenate([noted.scale[:old], rows[:, 3].astype(np.int64)]),
    )


def _kept(steps: np.ndarray) -> np.ndarray:
    """True for each row that no later row replays: whose step is below every step after it."""
    later = np.minimum.accumulate(steps[::-1])[::-1]
    kept = np.ones(len(steps), bool)
    kept[:-1] = steps[:-1] < later[1:]
    return kept


def _comments(data: bytes) -> tuple[bytes, list[str]]:
    """Whole lines parted into rows and the lines that hold a #."""
    rows: list[bytes] = []
    comments: list[str] = []
    position = 0
    while (mark := data.find(b"#", position)) >= 0:
        begin = data.rfind(b"\n", position, mark) + 1 or position
        end = data.find(b"\n", mark) + 1 or len(data)
        rows.append(data[position:begin])
        comments.append(data[begin:end].decode(errors="replace").strip())
        position = end
    rows.append(data[position:])
    return b"".join(filter(None, rows)), comments  # a single part is not copied


def _comment_lines(data: bytes, end: int) -> list[str]:
    """The lines up to `end` that hold a #, found without a copy of the others."""
    comments: list[str] = []
    position = 0
    while (mark := data.find(b"#", position, end)) >= 0:
        begin = data.rfind(b"\n", position, mark) + 1 or position
        position = data.find(b"\n", mark, end) + 1 or end
        comments.append(data[begin:position].decode(errors="replace").strip())
    return comments


def _note(summary: Summary, comments: Iterable[str], ended_by_row: bool = False) -> Summary:
    """What comments say, added to what was known. An end holds until another sitting begins."""
    facts, checkpoints, end = summary.facts, summary.checkpoints, summary.end
    for line in comments:
        words = line.split()
        if line.startswith(TITLE):
            end = ""
            try:
                facts = dict(json.loads(line[len(TITLE) :]))
            except (ValueError, TypeError):  # torn, or changed by hand: what was known before still holds
                continue
        elif words[:2] == ["#", "checkpoint"] and words[-1].isdigit():
            checkpoints = (*checkpoints, int(words[-1]))
        elif words[:2] == ["#", "finished"]:
            end = words[-1] if len(words) > 2 else "done"
        elif words[:2] == ["#", "stopped"]:
            end = "stopped"
    return replace(summary, facts=facts, checkpoints=checkpoints, end="" if ended_by_row else end)


def _ends_with_row(data: bytes) -> bool:
    """Whether the last line is a row: then nothing after it says that the sitting ended."""
    end = len(data)
    while data[end - 1 : end] == b"\n":
        end -= 1
    begin = data.rfind(b"\n", 0, end) + 1
    return begin < end and b"#" not in data[begin:end]


def _rows(data: bytes) -> np.ndarray:
    """Float64, (rows, 4). Lines that are no rows, such as zero bytes after a power failure, are passed over."""
    table = read_columns(data, _COLUMNS)
    if table is not None:
        rows, plain = table
        if not plain.all():
            lines = data.split(b"\n")
            other = _slow_rows(b"".join(lines[place] + b"\n" for place in np.flatnonzero(~plain)))
            if len(other) < len(plain) - int(plain.sum()):
                return _slow_rows(data)
            rows[~plain] = other
        return rows
    return _slow_rows(data)


def _slow_rows(data: bytes) -> np.ndarray:
    """As `_rows`, for numbers of any form and lines of any kind."""
    numbers = _numbers(data.replace(b"\n", b","))
    if numbers is not None and len(numbers) == _COLUMNS * data.count(b"\n"):
        return numbers.reshape(-1, _COLUMNS)
    lines = (_numbers(line) for line in data.split(b"\n"))
    good = [line for line in lines if line is not None and len(line) == _COLUMNS]
    return np.array(good).reshape(-1, _COLUMNS)


def _numbers(data: bytes) -> np.ndarray | None:
    """All numbers of a text divided by commas, or None if there is anything else in it."""
    if not data.strip(b",\r\n "):
        return np.empty(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return np.fromstring(data.rstrip(b", \r\n").decode("ascii"), sep=",")
        except (DeprecationWarning, ValueError):
            return None


def _from_start(data: bytes) -> bytes:
    """The whole lines of a file read from its first byte; Foundry's, which has no line feed, as it is."""
    return data if data[:1] != b"#" and b"\n" not in data else _whole_lines(data)


def _whole_lines(data: bytes) -> bytes:
    """All up to the last line feed."""
    return data[: data.rfind(b"\n") + 1]


def _content(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | Path, error: OSError) -> RunError:
    if isinstance(error, FileNotFoundError):
        return RunError(f"There is no summary '{path}'; the run was renamed or deleted: refresh, or check the path.")
    return RunError(f"The summary '{path}' cannot be read: {error.strerror or error}. Check its permissions.")
