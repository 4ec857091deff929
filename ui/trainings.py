"""Trainings: the Training of each CopyCat on the canvas, found by name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.engine.runs.run import Run
from paircat.ui.canvas import Canvas
from paircat.ui.estimate_process import EstimateProcess
from paircat.ui.training import Training


class Trainings(QObject):
    """Follows every CopyCat that the canvas has, so that a training is found again when its script is opened.

    Attributes:
        refusal(name): why a CopyCat's panel does not let anything start; the panels' owner says it.

    Signals:
        changed: name of the CopyCat whose runs changed.
        left_alone: a sentence about a run that goes on training though its CopyCat was deleted.
    """

    changed = Signal(str)
    left_alone = Signal(str)

    def __init__(self, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.estimate_process = EstimateProcess(self)
        self._of: dict[str, Training] = {}
        self._seen_training: dict[Training, frozenset[Run]] = {}
        self.refusal: Callable[[str], str] = lambda name: ""
        canvas.node_renamed.connect(self._renamed)
        canvas.node_removed.connect(self._removed)
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._find)
        canvas.changed.connect(self._settle.start)
        self._find()

    def all(self) -> list[Training]:
        return list(self._of.values())

    def of(self, name: str) -> Training:
        if name not in self._of:
            training = Training(self.canvas, name, self.estimate_process, self)
            training.owner = self.owner
            training.refusal = lambda: self.refusal(training.name)
            training.changed.connect(lambda: self.changed.emit(training.name))
            training.changed.connect(lambda: self._tell_others(training))
            self._of[name] = training
        return self._of[name]

    def owner(self, run: Run) -> str:
        """The name of the CopyCat whose run it is; empty where nobody knows."""
        return next((name for name, training in self._of.items() if training.owns(run)), "")

    def close(self) -> None:
        """Stop looking; what trains goes on."""
        self._settle.stop()
        for training in self._of.values():
            training.close()
        self._of.clear()
        self._seen_training.clear()
        self.estimate_process.close()

    def _tell_others(self, training: Training) -> None:
        """What begins or ends in a folder is seen by all that share it, also without Live Updates."""
        now = frozenset(snapshot.run for snapshot in training.snapshots if snapshot.training)
        if now == self._seen_training.get(training, frozenset()):
            return
        self._seen_training[training] = now
        for other in self._of.values():
            if other is not training and other.monitor.folder == training.monitor.folder:
                other.monitor.refresh()

    def _find(self) -> None:
        for name in self.canvas.names():
            if self.canvas.kind(name) == "CopyCat":
                self.of(name)

    def _renamed(self, old: str, new: str) -> None:
        if old in self._of:
            self._of[new] = self._of.pop(old)
            self._of[new].name = new

    def _removed(self, name: str) -> None:
        training = self._of.pop(name, None)
        if training is not None:
            self._seen_training.pop(training, None)
            running = [snapshot.run for snapshot in training.snapshots if snapshot.training]
            if training.starting is not None:
                running.append(training.starting.run)
            if running:
                self.left_alone.emit(
                    f"{name} is gone, but its run '{running[0].name}' goes on training. Undo brings the node back, "
                    f"and Stop on it ends the run."
                )
            elif training.preparing:
                self.left_alone.emit(
                    f"{name} is gone, but the training that was asked of it is being started all the same."
                )
            training.close()
            training.deleteLater()
