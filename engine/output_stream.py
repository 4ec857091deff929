"""OutputStream: text to a reader who may have gone or a disk that may be full, neither of which ends the work."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class OutputStream:
    """A text stream around another one. After the first failed write it discards all further text.

    Attributes:
        error: why text is discarded, or None as long as it is written.
    """

    def __init__(self, out: TextIO, silent: bool = True) -> None:
        """
        Args:
            silent: whether the failed write itself raises nothing either, for work that goes on without a reader.
        """
        self.error: OSError | None = None
        self._out = out
        self._silent = silent

    def write_line(self, line: str) -> None:
        self.write(line + "\n")
        self.flush()

    def write(self, text: str) -> int:
        with self._catching():
            if self.error is None:
                self._out.write(text)
        return len(text)

    def flush(self) -> None:
        with self._catching():
            if self.error is None:
                self._out.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    @contextlib.contextmanager
    def _catching(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.error = error
            _redirect_to_devnull(self._out)
            if not self._silent:
                raise


def tolerate_unprintable_text() -> None:
    """Make stdout and stderr accept any text: a closed one is os.devnull, characters that it cannot encode are escaped.

    A name in another alphabet is no reason to end a training.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (as long as the process)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def stream_of_answers() -> TextIO:
    """The real standard output, for answers that another process reads.

    What plugins and libraries print would be taken for answers, so from then on it goes to standard error.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _redirect_to_devnull(out: TextIO) -> None:
    """Discard what a stream still buffers: flushing it when the process ends would fail."""
    with contextlib.suppress(OSError, ValueError):  # one that is no file of the system's has nothing to send
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)
