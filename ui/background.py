"""Background work: a call that may block, such as one to a network drive, on another thread, its answer on this one.

Qt's objects must be neither told of anything nor deleted on a thread that is not theirs. So other threads speak to one
object only, which lives as long as the program, and hand it everything that they hold of an asker.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import traceback
import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from paircat.engine.errors import PairCatError


class _Courier(QObject):
    """Takes parcels from any thread and opens them on its own. A parcel is a list: owner, what to call, with what."""

    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, parcel: Any) -> None:
        owner, call, values = parcel
        parcel.clear()  # so that the thread which posted it drops nothing but an empty list
        if call is not None and isValid(owner):
            call(*values)


class Post:
    """Calls a method of a Qt object on that object's thread, from any other; nothing once the object is gone.

    It is made on the object's own thread, and does not keep the object alive.
    """

    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = weakref.WeakMethod(method)
        self._courier = _courier()

    def __call__(self, *values: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the program is ending
            self._courier.posted.emit([self._courier, self._open, values])

    def _open(self, *values: Any) -> None:
        method: Any = self._method()
        if method is not None and isValid(method.__self__):
            method(*values)


def in_background(
    owner: QObject,
    work: Callable[[], Any],
    then: Callable[[Any], Any] | None = None,
    failed: Callable[[str], Any] | None = None,
) -> None:
    """Do `work` on another thread; `then` gets its result, `failed` the sentence of what went wrong, both on this one.

    Neither is called once `owner` is gone.
    """
    # A thread of its own, which nobody waits for: a drive that does not answer holds up neither others nor the end.
    task = [owner, work, then, failed]
    threading.Thread(target=_run, args=(task, _courier()), name="background", daemon=True).start()


def _run(task: list[Any], courier: _Courier) -> None:
    """Do a task, and give all of it away again."""
    try:
        task[1:] = [task[2], (task[1](),)]
    except PairCatError as error:
        task[1:] = [task[3], (str(error),)]
    except Exception as error:
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        task[1:] = [task[3], (f"This is a fault of PairCat itself, not of your work ({reason}).",)]
    with contextlib.suppress(RuntimeError):  # the program is ending
        courier.posted.emit(task)


@functools.cache
def _courier() -> _Courier:
    return _Courier()
