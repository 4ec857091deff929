"""Timeline: the frames in a row: where one is, which are between in and out, which are kept in memory."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from paircat.engine.picture.frames import FrameRange

_GROUND, _PLAYED, _TICK, _TEXT = QColor(38, 38, 38), QColor(56, 56, 56), QColor(96, 96, 96), QColor(150, 150, 150)
_KEPT, _HEAD, _STALE, _EDGE = QColor(94, 150, 84), QColor(240, 168, 48), QColor(150, 110, 60), QColor(200, 70, 60)
_SIDE = 16.0  # room left and right for the numbers of the first and last frame
_GRIP = 5.0
_HEIGHT = 38


class Timeline(QWidget):
    """Drag to scrub; drag the red handles to set in and out; the wheel steps.

    Signals: `frame_chosen(int)`; `in_out_changed(int, int)`.
    """

    frame_chosen = Signal(int)
    in_out_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.last = 1, 1
        self.in_point, self.out_point = 1, 1
        self.frame = 1
        self.seen: int | None = None
        self.cached: set[int] = set()
        self._drag = ""
        self._wheel = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self.setToolTip("Drag to scrub. The red handles are in and out. Green: frames kept in memory.")

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, _HEIGHT)

    # What is shown

    def set_range(self, first: int, last: int) -> None:
        """The frames that there are. In and out that stood at the ends stay there; others are kept inside."""
        last = max(first, last)
        if (first, last) == (self.first, self.last):
            return
        free_in, free_out = self.in_point == self.first, self.out_point == self.last
        self.first, self.last = first, last
        start = first if free_in else min(max(self.in_point, first), last)
        self.set_in_out(start, last if free_out else min(max(self.out_point, start), last))
        self.update()

    def set_in_out(self, start: int, end: int) -> None:
        """Play these frames only, as far as they are there; who asked for others is told of those, too."""
        wanted = start, end
        start = min(max(start, self.first), self.last)
        end = min(max(end, start), self.last)
        if (start, end) != (self.in_point, self.out_point) or (start, end) != wanted:
            self.in_point, self.out_point = start, end
            self.in_out_changed.emit(start, end)
            self.update()

    def set_frame(self, frame: int) -> None:
        """The frame that is wanted."""
        self.frame = frame
        self.update()

    def set_seen(self, frame: int | None) -> None:
        """The frame that the picture is really of, or None."""
        self.seen = frame
        self.update()

    def set_cached(self, frames: FrameRange) -> None:
        self.cached = set(frames)
        self.update()

    def add_cached(self, frame: int) -> None:
        if frame not in self.cached:
            self.cached.add(frame)
            self.update()

    # Places

    def x_of(self, frame: float) -> float:
        """Where a frame stands on the widget."""
        return _SIDE + (frame - self.first + 0.5) * self._step

    def frame_at(self, x: float) -> int:
        """The frame at a place of the widget, within the range."""
        return min(max(self.first + int((x - _SIDE) // self._step), self.first), self.last)

    @property
    def _step(self) -> float:
        return max(1.0, self.width() - 2 * _SIDE) / (self.last - self.first + 1)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        left, right = self.x_of(self.in_point - 0.5), self.x_of(self.out_point + 0.5)
        painter.fillRect(QRectF(left, 14, right - left, _HEIGHT - 19), _PLAYED)
        self._paint_ticks(painter)
        self._paint_cached(painter)
        self._paint_edges(painter, left, right)
        self._paint_head(painter)
        painter.end()

    def _paint_ticks(self, painter: QPainter) -> None:
        painter.setFont(_font())
        metrics = QFontMetricsF(painter.font())
        room = metrics.horizontalAdvance(str(self.last)) + 14
        stride = next((n for n in _strides() if n * self._step >= room), 1)
        if self._step >= 4:
            painter.setPen(QPen(_TICK, 1))
            for frame in range(self.first, self.last + 1):
                painter.drawLine(QPointF(self.x_of(frame), _HEIGHT - 11), QPointF(self.x_of(frame), _HEIGHT - 6))
        numbered = set(range(-(-self.first // stride) * stride, self.last + 1, stride))
        near = (room + _SIDE) / self._step  # the numbers of the ends stand a bit inwards
        numbered = {n for n in numbered if min(n - self.first, self.last - n) >= near} | {self.first, self.last}
        numbered.discard(self.frame)  # the playhead says it
        for frame in numbered:
            x, text = self.x_of(frame), str(frame)
            painter.setPen(QPen(_TEXT, 1))
            painter.drawLine(QPointF(x, _HEIGHT - 15), QPointF(x, _HEIGHT - 6))
            width = metrics.horizontalAdvance(text)
            # Those of the ends stand beside the handles, which would cover them.
            painter.drawText(QPointF(min(max(x - width / 2, _SIDE + 8), self.width() - width - _SIDE - 8), 21), text)

    def _paint_cached(self, painter: QPainter) -> None:
        for start, end in _stretches(frame for frame in self.cached if self.first <= frame <= self.last):
            left, right = self.x_of(start - 0.5), self.x_of(end + 0.5)
            painter.fillRect(QRectF(left, _HEIGHT - 4, max(1.0, right - left), 3), _KEPT)

    def _paint_edges(self, painter: QPainter, left: float, right: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_EDGE)
        for x, way in ((left, 1), (right, -1)):
            corners = (QPointF(x, 14), QPointF(x + 6 * way, 14), QPointF(x, 21))
            painter.drawPolygon(QPolygonF(corners))
            painter.fillRect(QRectF(x - 0.5, 14, 1, _HEIGHT - 19), _EDGE)

    def _paint_head(self, painter: QPainter) -> None:
        if self.seen is not None and self.seen != self.frame:
            painter.fillRect(QRectF(self.x_of(self.seen) - 1, 14, 2, _HEIGHT - 18), _STALE)
        x = min(max(self.x_of(self.frame), 1.0), self.width() - 2.0)
        painter.fillRect(QRectF(x - 1, 0, 2, _HEIGHT - 4), _HEAD)
        painter.setFont(_font(bold=True))
        width = QFontMetricsF(painter.font()).horizontalAdvance(str(self.frame)) + 8
        plate = QRectF(min(max(x - width / 2, 0), self.width() - width), 0, width, 14)
        painter.fillRect(plate, _HEAD)
        painter.setPen(QColor(20, 20, 20))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), str(self.frame))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._grip_at(event.position()) or "frame"
            self._move(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag:
            self._move(event.position())
        elif self._grip_at(event.position()):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._drag = ""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self._wheel += event.angleDelta().y()
        steps, self._wheel = int(self._wheel / 120), self._wheel - 120 * int(self._wheel / 120)
        if steps:
            self.frame_chosen.emit(min(max(self.frame - steps, self.first), self.last))

    def _grip_at(self, position: QPointF) -> str:
        """The handle at a place: they are under the row of numbers, so that they are in nobody's way."""
        if not 13 <= position.y() <= 24:
            return ""
        edges = {"in": self.x_of(self.in_point - 0.5), "out": self.x_of(self.out_point + 0.5)}
        return next((name for name, x in edges.items() if abs(position.x() - x) <= _GRIP), "")

    def _move(self, position: QPointF) -> None:
        frame = self.frame_at(position.x())
        if self._drag == "in":
            self.set_in_out(min(frame, self.out_point), self.out_point)
        elif self._drag == "out":
            self.set_in_out(self.in_point, max(frame, self.in_point))
        elif frame != self.frame:
            self.frame_chosen.emit(frame)


def _strides() -> list[int]:
    """1, 2, 5, 10, 20, 50, ..."""
    return [digit * 10**power for power in range(7) for digit in (1, 2, 5)]


def _stretches(frames: Iterable[int]) -> list[tuple[int, int]]:
    """Frames as first and last ones of runs without a gap."""
    found: list[tuple[int, int]] = []
    for frame in sorted(frames):
        if found and found[-1][1] == frame - 1:
            found[-1] = found[-1][0], frame
        else:
            found.append((frame, frame))
    return found


def _font(bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(10)
    font.setBold(bold)
    return font
