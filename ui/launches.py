"""Launches: the training processes that were started here and have not come to a step of their own yet."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.engine.runs import process
from paircat.engine.runs.run import Run
from paircat.ui.background import in_background
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.launch import Launch

_LOOK_MILLISECONDS = 500
_LONG_SECONDS = 20.0
"""For loading PyTorch and taking the run; a slow drive may need more, so a process that does is told, not given up."""

_Found = list[tuple[Launch, bool, bool]]


class Launches(QObject):
    """Looks after them, on another thread, since their locks lie on a drive that may be slow.

    Args:
        snapshot: the run of a name as it was last seen.

    Signals:
        looked: they were looked at, and maybe one is on its way no longer.
        ended(run): its process is gone, and was not seen to train.
        overdue(sentence): a process lives, but has not taken its run for so long that the artist should know.
        caught_up(sentence): what was said of that is true no longer.
    """

    looked = Signal()
    ended = Signal(object)
    overdue = Signal(str)
    caught_up = Signal(str)

    def __init__(self, snapshot: Callable[[str], RunSnapshot | None], parent: QObject) -> None:
        super().__init__(parent)
        self._snapshot = snapshot
        self._on_their_way: dict[str, Launch] = {}
        self._late: set[Run] = set()
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @property
    def first(self) -> Launch | None:
        return next(iter(self._on_their_way.values()), None)

    def add(self, launch: Launch) -> None:
        self._on_their_way[launch.run.name] = launch
        self._timer.start()

    def close(self) -> None:
        """Look no longer; the processes go on."""
        self._timer.stop()
        self._on_their_way.clear()

    def is_late(self, launch: Launch) -> bool:
        """Whether it was told that this one takes long."""
        return launch.run in self._late

    def runs_changed(self) -> None:
        """Let go of those that are seen to train."""
        for launch in list(self._on_their_way.values()):
            snapshot = self._snapshot(launch.run.name)
            if snapshot is not None and snapshot.training and launch.trains(snapshot):
                self._let_go(launch)

    def _look(self) -> None:
        launches = list(self._on_their_way.values())
        if launches:
            in_background(self, lambda: _stand_of(launches), self._take, lambda _: self._timer.start())

    def _take(self, found: _Found) -> None:
        for launch, alive, holds in found:
            if self._on_their_way.get(launch.run.name) is not launch:
                continue  # it was let go of while this was found out
            if not alive:
                self._let_go(launch)
                self.ended.emit(launch.run)
            elif holds:
                self._caught_up(launch)
                if launch.trains(self._snapshot(launch.run.name)):
                    self._let_go(launch)  # otherwise it looks at the pairs
            elif time.monotonic() - launch.at > _LONG_SECONDS and launch.run not in self._late:
                self._late.add(launch.run)
                self.overdue.emit(_sentence(launch))
        self.looked.emit()
        if self._on_their_way:
            self._timer.start()

    def _let_go(self, launch: Launch) -> None:
        del self._on_their_way[launch.run.name]
        self._caught_up(launch)

    def _caught_up(self, launch: Launch) -> None:
        if launch.run in self._late:
            self._late.discard(launch.run)
            self.caught_up.emit(_sentence(launch))


def _sentence(launch: Launch) -> str:
    return (
        f"The process of '{launch.run.name}' has not begun after {_LONG_SECONDS:.0f} seconds. It is waited for; Stop "
        "ends it."
    )


def _stand_of(launches: list[Launch]) -> _Found:
    """Of each, whether its process lives, and whether the run has been taken."""
    return [(launch, process.process_alive(launch.pid), launch.run.holder() is not None) for launch in launches]
