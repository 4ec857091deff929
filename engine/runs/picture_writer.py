"""PictureWriter: writes contact sheets and previews in the background, so that training does not wait for PNG."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

_WAITING = 2  # pictures; more would only pile up memory where writing is slower than training


class PictureWriter:
    """One thread and a short queue. A picture that cannot be written is reported by the next call."""

    def __init__(self) -> None:
        self._tasks: queue.Queue[Callable[[], None] | None] = queue.Queue(_WAITING)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
        self._thread.start()

    def submit(self, task: Callable[[], None]) -> None:
        """Have `task` done soon, in order; waits while the queue is full.

        Raises:
            Exception: what an earlier task raised.
        """
        self.check()
        self._tasks.put(task)

    def check(self) -> None:
        """Raise what a task raised since the last call, if one did."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def drain(self) -> None:
        """Wait until all is written.

        Raises:
            Exception: what a task raised.
        """
        self._tasks.join()
        self.check()

    def close(self) -> None:
        """Write what waits and end the thread. Failures stay to be asked for with `check`."""
        if self._thread.is_alive():
            self._tasks.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception as error:
                self._failure = self._failure or error
            finally:
                self._tasks.task_done()
        self._tasks.task_done()
