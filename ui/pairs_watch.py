"""PairsWatch: notices that files come and go in the folders that pairs are read from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.engine.picture.op import Op
from paircat.engine.picture.read import read_ops
from paircat.engine.runs.job import Job
from paircat.ui.background import in_background

_LOOK_MILLISECONDS = 2000

Stamp = tuple[tuple[str, int], ...]


class PairsWatch(QObject):
    """Looks at the folders now and then, on another thread, since a drive may not answer.

    Signals:
        changed: a file was added to one of them, removed from it, or replaced.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._seen: Stamp | None = None
        self._looking = False  # at most once at a time: looks at a drive that does not answer would pile up
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    def follow(self, job: Job | None) -> None:
        """Look where a job's pairs are, from now on; None looks nowhere."""
        self._job, self._seen = job, None
        if job is None:
            self._timer.stop()
        else:
            self._look()

    def _look(self) -> None:
        job = self._job
        if job is not None and not self._looking:
            self._looking = True
            in_background(self, lambda: (job, stamp(job)), self._take, lambda _: self._go_on())

    def _go_on(self) -> None:
        self._looking = False
        if self._job is not None:
            self._timer.start()

    def _take(self, found: tuple[Job, Stamp]) -> None:
        job, now = found
        self._looking = False
        if job is not self._job:
            self._look()  # the answer comes late: other pairs are followed by now
            return
        self._timer.start()
        before, self._seen = self._seen, now
        if before is not None and before != now:
            self.changed.emit()


def stamp(job: Job) -> Stamp:
    """What changes when files come or go in the folders that a job reads."""
    folders = {folder for side in (job.input, job.ground_truth) for folder in _folders(side)}
    return tuple((str(folder), _changed_at(folder)) for folder in sorted(folders))


def _folders(op: Op) -> Iterator[Path]:
    for source in read_ops(op):
        path = Path(source.path)
        yield path if path.is_dir() else path.parent


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
