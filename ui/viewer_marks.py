"""Marks: what the viewer draws over a picture: frames, labels, the wipe's line, sentences."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from paircat.engine.picture.box import Box

GROUND = QColor(26, 26, 26)
_LINE = QColor(150, 150, 150)
_FAINT = QColor(150, 150, 150, 160)
_SHADE = QColor(0, 0, 0, 110)
_TEXT = QColor(200, 200, 200)
_NOTICE = QColor(255, 176, 64)
_ERROR = QColor(255, 120, 110)
_BAD = QColor(255, 0, 255)
_PLATE = QColor(0, 0, 0, 150)
_PAD = 5.0
_LEAST_RING = 18.0  # a single bad pixel of a picture that is seen small must still be found


def format_frame(painter: QPainter, where: QRectF, box: Box) -> None:
    """The format's outline, its size at the lower right corner."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_SHADE, 3), QPen(_FAINT, 1)):  # the dark one is seen where the picture goes on beyond the format
        painter.setPen(pen)
        painter.drawRect(where)
    painter.setFont(caption_font())
    text = f"{box.width}x{box.height}"
    place = QPointF(where.right() - QFontMetricsF(painter.font()).horizontalAdvance(text), where.bottom() + 12)
    for colour, aside in ((QColor(0, 0, 0), 1), (_TEXT, 0)):
        painter.setPen(colour)
        painter.drawText(place + QPointF(aside, aside), text)


def window_frame(painter: QPainter, where: QRectF, box: Box) -> None:
    """The data window's outline, dashed, its edges at the upper left corner and at the lower right one."""
    pen = QPen(_LINE, 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(where)
    painter.setFont(caption_font())
    painter.drawText(QPointF(where.left() + 3, where.top() - 4), f"{box.x}, {box.y}")
    painter.drawText(QPointF(where.right() + 4, where.bottom() - 2), f"{box.right}, {box.bottom}")


def bad_frame(painter: QPainter, where: QRectF) -> None:
    """A frame around bad values, never too small to be seen."""
    more_x, more_y = max(3.0, (_LEAST_RING - where.width()) / 2), max(3.0, (_LEAST_RING - where.height()) / 2)
    painter.setPen(QPen(_BAD, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(where.adjusted(-more_x, -more_y, more_x, more_y))


def wipe_line(painter: QPainter, x: float, area: QRectF) -> None:
    """The line between A and B with a grip in its middle."""
    painter.setPen(QPen(QColor(240, 200, 80), 1))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    painter.setBrush(QColor(240, 200, 80))
    painter.drawEllipse(QPointF(x, area.center().y()), 4, 4)


def sample_box(painter: QPainter, where: QRectF) -> None:
    """The box whose values are averaged."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0), 3))
    painter.drawRect(where)
    painter.setPen(QPen(QColor(255, 255, 255), 1))
    painter.drawRect(where)


def captions(painter: QPainter, area: QRectF, left: str, right: str) -> None:
    """What is seen, at the upper left corner; what is right of the wipe's line at the upper right one."""
    painter.setFont(caption_font())
    if left:
        _plate(painter, QPointF(area.left() + 6, area.top() + 6), left, _TEXT)
    if right:
        width = QFontMetricsF(painter.font()).horizontalAdvance(right) + 2 * _PAD
        _plate(painter, QPointF(area.right() - width - 6, area.top() + 6), right, _TEXT)


def notice(painter: QPainter, area: QRectF, text: str) -> None:
    """A short remark under the caption, orange."""
    painter.setFont(caption_font(bold=True))
    _plate(painter, QPointF(area.left() + 6, area.top() + 28), text, _NOTICE)


def error(painter: QPainter, area: QRectF, text: str) -> None:
    """A sentence across the middle."""
    font = caption_font()
    font.setPixelSize(14)
    painter.setFont(font)
    room = QRectF(0, 0, min(area.width() - 40, 640), area.height() - 40)
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
    bounds = QFontMetricsF(font).boundingRect(room, flags, text)
    bounds.moveCenter(area.center())
    painter.fillRect(bounds.adjusted(-14, -10, 14, 10), QColor(0, 0, 0, 200))
    painter.fillRect(QRectF(bounds.left() - 14, bounds.top() - 10, 3, bounds.height() + 20), _ERROR)
    painter.setPen(_ERROR)
    painter.drawText(bounds, flags, text)


def _plate(painter: QPainter, corner: QPointF, text: str, colour: QColor) -> None:
    """One line of text on a dark plate."""
    metrics = QFontMetricsF(painter.font())
    plate = QRectF(corner.x(), corner.y(), metrics.horizontalAdvance(text) + 2 * _PAD, metrics.height() + 4)
    painter.fillRect(plate, _PLATE)
    painter.setPen(colour)
    painter.drawText(plate.adjusted(_PAD, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), text)


def caption_font(bold: bool = False) -> QFont:
    """That of all words over a picture."""
    font = QFont()
    font.setPixelSize(11)
    font.setBold(bold)
    return font
