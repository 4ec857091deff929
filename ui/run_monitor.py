"""RunMonitor: polls a Data Directory on a thread of its own and tells the window what changed."""

from __future__ import annotations

import threading
import time
import traceback
from typing import Any

from PySide6.QtCore import QObject, Signal

from paircat.engine.errors import PairCatError
from paircat.engine.path_kind import is_folder
from paircat.ui.background import Post
from paircat.ui.folder_watch import FolderWatch, RunSnapshot

POLL_SECONDS = 1.0
_FIRST_CURVES = 0.5  # seconds until more exact curves are shown; each drawing takes time away from the reading of more

Snapshots = tuple[RunSnapshot, ...]


class RunMonitor(QObject):
    """Watches one folder at a time.

    A folder is read when it is set, when `refresh` asks for it, and every second while a run in it trains or while it
    cannot be read, so that what is wrong is said no longer than it is true; with `live` every second, so that runs of
    other sessions and machines show, too. File watchers would fail on network drives.

    Signals:
        changed: the snapshots are new.
        failed: a sentence when the folder cannot be read; empty when it can be again.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.snapshots: Snapshots = ()
        self.problem = ""
        self._rounds = _Rounds(Post(self._take))

    @property
    def folder(self) -> str:
        return self._rounds.folder

    @property
    def live(self) -> bool:
        return self._rounds.live

    def set_live(self, live: bool) -> None:
        """Look for runs that others make, too."""
        self._rounds.live = live
        self.refresh()

    def watch(self, folder: str) -> None:
        """Follow another folder; an empty one means none."""
        if folder == self.folder:
            return
        self._rounds.folder, self.snapshots = folder, ()
        self._say("")
        self.changed.emit()
        self.refresh()

    def refresh(self) -> None:
        """Look at the whole folder again, soon."""
        self._rounds.ask()

    def close(self) -> None:
        """End the thread; it is not waited for, since a drive may never answer."""
        self._rounds.close()

    def snapshot(self, name: str) -> RunSnapshot | None:
        """A run by its name; the newest without one."""
        if not name:
            return self.snapshots[0] if self.snapshots else None
        return next((snapshot for snapshot in self.snapshots if snapshot.name == name), None)

    def _take(self, folder: str, snapshots: Snapshots | None, problem: str) -> None:
        if folder != self.folder or self._rounds.closed:
            return
        self._say(problem)
        if snapshots is not None:
            self.snapshots = snapshots
            self.changed.emit()

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.failed.emit(problem)


class _Rounds:
    """The thread and what it is told. It holds nothing of Qt's, so whatever it lets go of may end on it.

    Args:
        report: called on the thread with the folder, its runs or None where nothing is known of them, and the sentence
            of what is wrong with it.
    """

    def __init__(self, report: Any) -> None:
        self.folder = ""
        self.live = False
        self.closed = False
        self._asked = False
        self._failed = False
        self._report = report
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Look at the whole folder, soon."""
        if self.closed:
            return
        self._asked = True
        self._wake.set()
        if self._thread is None and self.folder:
            self._thread = threading.Thread(target=self._work, name="run monitor", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self.closed = True
        self._wake.set()

    def _work(self) -> None:
        watch: FolderWatch | None = None
        watched = ""
        while not self.closed:
            self._wake.clear()
            folder, asked, self._asked = self.folder, self._asked, False
            if folder != watched:
                watch, watched, self._failed = FolderWatch(folder) if folder else None, folder, False
            if watch is not None and (asked or self.live or self._failed or watch.training):
                self._look(watch, folder, asked)
            self._wake.wait(POLL_SECONDS)

    def _look(self, watch: FolderWatch, folder: str, asked: bool) -> None:
        try:
            if watch.look(thorough=asked) or asked or self._failed:
                self._failed = False
                self._report(folder, watch.snapshots, "")
            self._load(watch, folder)
        except PairCatError as error:
            self._failed = True
            # In a folder that is not there nothing is trained: a new training may begin, and offer to create it.
            self._report(folder, () if asked or not is_folder(watch.path) else None, str(error))
        except Exception as error:
            traceback.print_exc()
            self._report(folder, None, f"The Data Directory '{folder}' could not be followed ({error}); refresh.")

    def _load(self, watch: FolderWatch, folder: str) -> None:
        """Read the curves that are missing, telling of them now and then, until there is something else to do.

        All are outlined first; they are told of together.
        """
        reported, wait, unreported = time.monotonic(), _FIRST_CURVES, False
        while not self._wake.is_set() and watch.outline_next():
            unreported = True
        if unreported:
            self._report(folder, watch.snapshots, "")
            reported, unreported = time.monotonic(), False
        while not self._wake.is_set() and watch.load_next():
            unreported = True
            if time.monotonic() - reported > wait:
                self._report(folder, watch.snapshots, "")
                reported, wait, unreported = time.monotonic(), 2 * wait, False
        if self._wake.is_set():
            self._asked = True  # come back for the curves that are left
        if unreported:
            self._report(folder, watch.snapshots, "")
