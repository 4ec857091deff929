"""Inset: a small picture with a caption over a corner of the viewer's, which a click makes large and small again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from paircat.ui.viewer_marks import caption_font

LEFT, RIGHT = "left", "right"
"""The lower corners."""

_PART = 0.36, 0.8  # of the viewer's width and height, at most; what is higher than wide needs the height
_LARGE = 0.96
_MOST = 2.0  # times its own size
_EDGE = 10.0
_LINE = 19.0  # of text above the picture
_TEXT, _GROUND, _FRAME = QColor(200, 200, 200), QColor(20, 20, 20, 230), QColor(90, 90, 90)


@dataclass
class Inset:
    """
    Attributes:
        picture: display values, RGB32.
        caption: what it is, and of which frame and step, since it is not of what the viewer shows.
        corner: LEFT or RIGHT.
    """

    picture: QImage
    caption: str
    corner: str = LEFT
    large: bool = False

    def place(self, area: QRectF) -> QRectF:
        """Where the picture lies within the viewer; its line of text stands above it."""
        across, down = (_LARGE, _LARGE) if self.large else _PART
        room = area.width() * across, area.height() * down - _LINE
        scale = max(min(_MOST, room[0] / self.picture.width(), room[1] / self.picture.height()), 0.0)
        width, height = self.picture.width() * scale, self.picture.height() * scale
        if self.large:
            left, top = area.center().x() - width / 2, area.center().y() + (_LINE - height) / 2
        else:
            left = area.left() + _EDGE if self.corner == LEFT else area.right() - _EDGE - width
            top = area.bottom() - height - _EDGE
        return QRectF(left, top, width, height)

    def covers(self, area: QRectF) -> QRectF:
        """The picture and its line of text: what a click means it by. The text may be wider than a small picture."""
        picture = self.place(area)
        across = area.width() * (_LARGE if self.large else _PART[0])
        width = max(picture.width(), min(QFontMetricsF(caption_font()).horizontalAdvance(self.caption) + 2, across))
        whole = QRectF(picture.left(), picture.top() - _LINE, width, picture.height() + _LINE)
        if self.large:
            whole.moveCenter(QPointF(picture.center().x(), whole.center().y()))
        elif self.corner == RIGHT:
            whole.moveRight(picture.right())
        return whole.adjusted(-4, -1, 4, 4)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw it over the viewer's picture."""
        where, whole = self.place(area), self.covers(area)
        painter.setPen(QPen(_FRAME, 1))
        painter.setBrush(_GROUND)
        painter.drawRect(whole)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, where.width() < self.picture.width())
        painter.drawImage(where, self.picture)
        painter.setFont(caption_font())
        painter.setPen(_TEXT)
        line = QRectF(whole.left() + 4, whole.top() + 1, whole.width() - 8, _LINE - 1)
        text = QFontMetricsF(painter.font()).elidedText(self.caption, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
