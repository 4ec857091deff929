"""CanvasErrors: marks the nodes on the canvas that a picture cannot be made because of, as the viewer finds them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from paircat.ui.canvas import Canvas

_RED = QColor("#ff5a4d")
_WORD = "ERROR"


class ErrorMark(QGraphicsItem):
    """A red frame around a tile and a word beside it, whose tooltip says what is wrong."""

    def __init__(self, tile: QGraphicsItem, sentence: str) -> None:
        super().__init__(tile)
        self.sentence = sentence
        self._frame = tile.shape().boundingRect().adjusted(-2, -2, 2, 2)
        self._font = QFont()
        self._font.setPixelSize(11)
        self._font.setBold(True)
        metrics = QFontMetricsF(self._font)
        self._plate = QRectF(0, 0, metrics.horizontalAdvance(_WORD) + 10, metrics.height() + 2)
        self._plate.moveBottomLeft(self._frame.topRight() + QPointF(-18, 8))
        self.setToolTip(sentence)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._frame.united(self._plate).adjusted(-2, -2, 2, 2)

    def shape(self) -> QPainterPath:
        """The word alone: what lies within the frame is the tile's."""
        path = QPainterPath()
        path.addRect(self._plate)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(QPen(_RED, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._frame, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_RED)
        painter.drawRoundedRect(self._plate, 3, 3)
        painter.setPen(QColor("#101010"))
        painter.setFont(self._font)
        painter.drawText(self._plate, int(Qt.AlignmentFlag.AlignCenter), _WORD)


class CanvasErrors:
    """What is marked now. Tiles are made anew by undo and loading; a mark goes with its tile."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._names: set[str] = set()

    def show(self, errors: Mapping[str, str]) -> None:
        """Mark these nodes and no others.

        Args:
            errors: what is wrong, by the name of the node; names that are not on the canvas are passed over.
        """
        there = set(self._canvas.names())
        for name in (self._names | set(errors)) & there:
            tile = self._canvas.tile(name).view
            for mark in tile.childItems():
                if isinstance(mark, ErrorMark):
                    mark.scene().removeItem(mark)
            if name in errors:
                ErrorMark(tile, errors[name])
        self._names = set(errors) & there

    def marked(self) -> dict[str, str]:
        """What is marked, and the sentences."""
        names = self._names & set(self._canvas.names())
        marks = ((name, item) for name in names for item in self._canvas.tile(name).view.childItems())
        return {name: item.sentence for name, item in marks if isinstance(item, ErrorMark)}
