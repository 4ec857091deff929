"""SummaryWriter: appends whole lines to a run's summary, so that a kill at any moment tears at most the last one."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paircat.engine.errors import RunError
from paircat.engine.runs.summary import TITLE, VERSION

_FLUSH_SECONDS = 1.0


class SummaryWriter:
    """One writer at a time; RunLock sees to that. Lines wait for up to a second and then go out in one write.

    Raises:
        RunError: from every method: the disk is full, or the file cannot be written. Lines that did not go out are
            kept and tried again with the next ones.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._waiting = bytearray()
        self._flushed_at = time.monotonic()
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._file = os.open(self.path, flags, 0o666)
            self._size = os.fstat(self._file).st_size
            if _is_torn(self._file):
                # The torn rest could pass for a whole row that is wrong; the # makes a comment of it.
                self._waiting += b"#torn\n"
        except OSError as error:
            raise _sentence(self.path, error) from error

    @property
    def alone(self) -> bool:
        """Whether the file is there, and nobody else has written to it since it was opened here."""
        try:
            found = self.path.stat()
            return os.path.samestat(found, os.fstat(self._file)) and found.st_size == self._size
        except OSError:
            return False

    def begin(self, step: int, total_steps: int, facts: Mapping[str, Any] | None = None) -> None:
        """The first line of a sitting, which begins after `step` completed steps."""
        title = {"version": VERSION, "step": step, "total_steps": total_steps, **(facts or {})}
        self._line(TITLE + json.dumps(title))
        self.flush()

    def add(self, step: int, loss: float, seconds: float, scale: int) -> None:
        """One step. Nine digits tell every float32 loss from every other."""
        self._line(f"{step},{loss:.9g},{seconds:.2f},{scale}")
        if time.monotonic() - self._flushed_at >= _FLUSH_SECONDS:
            self.flush()

    def comment(self, text: str) -> None:
        """A line that is no row."""
        self._line(f"# {' '.join(text.split())}")

    def flush(self, durable: bool = False) -> None:
        """Write what waits; `durable` also waits until it is on the disk."""
        try:
            while self._waiting:  # again after a write that came out short
                written = os.write(self._file, self._waiting)
                del self._waiting[:written]
                self._size += written
            self._flushed_at = time.monotonic()
            if durable:
                os.fsync(self._file)
        except OSError as error:
            raise _sentence(self.path, error) from error

    def close(self) -> None:
        """Write what waits and close the file; also when the writing fails."""
        if self._file < 0:
            return
        try:
            self.flush(durable=True)
        finally:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _line(self, text: str) -> None:
        self._waiting += text.encode() + b"\n"


def _is_torn(file: int) -> bool:
    """Whether the file ends inside a line."""
    if os.fstat(file).st_size == 0:
        return False
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) != b"\n"


def _sentence(path: Path, error: OSError) -> RunError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunError(
            f"The summary '{path}' could not be written: the disk is full. Free some space and resume the run."
        )
    return RunError(f"The summary '{path}' could not be written: {error.strerror or error}. Check the Data Directory.")
