"""Run menu: what can be done to one or several runs of the table, and the questions that come before it."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.finish import can_finish
from paircat.engine.runs.job import read_settings
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings
from paircat.nodes.copycat import SETTINGS
from paircat.nodes.copycat_knobs import AUTO_CROP
from paircat.ui import run_format
from paircat.ui.background import in_background
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.runs_table import RunCommand, RunsModel
from paircat.ui.training import Training


class RunMenu(QObject):
    """The commands.

    Signals:
        create_inference: name of the CopyCat, and the .cat to use.
        rename_wanted: the run whose name is to be typed anew.
    """

    create_inference = Signal(str, str)
    rename_wanted = Signal(str)

    def __init__(self, training: Training, table: RunsModel, window: QWidget) -> None:
        super().__init__(window)
        self.training = training
        self.table = table
        self.window = window
        self.question: QMessageBox | None = None

    def commands(self) -> list[RunCommand | None]:
        return [
            RunCommand("Show in Graph", "Draw the curve.", lambda names: self.table.show_curves(names, True)),
            RunCommand("Hide in Graph", "Do not draw the curve.", lambda names: self.table.show_curves(names, False)),
            RunCommand("Make Active", "Resume, Preview and contact sheets mean this run.", self.activate, _is_one),
            None,
            RunCommand("Create Inference", "A node that applies the newest .cat of the run.", self.infer, _has_cat),
            RunCommand("Create Inference from Best", "The .cat where the loss was lowest.", self.infer_best, _has_cat),
            RunCommand("Resume", "Go on to the Epochs of the knob.", self.resume, _can_resume),
            RunCommand(
                "Finish", "Bring it to an early but settled end, at full resolution.", self.finish, self._can_finish
            ),
            RunCommand(
                "Copy Settings into Knobs", "Set the node as the run was started.", self.copy_settings, _has_settings
            ),
            None,
            RunCommand("Rename …", "Another name for the run and all its files.", self.rename, _is_one),
            RunCommand("Reveal in File Manager", "Open the Data Directory.", self.reveal),
            RunCommand("Delete Files …", "Delete all files of the runs, after a question.", self.delete, _is_still),
        ]

    def activate(self, names: list[str]) -> None:
        self.training.activate(names[0])

    def infer(self, names: list[str]) -> None:
        """Ask for an Inference node for each run, with its newest .cat."""
        for name in names:
            snapshot = self.training.monitor.snapshot(name)
            if snapshot is not None and snapshot.newest_cat is not None:
                self.create_inference.emit(self.training.name, str(snapshot.newest_cat))

    def infer_best(self, names: list[str]) -> None:
        """The same with the .cat of the lowest loss."""
        for name in names:
            snapshot = self.training.monitor.snapshot(name)
            if snapshot is not None:
                in_background(self, snapshot.run.best_cat, self._infer_file, self.training.say)

    def _infer_file(self, path: object) -> None:
        if path is not None:
            self.create_inference.emit(self.training.name, str(path))

    def resume(self, names: list[str]) -> None:
        self.training.resume(names[0])

    def finish(self, names: list[str]) -> None:
        self.training.finish(names[0])

    def rename(self, names: list[str]) -> None:
        self.rename_wanted.emit(names[0])

    def reveal(self, names: list[str]) -> None:
        """Open the folder in the system's file manager."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(self.training.monitor.folder)):
            self.training.say(f"No file manager opened '{self.training.monitor.folder}'; open the folder yourself.")

    def delete(self, names: list[str]) -> None:
        """Ask, with what there is to lose, and delete."""
        runs = [snapshot.run for snapshot in self.training.snapshots if snapshot.name in names]
        in_background(
            self, lambda: _amount(runs), lambda amount: self._ask_to_delete(names, *amount), self.training.say
        )

    def _ask_to_delete(self, names: list[str], files: int, count: int) -> None:
        what = f"'{names[0]}'" if len(names) == 1 else f"{len(names)} runs"
        users = self._users(names)
        box = QMessageBox(QMessageBox.Icon.Warning, "Delete Files", f"Delete all files of {what}?", parent=self.window)
        text = f"{files:,} files, {run_format.size(count)}, in '{self.training.monitor.folder}'. This cannot be undone."
        if users:
            text += f" {', '.join(users)} {'uses' if len(users) == 1 else 'use'} them."
        box.setInformativeText(text)
        if len(names) > 1:
            box.setDetailedText("\n".join(names))
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.buttonClicked.connect(lambda button: self.training.delete(names) if button is delete else None)
        self.question = box
        box.open()

    def _can_finish(self, runs: list[RunSnapshot]) -> bool:
        return len(runs) == 1 and can_finish(runs[0].info) and not self.training.is_finishing(runs[0])

    def _users(self, names: list[str]) -> list[str]:
        """Inference nodes that use a file of these runs."""
        files = {str(run.run.cat(step)) for run in self.training.snapshots if run.name in names for step in run.cats}
        script = self.training.canvas.script()
        graph, found = script.graph(), []
        for node in script.nodes_of_kind("Inference"):
            try:
                if node.value("modelFile") and graph.path(node, node.value("modelFile")) in files:
                    found.append(node.name)
            except PairCatError:
                continue
        return found

    def copy_settings(self, names: list[str]) -> None:
        """Set the knobs as the run was started, in one step of undo."""
        snapshot = self.training.monitor.snapshot(names[0])
        if snapshot is None:
            return
        run = snapshot.run
        in_background(self, lambda: knobs_of(*read_settings(run.job)), self._set_knobs, self.training.say)

    def _set_knobs(self, values: dict[str, object]) -> None:
        try:
            self.training.canvas.set_values(self.training.name, values)
        except PairCatError as error:
            self.training.say(str(error))


def knobs_of(settings: TrainingSettings, frames: FrameRange) -> dict[str, object]:
    """The values of CopyCat's knobs that a job was made from; no name and no folder, which belong to that run."""
    known = settings.to_json()
    values: dict[str, object] = {knob: known[name] for knob, name in SETTINGS.items()}
    values["batchSizeType"] = "Manual" if settings.batch_size else "Auto"
    if settings.batch_size:
        values["batchSize"] = settings.batch_size
    values["cropSize"] = settings.crop_size or AUTO_CROP
    values["checkpointFile"] = settings.checkpoint_file
    values["useGPU"] = settings.device != "cpu"
    values["device"] = settings.device if settings.device != "cpu" else "auto"
    values["frames"] = str(frames)
    return values


def _amount(runs: list[Run]) -> tuple[int, int]:
    """Files and bytes of what some runs would lose."""
    files = [path for run in runs for path, _ in run.own_files()]
    size = 0
    for path in files:
        with contextlib.suppress(OSError):  # deleted while we look
            size += path.stat().st_size
    return len(files), size


def _is_one(runs: list[RunSnapshot]) -> bool:
    return len(runs) == 1


def _has_cat(runs: list[RunSnapshot]) -> bool:
    return any(run.newest_cat is not None for run in runs)


def _can_resume(runs: list[RunSnapshot]) -> bool:
    return len(runs) == 1 and runs[0].info.resumable and not runs[0].training


def _has_settings(runs: list[RunSnapshot]) -> bool:
    return len(runs) == 1 and runs[0].settings is not None


def _is_still(runs: list[RunSnapshot]) -> bool:
    return bool(runs) and not any(run.training for run in runs)
