"""Stop signals: Ctrl-C, SIGTERM and a closed terminal ask for an end in order; the same once more ends the process."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class StopSignals:
    """While it is entered, on the main thread, a signal is a wish; afterwards signals do what they did before.

    A signal that whoever started the process has it ignore, as nohup does with SIGHUP, goes on being ignored.

    Args:
        leave: called before the process ends where a signal comes and nothing is being done yet.
        told: say on standard error what the signal does.

    Attributes:
        came: the numbers of the signals that came, in their order.
        busy: there is something to save or to finish first; whoever does that sets it.
    """

    def __init__(self, leave: Callable[[], None] = lambda: None, told: bool = True) -> None:
        self.came: list[int] = []
        self.busy = False
        self._leave, self._told = leave, told
        self._before: dict[int, Any] = {}

    def asked(self) -> bool:
        """Whether a signal has asked to stop. No file is looked at: the drive may be what has gone."""
        return bool(self.came)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
                if signal.getsignal(number) != signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *problem: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self.came.append(number)
        if not self.busy:
            self._leave()
            os._exit(128 + number)
        if self._told:
            with contextlib.suppress(OSError):  # the terminal may be what has gone
                print("Stopping after this step; once more ends it at once.", file=sys.stderr, flush=True)
