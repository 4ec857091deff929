"""WriteJobs: the job of each Write node on the canvas, found by name; they go on when a panel closes."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from paircat.ui.canvas import Canvas
from paircat.ui.write_job import WriteJob

_PATIENCE_SECONDS = 5.0
"""How long a window that is closed waits for the frames in work."""


class WriteJobs(QObject):
    """A renamed node keeps its job; a deleted one's stops after the frame in work.

    Signals:
        ended: name of the node, how it went, in a sentence, and whether that says what went wrong.
        abandoned: name of a node that was deleted while it rendered.
    """

    ended = Signal(str, str, bool)
    abandoned = Signal(str)

    def __init__(self, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self._of: dict[str, WriteJob] = {}
        self._orphans: list[WriteJob] = []
        canvas.node_renamed.connect(self._renamed)
        canvas.node_removed.connect(self._removed)

    def of(self, name: str) -> WriteJob:
        if name not in self._of:
            render = WriteJob(name, self)
            render.ended.connect(lambda: self._ended(render))
            self._of[name] = render
        return self._of[name]

    def running(self) -> list[WriteJob]:
        """All that have a process, also those of deleted nodes."""
        return [render for render in (*self._of.values(), *self._orphans) if render.rendering]

    def stop(self, patience: float = _PATIENCE_SECONDS) -> None:
        """End all processes, and return when they are gone.

        Args:
            patience: seconds for the frames in work. What takes longer is killed; the files written before stay whole.
        """
        running = self.running()
        for render in (*self._of.values(), *running):
            render.cancel()  # also what has not begun yet
        until = time.monotonic() + patience
        for render in running:
            render.wait(until - time.monotonic())

    def _renamed(self, old: str, new: str) -> None:
        if old in self._of:
            self._of[new] = self._of.pop(old)
            self._of[new].name = new

    def _removed(self, name: str) -> None:
        render = self._of.pop(name, None)
        if render is None:
            return
        if not render.rendering:
            render.cancel()
            render.deleteLater()
            return
        self._orphans.append(render)
        render.cancel()
        self.abandoned.emit(name)

    def _ended(self, render: WriteJob) -> None:
        self.ended.emit(render.name, render.message, render.problem)
        if render in self._orphans:
            self._orphans.remove(render)
            render.deleteLater()
