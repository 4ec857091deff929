"""Launches: the training processes that are started here, until they have come to a step of their own."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.engine.runs import process
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings
from paircat.ui.background import in_background
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.launch import Launch, OtherPairs, ask_to_stop, end_launch

_LOOK_MILLISECONDS = 500
_LONG_SECONDS = 20.0
"""For loading PyTorch and taking the run; a slow drive may need more, so a process that does is told, not given up."""

_Found = list[tuple[Launch, bool, bool]]


class Launches(QObject):
    """Looks after them, on another thread, since their files lie on a drive that may be slow.

    Args:
        snapshot: the run of a name as it was last seen.

    Attributes:
        begun: the runs whose processes were started here.
        preparing: the Data Directory whose files are looked at before a process is started; empty for none.

    Signals:
        changed: one more or less is on its way, or prepared.
        started(launch, settings): a process was started, with settings as the knobs said them.
        refused(sentence): none was started, and why.
        pairs_differ(other): none was started, since it is to be asked first which pairs are meant.
        folder_missing(path): none was started, since the Data Directory is to be created first.
        looked: it was looked how they stand.
        ended(run): its process is gone, and was not seen to train.
        overdue(sentence): a process lives, but has not taken its run for so long that the artist should know.
        caught_up(sentence): what was said of that is true no longer.
    """

    changed = Signal()
    started = Signal(Launch, TrainingSettings)
    refused = Signal(str)
    pairs_differ = Signal(OtherPairs)
    folder_missing = Signal(str)
    looked = Signal()
    ended = Signal(object)
    overdue = Signal(str)
    caught_up = Signal(str)

    def __init__(self, snapshot: Callable[[str], RunSnapshot | None], parent: QObject) -> None:
        super().__init__(parent)
        self.preparing = ""
        self.begun: set[Run] = set()
        self._snapshot = snapshot
        self._on_their_way: dict[str, Launch] = {}
        self._late: set[Run] = set()
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    @property
    def first(self) -> Launch | None:
        return next(iter(self._on_their_way.values()), None)

    def prepare(self, folder: str, launch: Callable[[], Launch | OtherPairs | str], settings: TrainingSettings) -> None:
        """Have a process started for a run in a folder, on another thread.

        Args:
            launch: returns the path of the folder instead where that is to be created first, or OtherPairs.
        """
        self.preparing = folder
        self.changed.emit()

        def done(found: Launch | OtherPairs | str) -> None:
            awaited = self.preparing == folder
            self._prepared(folder)
            if isinstance(found, Launch):
                self.started.emit(found, settings)
            elif not awaited:
                return
            elif isinstance(found, OtherPairs):
                self.pairs_differ.emit(found)
            else:
                self.folder_missing.emit(found)

        def failed(sentence: str) -> None:
            self._prepared(folder)
            self.refused.emit(sentence)

        in_background(self, launch, done, failed)

    def wait_only_for(self, folder: str) -> None:
        """Another folder is of interest now; the drive of the one before may never answer."""
        if self.preparing != folder:
            self.preparing = ""

    def _prepared(self, folder: str) -> None:
        if self.preparing == folder:
            self.preparing = ""
            self.changed.emit()

    def add(self, launch: Launch) -> None:
        self._on_their_way[launch.run.name] = launch
        self.begun.add(launch.run)
        self._timer.start()

    def renamed(self, old: Run, new: Run) -> None:
        if old in self.begun:
            self.begun.add(new)

    def close(self) -> None:
        """Look no longer; the processes go on."""
        self._timer.stop()
        self._on_their_way.clear()

    def way_to_stop(self, run: Run) -> Callable[[], None]:
        """What is to be done, on another thread, to stop a run: a process that is overdue may never hear of it."""
        launch = self._on_their_way.get(run.name)
        if launch is not None and launch.run == run and run in self._late:
            return functools.partial(end_launch, launch)
        return functools.partial(ask_to_stop, run)

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
        self.changed.emit()
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
