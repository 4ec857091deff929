"""Document: the script's file as the window knows it: open, save, unsaved changes, autosave and recovery."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.engine.errors import PairCatError
from paircat.nodes.relative_paths import rebasing
from paircat.nodes.script import SUFFIX, Script
from paircat.ui import dialogs
from paircat.ui.autosave import Autosave, LeftBehind
from paircat.ui.canvas import Canvas
from paircat.ui.dialogs import Dialogs
from paircat.ui.recent_files import RecentFiles
from paircat.ui.text_focus import commit_typed

_AUTOSAVE_SECONDS = 10


class Document(QObject):
    """The file of what a canvas shows.

    Args:
        state: the user's own folder, for autosaves and the list of recent files.

    Attributes:
        may_stop(quitting): whether what goes on for the nodes may end with them; the window asks.

    Signals:
        changed(): path, name or the state of being modified.
        opened(): another script is on the canvas, maybe a new one.
        saved(): the file holds what the canvas has.
        warned(sentences): what was odd in a script that was opened; nothing was dropped for it.
    """

    changed = Signal()
    opened = Signal()
    saved = Signal()
    warned = Signal(list)

    def __init__(self, canvas: Canvas, dialogs: Dialogs, state: Path) -> None:
        super().__init__(canvas)
        self._canvas, self._dialogs = canvas, dialogs
        self.autosave = Autosave(state / "autosave")
        self.recent = RecentFiles(state / "recent.json")
        self.may_stop: Callable[[bool], bool] = lambda quitting: True
        self._stamp: tuple[int, int] | None = None
        self._recovered = False
        self._written: str | None = None
        self._timer = QTimer(self, interval=_AUTOSAVE_SECONDS * 1000)
        self._timer.timeout.connect(self.autosave_now)
        self._timer.start()
        canvas.undo_stack.cleanChanged.connect(lambda _: self.changed.emit())

    @property
    def path(self) -> Path | None:
        return self._canvas.path

    @property
    def name(self) -> str:
        return self.path.name if self.path else "Untitled"

    @property
    def modified(self) -> bool:
        return self._recovered or not self._canvas.undo_stack.isClean()

    # Opening

    def new(self) -> bool:
        """An empty script. False if the artist would rather keep this one."""
        if not self.may_leave():
            return False
        self._show(Script())
        return True

    def open(self, path: str | os.PathLike[str] | None = None) -> bool:
        """A script, asked for where none is given. What is shown now stays if it cannot be read."""
        if not self.may_leave():
            return False
        chosen = Path(path) if path else self._dialogs.script_to_open(self._folder())
        if chosen is None:
            return False
        try:
            script = Script.load(chosen.absolute())
        except PairCatError as error:
            self._dialogs.show_warning(str(error))
            return False
        if not self._show(script):
            return False
        self.recent.add(chosen)
        if script.warnings:
            self.warned.emit(list(script.warnings))
        self._offer(self.autosave.left_behind(chosen))
        return True

    def offer_recovery(self) -> None:
        """Ask about unsaved work of windows that ended badly; at the start of a window that opens no script."""
        self._offer(self.autosave.left_behind())

    # Saving

    def save(self) -> bool:
        """Write the file. False if that failed or the artist would rather not, and the changes are still unsaved."""
        if self.path is None:
            return self.save_as()
        changed = self._stamp is not None and _stamp(self.path) not in (None, self._stamp)
        if changed and self._dialogs.replace_changed(self.name) != dialogs.REPLACE:
            return False
        return self._write(self.path)

    def save_as(self) -> bool:
        """Write another file, which is the script's own from then on. Relative paths in it are made to fit.

        Where it cannot be written everything stays as it was.
        """
        target = self._dialogs.script_to_save(self.path or self._folder() / f"untitled{SUFFIX}")
        if target is None:
            return False
        return self._write(target.absolute())

    def may_leave(self, quitting: bool = False) -> bool:
        """Ask about what renders and about unsaved changes, if there are any. False: stay."""
        commit_typed()
        if not self.may_stop(quitting):
            return False
        if not self.modified:
            return True
        answer = self._dialogs.save_changes(self.name)
        if answer == dialogs.SAVE:
            return self.save()
        return answer == dialogs.DISCARD

    def autosave_now(self) -> bool:
        """Keep a copy of unsaved changes, if there are new ones. A full disk is no reason to disturb the artist.

        Returns:
            Whether nothing would be lost now.
        """
        if not self.modified:
            return True
        script = self._canvas.script()
        text = script.to_text()
        if text != self._written:
            try:
                self.autosave.write(script)
                self._written = text
            except PairCatError as error:
                self.warned.emit([f"There is no copy for emergencies: {error}"])
                return False
        return True

    def close(self) -> None:
        """The window closes; the artist was asked before."""
        self._timer.stop()
        self.autosave.clear()

    def _write(self, target: Path) -> bool:
        script, rebase = self._canvas.script(), rebasing(self._folder(), target.absolute().parent)
        for node in script.nodes.values():
            node.values = {knob: rebase(node, knob, value) for knob, value in node.values.items()}
        try:
            script.save(target)
        except PairCatError as error:
            self._dialogs.show_warning(str(error))
            return False
        self._canvas.history.rewrite(rebase)
        self._canvas.path = target
        self._stamp, self._recovered, self._written = _stamp(target), False, None
        self._canvas.undo_stack.setClean()
        self.autosave.clear()
        self.recent.add(target)
        self._canvas.changed.emit()  # relative paths start elsewhere now
        self.changed.emit()
        self.saved.emit()
        return True

    def _show(self, script: Script, recovered: bool = False) -> bool:
        """Put a script on the canvas. One that cannot be shown leaves an empty one there, which has no file to lose."""
        problem = ""
        try:
            self._canvas.load(script)
        except Exception as error:  # of a plugin's node, too
            traceback.print_exc()
            name = f"'{script.path}'" if script.path else "This script"
            problem = f"{name} cannot be shown ({error}). Its file is as it was; an empty script is open instead."
            script, recovered = Script(), False
            self._canvas.load(script)
        self._stamp = _stamp(script.path) if script.path else None
        self._recovered, self._written = recovered, None
        self.autosave.clear()
        self.changed.emit()
        self.opened.emit()
        if problem:
            self._dialogs.show_warning(problem)
        return not problem

    def _offer(self, found: list[LeftBehind]) -> None:
        for item in found:
            when = time.strftime("%A, %d %B, %H:%M", time.localtime(item.saved_at))
            answer = self._dialogs.recover(item.name, when)
            if answer == dialogs.RECOVER:
                try:
                    if not self._show(item.script(), recovered=True):
                        continue
                except PairCatError as error:
                    self._dialogs.show_warning(str(error))
                    continue
                if self.autosave_now():
                    item.remove()
                return
            if answer == dialogs.DISCARD:
                item.remove()

    def _folder(self) -> Path:
        """Where relative paths start, and dialogs."""
        return self.path.absolute().parent if self.path else Path.cwd()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
