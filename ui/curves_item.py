"""CurvesItem: all curves of the loss graph in one graphics item, drawn into a picture that is kept until they change.

One item for each curve would cost its own bookkeeping at every zoom, and all of them would be drawn again whenever the
cursor moves over the graph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from paircat.ui.curve import Curve

LEAST = 1e-12
"""What is at or below this is drawn as this on a log scale."""

_EDGE = 1  # pixels around the picture that do not show; what lies outside of it is drawn there


@dataclass(frozen=True, eq=False)
class Line:
    """A curve and its colour. Later lines are drawn over earlier ones."""

    curve: Curve
    colour: QColor


class CurvesItem(pg.GraphicsObject):
    """Fills the view it is added to; the y axis is that of the losses, or of their exponents of ten."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._logarithmic = False
        self._picture = QImage()
        self._key: object = None

    def set_lines(self, lines: Sequence[Line], logarithmic: bool) -> None:
        self._lines, self._logarithmic = lines, logarithmic
        self._key = None
        self.update()

    def viewTransformChanged(self) -> None:  # noqa: N802  (pyqtgraph's name)
        super().viewTransformChanged()  # without it viewRect stays as it was first, and only that part is painted anew
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802  (Qt's name)
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        view, screen = self.getViewBox(), self.getViewWidget()
        if view is None or screen is None:
            return
        place, ratio = view.mapRectToScene(view.boundingRect()), screen.devicePixelRatioF()
        key = (place.size().toTuple(), ratio, str(view.viewRange()))
        if key != self._key:
            self._key = key
            self._picture = self._drawn(place, ratio, view.viewRange())
        painter.save()
        painter.setWorldTransform(self.sceneTransform().inverted()[0], combine=True)
        painter.drawImage(place, self._picture, QRectF(self._picture.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE))
        painter.restore()

    def _drawn(self, place: QRectF, ratio: float, view_range: Sequence[Sequence[float]]) -> QImage:
        width, height = max(math.ceil(place.width() * ratio), 1), max(math.ceil(place.height() * ratio), 1)
        picture = QImage(width + 2 * _EDGE, height + 2 * _EDGE, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(Qt.GlobalColor.transparent)
        (left, right), (bottom, top) = view_range
        painter = QPainter(picture)
        for line in self._lines:
            painter.setPen(line.colour)
            if line.curve.count(left, right) > width:
                column, low, high = line.curve.columns(left, right, width)
                across = column + (_EDGE + 0.5)
                upper, lower = (self._down(side, top, bottom, height) for side in (high, low))
                _draw_columns(painter, across, upper, lower)
                continue
            x, y = line.curve.points(left, right)
            if len(x) > 1:  # Qt does not survive a line without points
                across = _EDGE + np.clip((x - left) * (width / (right - left)), -_EDGE, width)
                painter.drawPolyline(pg.functions.arrayToQPolygonF(across, self._down(y, top, bottom, height)))
        painter.end()
        return picture

    def _down(self, y: np.ndarray, top: float, bottom: float, height: int) -> np.ndarray:
        """Rows of the picture for values of the curve."""
        shown = np.log10(np.maximum(y, LEAST)) if self._logarithmic else y
        return _EDGE + np.clip((top - shown) * (height / (top - bottom)), -_EDGE, height)


def _draw_columns(painter: QPainter, across: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> None:
    """A vertical line in each column."""
    lines = pg.Qt.internals.PrimitiveArray(QLineF, 4)
    lines.resize(len(across))
    numbers = lines.ndarray()
    numbers[:, 0] = numbers[:, 2] = across
    numbers[:, 1], numbers[:, 3] = upper, lower
    painter.drawLines(*lines.drawargs())
