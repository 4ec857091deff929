"""RenameDialog: another name for a node."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

from paircat.engine.errors import PairCatError
from paircat.ui.canvas import Canvas


class RenameDialog(QDialog):
    """It stays open, with what was typed, until the name can be used or is given up."""

    def __init__(self, canvas: Canvas, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rename")
        self._canvas, self._name = canvas, name
        self.edit = QLineEdit(name)
        self.edit.selectAll()
        self.problem = QLabel(wordWrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(f"New name of {name}", self.edit)
        form.addRow(self.problem)
        form.addRow(buttons)
        self.setMinimumWidth(360)

    def accept(self) -> None:
        try:
            self._canvas.rename(self._name, self.edit.text().strip())
        except PairCatError as error:
            self.problem.setText(str(error))
            self.edit.selectAll()
            self.edit.setFocus()
            return
        super().accept()
