"""TrainingOverlay: the newest contact sheet over the Viewer while a CopyCat trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from paircat.engine.picture import files
from paircat.ui.background import in_background
from paircat.ui.services import WindowServices
from paircat.ui.trainings import Trainings


class TrainingOverlay(QObject):
    """Follows all trainings; the sheet that was saved last shows. It goes when nothing trains any more."""

    def __init__(self, trainings: Trainings, services: WindowServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trainings = trainings
        self._services = services
        self._shown = ""
        self.on = True
        trainings.changed.connect(self._follow)

    def set_on(self, on: bool) -> None:
        """Show sheets, or keep the Viewer free of them."""
        self.on = on
        if not on:
            self.show_file("")

    def show_file(self, path: str, caption: str = "") -> None:
        """Lay a contact sheet or preview over the Viewer; without a path, nothing."""
        if path == self._shown:
            return
        self._shown = path
        if not path:
            self._services.overlay(None, "")
            return

        def read() -> np.ndarray:
            return files.read_image(Path(path)).pixels

        def arrived(pixels: np.ndarray) -> None:
            if path == self._shown:
                self._services.overlay(pixels, caption)

        in_background(self, read, arrived, self._services.say)

    def _follow(self, copycat: str) -> None:
        running = self._trainings.of(copycat).running
        if running is None:
            if self._shown and not any(training.running for training in self._trainings.all()):
                self.show_file("")
        elif self.on and running.sheets:
            step = running.sheets[-1]
            self.show_file(str(running.run.sheet(step)), f"step {step:,}   {running.name}")
