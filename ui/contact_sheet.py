"""PictureHistory: pictures that a run has saved, contact sheets or previews, with a slider through their steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from paircat.engine.errors import FrameError
from paircat.ui.background import in_background
from paircat.ui.picture_dialog import PictureDialog
from paircat.ui.picture_view import PictureView
from paircat.ui.wheel import leave_wheel_to_panel

_LARGEST = 2048  # megabytes of one decoded picture: Qt's own limit is below an 8K frame of 16 bits
_NOTHING = QImage()


class PictureHistory(QWidget):
    """The pictures of one run. The newest shows, and goes on to, unless an earlier one is chosen.

    Signals:
        opened: file and caption of the picture that is to be laid over the Viewer.
        shown: file and caption of the picture that shows now.
    """

    opened = Signal(str, str)
    shown = Signal(str, str)

    def __init__(self, kind: str, nothing: str, parent: QWidget | None = None) -> None:
        """
        Args:
            kind: what the pictures are called. nothing: the sentence where there are none.
        """
        super().__init__(parent)
        self.kind = kind
        self.nothing = nothing
        self._run = ""
        self._steps: tuple[int, ...] = ()
        self._file: Callable[[int], Path] | None = None
        self._wanted: Path | None = None
        self.view = PictureView()
        self.large: PictureDialog | None = None
        self.view.setToolTip("Double-click to see it large.")
        self.view.opened.connect(self._open_large)
        self.slider = QSlider(Qt.Orientation.Horizontal, enabled=False, toolTip="The steps that were saved.")
        leave_wheel_to_panel(self.slider)
        self.slider.valueChanged.connect(self._show_place)
        self.label = QLabel("–")
        self.label.setMinimumWidth(120)
        self.earlier = QToolButton(text="◀", toolTip="The saved step before.")
        self.earlier.clicked.connect(lambda: self.slider.setValue(self.slider.value() - 1))
        self.later = QToolButton(text="▶", toolTip="The saved step after.")
        self.later.clicked.connect(lambda: self.slider.setValue(self.slider.value() + 1))
        row = QHBoxLayout()
        for part in (self.earlier, self.later):
            row.addWidget(part)
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self.view.show_picture(_NOTHING, nothing)

    @property
    def step(self) -> int | None:
        """The step of the picture that is chosen."""
        return self._steps[self.slider.value()] if self._steps else None

    @property
    def caption(self) -> str:
        return f"{self._run}   {self.kind.lower()} of step {self.step:,}" if self._steps else ""

    def show_run(self, name: str, steps: tuple[int, ...], file: Callable[[int], Path] | None = None) -> None:
        """Show a run's pictures.

        Args:
            steps: that there are pictures of, in rising order. file: the picture of a step.
        """
        if (name, steps) == (self._run, self._steps):
            return
        follows = name != self._run or self.step is None or self.slider.value() == len(self._steps) - 1
        chosen = self.step
        self._run, self._steps, self._file = name, steps, file
        place = len(steps) - 1 if follows or chosen not in steps else steps.index(chosen)
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(len(steps) - 1, 0))
        self.slider.setValue(max(place, 0))
        self.slider.setEnabled(len(steps) > 1)
        self.slider.blockSignals(False)
        self._show_place(self.slider.value())

    def _open_large(self) -> None:
        file, caption = str(self._wanted), self.caption
        self.close_large()
        self.large = PictureDialog(self.view.image, caption, self)
        self.large.over_viewer.connect(lambda: self.opened.emit(file, caption))
        self.large.finished.connect(self.close_large)
        self.large.show()

    def close_large(self) -> None:
        """Close the window that a double click has opened, if it is there."""
        large, self.large = self.large, None
        if large is not None:
            large.close()

    def _show_place(self, place: int) -> None:
        self.earlier.setEnabled(place > 0)
        self.later.setEnabled(place < len(self._steps) - 1)
        if not self._steps or self._file is None:
            self._wanted = None
            self.label.setText("–")
            self.view.show_picture(_NOTHING, self.nothing)
            return
        step = self._steps[place]
        path = self._file(step)
        self.label.setText(f"step {step:,}  ({place + 1}/{len(self._steps)})")
        if path == self._wanted:
            return
        self._wanted = path
        in_background(
            self, lambda: _read(path), lambda image: self._arrived(path, image), lambda why: self._failed(path, why)
        )

    def _arrived(self, path: Path, image: QImage) -> None:
        if path == self._wanted:  # else the slider has gone on
            self.view.show_picture(image, caption=self._run)
            self.shown.emit(str(path), self.caption)

    def _failed(self, path: Path, sentence: str) -> None:
        if path == self._wanted:
            self.view.show_picture(_NOTHING, sentence)


def _read(path: Path) -> QImage:
    """
    Raises:
        FrameError: the file cannot be read.
    """
    QImageReader.setAllocationLimit(_LARGEST)
    reader = QImageReader(str(path))
    image = reader.read()
    if image.isNull():
        raise FrameError(f"'{path}' cannot be read: {reader.errorString()}", str(path))
    return image.convertToFormat(QImage.Format.Format_RGB32)
