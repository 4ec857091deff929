"""PictureWriter: writes contact sheets and previews in the background, so that training does not wait for PNG."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

_WAITING = 2  # pictures; more would only pile up memory where writing is slower than training


class PictureWriter:
    """One thread and a short queue. No picture is worth a training: a failure to write one is kept to be reported."""

    def __init__(self) -> None:
        self._tasks: queue.Queue[Callable[[], None] | None] = queue.Queue(_WAITING)
        self._failure: Exception | None = None
        self._failing = False
        self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
        self._thread.start()

    def submit(self, task: Callable[[], None]) -> None:
        """Have `task` done soon, in order; waits while the queue is full."""
        self._tasks.put(task)

    def failure(self) -> Exception | None:
        """What a task raised since the last call. Of failures one after another, as on a full disk, the first alone."""
        failure, self._failure = self._failure, None
        return failure

    def drain(self) -> None:
        """Wait until all is written."""
        self._tasks.join()

    def close(self) -> None:
        """Write what waits and end the thread."""
        if self._thread.is_alive():
            self._tasks.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
                self._failing = False
            except Exception as error:
                if not self._failing:
                    self._failure = error
                self._failing = True
            finally:
                self._tasks.task_done()
        self._tasks.task_done()
