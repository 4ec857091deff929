"""Outlet: a stream that may refuse its words, by a reader who has gone or a disk that is full, and what follows."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class Outlet:
    """A text stream around another one. Once that has refused a word, this one takes them all and passes none on.

    Attributes:
        refusal: why words go nowhere, or None as long as they arrive.
    """

    def __init__(self, out: TextIO, silent: bool = True) -> None:
        """
        Args:
            silent: whether the refusal itself is no error either, as for work that does not end for want of a listener.
        """
        self.refusal: OSError | None = None
        self._out = out
        self._silent = silent

    def say(self, line: str) -> None:
        self.write(line + "\n")
        self.flush()

    def write(self, text: str) -> int:
        with self._noticing():
            if self.refusal is None:
                self._out.write(text)
        return len(text)

    def flush(self) -> None:
        with self._noticing():
            if self.refusal is None:
                self._out.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    @contextlib.contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.refusal = error
            _empty(self._out)
            if not self._silent:
                raise


def take_any_words() -> None:
    """Make stdout and stderr take every word: a closed one is nowhere, and letters that its encoding lacks are escaped.

    A name in another alphabet is no reason to end a training.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (as long as the process)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _empty(out: TextIO) -> None:
    """Send what a stream still holds nowhere: the end of the process would fail because of it."""
    with contextlib.suppress(OSError, ValueError):  # one that is no file of the system's has nothing to send
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)
