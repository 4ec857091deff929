"""ProjectDialog: the settings of the script as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QLabel, QLineEdit, QWidget

from paircat.engine.errors import PairCatError
from paircat.ui.canvas import Canvas


class ProjectDialog(QDialog):
    """Frame rate and frames; one step of undo when it is accepted."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Project Settings")
        self._canvas = canvas
        project = canvas.project
        self.fps = QDoubleSpinBox(minimum=0.01, maximum=1000.0, decimals=3, value=project.fps)
        self.fps.setToolTip("Frames a second, for playing, and for movies whose source says none.")
        self.frames = QLineEdit(project.frames)
        self.frames.setPlaceholderText("those of what is viewed")
        self.frames.setToolTip("The range of the timeline, such as 1-250.")
        self.problem = QLabel(wordWrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow("Frame rate", self.fps)
        form.addRow("Frames", self.frames)
        form.addRow(self.problem)
        form.addRow(buttons)
        self.setMinimumWidth(360)

    def accept(self) -> None:
        try:
            self._canvas.set_project(fps=self.fps.value(), frames=self.frames.text().strip())
        except PairCatError as error:
            self.problem.setText(str(error))
            return
        super().accept()
