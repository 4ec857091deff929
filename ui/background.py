"""Background work: a call that may block, such as one to a network drive, on another thread, its answer on this one."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

from paircat.engine.errors import PairCatError

# More than one, so that a drive that does not answer holds up only what asks for it.
_threads = ThreadPoolExecutor(4, thread_name_prefix="background")


class _Answer(QObject):
    """Carries one result to the thread it was made on; a child of who asked, so nobody who is gone is told."""

    given = Signal(object)
    refused = Signal(str)


def in_background(
    owner: QObject,
    work: Callable[[], Any],
    then: Callable[[Any], Any] | None = None,
    failed: Callable[[str], Any] | None = None,
) -> None:
    """Do `work` on another thread; `then` gets its result, `failed` the sentence of what went wrong, both on this one.

    Neither is called once `owner` is gone.
    """
    answer = _Answer(owner)
    if then is not None:
        answer.given.connect(then)
    if failed is not None:
        answer.refused.connect(failed)
    answer.given.connect(answer.deleteLater)
    answer.refused.connect(answer.deleteLater)

    def run() -> None:
        try:
            signal, value = answer.given, work()
        except PairCatError as error:
            signal, value = answer.refused, str(error)
        except Exception as error:
            traceback.print_exc()
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            signal, value = answer.refused, f"This is a fault of PairCat itself, not of your work ({reason})."
        with contextlib.suppress(RuntimeError):  # the owner was deleted meanwhile
            signal.emit(value)

    _threads.submit(run)
