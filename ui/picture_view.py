"""PictureView: one picture that a run has saved, as large as fits."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_NOTHING = QImage()


class PictureView(QWidget):
    """Signal `opened`: it was double-clicked."""

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = _NOTHING
        self.message = self.caption = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(64)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        return QSize(360, 300)

    def show_picture(self, image: QImage, message: str = "", caption: str = "") -> None:
        """Show an image and above it whose it is, or `words` where there is none."""
        self.image, self.message, self.caption = image, message, caption
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        painter = QPainter(self)
        painter.fillRect(self.rect(), "#1b1b1b")
        if self.image.isNull():
            painter.setPen("#8c8c8c")
            room = self.rect().adjusted(12, 12, -12, -12)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message)
            return
        room = self.rect()
        if self.caption:
            metrics = self.fontMetrics()
            line = QRect(6, 0, self.width() - 12, metrics.height() + 4)
            name = metrics.elidedText(self.caption, Qt.TextElideMode.ElideMiddle, line.width())
            painter.setPen("#e0e0e0")
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
            room.setTop(line.bottom() + 1)  # over the picture it would hide the sheet's own words
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self.image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter.drawImage(place, self.image)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        if not self.image.isNull():
            self.opened.emit()
