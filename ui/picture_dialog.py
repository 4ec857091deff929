"""PictureDialog: a contact sheet or preview in a window of its own, as large as the artist makes that."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from paircat.ui.picture_view import PictureView

_MOST = 2  # times the picture's own size, at first
_OF_SCREEN = 0.85
_BELOW = 60  # for the buttons


class PictureDialog(QDialog):
    """It stays as it is while its run goes on, and goes with Escape.

    Signals:
        over_viewer: the picture is to be laid over the Viewer.
    """

    over_viewer = Signal()

    def __init__(self, image: QImage, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(caption)
        self.setSizeGripEnabled(True)
        self.view = PictureView()
        self.view.show_picture(image)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        over = buttons.addButton("Lay over the Viewer", QDialogButtonBox.ButtonRole.ActionRole)
        over.clicked.connect(self.over_viewer)
        over.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addWidget(buttons)
        room = self.screen().availableGeometry().size() * _OF_SCREEN - QSize(0, _BELOW)
        wanted = image.size() * _MOST
        fitting = wanted.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        self.resize(wanted.boundedTo(fitting) + QSize(0, _BELOW))
