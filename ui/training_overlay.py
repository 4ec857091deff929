"""TrainingOverlay: the newest contact sheet and the newest preview over the Viewer while a CopyCat trains."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from paircat.engine.picture import files
from paircat.engine.picture.image import Image
from paircat.engine.runs.contact_sheet import FRAME_NOTE
from paircat.ui.background import in_background
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.services import WindowServices
from paircat.ui.trainings import Trainings
from paircat.ui.viewer_inset import LEFT, RIGHT


class TrainingOverlay(QObject):
    """Follows all trainings; the pictures that were saved last show, the sheet at the left, the preview at the right.
    They go when nothing trains any more; a picture that was opened by hand stays until the last CopyCat goes.
    """

    def __init__(self, trainings: Trainings, services: WindowServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trainings = trainings
        self._services = services
        self._shown = {LEFT: "", RIGHT: ""}
        self._follows = False
        trainings.changed.connect(self._follow)
        trainings.canvas.node_removed.connect(self._clear_after_the_last)

    def show_file(self, path: str, caption: str = "", corner: str = LEFT, run: str = "") -> None:
        """Lay a contact sheet or preview over a corner of the Viewer; without a path, nothing.

        Its caption goes on with the frame that a preview is of, where the file says it, and with the run's name.
        """
        if path == self._shown[corner]:
            return
        self._shown[corner] = path
        if not path:
            self._services.overlay(None, "", corner)
            return

        def arrived(image: Image) -> None:
            if path == self._shown[corner]:
                frame = image.header.metadata.get(FRAME_NOTE)
                text = f"{caption}, frame {frame}" if frame else caption
                self._services.overlay(image.pixels, f"{text}   {run}".rstrip(), corner)

        in_background(self, lambda: files.read_image(Path(path)), arrived, self._services.say)

    def _follow(self, copycat: str) -> None:
        running = self._trainings.of(copycat).running
        if running is not None:
            self._follows = True
            self._show_newest(running)
        elif self._follows and not any(training.running for training in self._trainings.all()):
            self._clear()

    def _clear_after_the_last(self, _: str) -> None:
        if not self._trainings.all():
            self._clear()

    def _show_newest(self, run: RunSnapshot) -> None:
        if run.sheets:
            step = run.sheets[-1]
            self.show_file(str(run.run.sheet(step)), f"Contact sheet, step {step:,}", LEFT, run.name)
        if run.previews:
            step = run.previews[-1]
            self.show_file(str(run.run.preview(step)), f"Preview, step {step:,}", RIGHT, run.name)
        else:
            self.show_file("", corner=RIGHT)  # another run's

    def _clear(self) -> None:
        self._follows = False
        for corner in self._shown:
            self.show_file("", corner=corner)
