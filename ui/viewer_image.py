"""ViewerImage: the picture itself, to zoom, to pan, to wipe and to take samples from."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from paircat.engine.picture.box import Box
from paircat.ui import viewer_marks as marks
from paircat.ui.display_picture import DisplayPicture
from paircat.ui.text_focus import is_typing
from paircat.ui.viewer_inset import Inset

LEAST_ZOOM, MOST_ZOOM = 1 / 64, 128.0
_WHEEL_STEP = 1.25
_GRIP = 6  # pixels on either side of the wipe's line
_MARGIN = 12


class ViewerImage(QWidget):
    """Shows what it is given. Zoom 1 is a pixel of the picture on a pixel of the screen.

    Signals: `pointed(QPoint or None)`, the pixel under the mouse, in the picture's coordinates, y downwards;
    `box_changed(Box or None)`, the sample box; `wiped(float)`; `zoomed(float)`.
    """

    pointed = Signal(object)
    box_changed = Signal(object)
    wiped = Signal(float)
    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.left: DisplayPicture | None = None
        self.right: DisplayPicture | None = None
        self.caption = self.right_caption = self.notice = self.error = ""
        self.dimmed = False
        self.wipe = 0.5  # place of the line, in widths of the format
        self.box: Box | None = None
        self.show_bad = True
        self.show_insets = True
        self.insets: dict[str, Inset] = {}
        self._zoom = 1.0
        self._origin = QPointF(0, 0)  # where the picture's 0, 0 lies on the widget
        self._fitted = True
        self._format: tuple[Box, float] | None = None
        self._drag: str = ""
        self._pressed = QPointF()

    # What is shown

    def set_pictures(self, left: DisplayPicture | None, right: DisplayPicture | None) -> None:
        """Show a picture, and one right of the wipe's line; a new format is fitted if the last one was."""
        self.left, self.right = left, right
        main = left or right
        if main is not None and self._format != (main.format, main.aspect):
            self._format = main.format, main.aspect
            if self._fitted:
                self.fit()
        self.update()

    def set_wipe(self, place: float) -> None:
        """Put the wipe's line somewhere, in widths of the format."""
        self.wipe = place
        self.update()

    def set_inset(self, corner: str, picture: QImage | None, caption: str = "") -> None:
        """Lay a picture over a lower corner, LEFT or RIGHT, until None is given."""
        if picture is None or picture.isNull():
            self.insets.pop(corner, None)
        else:
            before = self.insets.get(corner)
            self.insets[corner] = Inset(picture, caption, corner, before is not None and before.large)
        self.update()

    @property
    def insets_seen(self) -> list[Inset]:
        """Those that are painted, from below; one that was made large hides the others."""
        if not self.show_insets:
            return []
        found = list(self.insets.values())
        return [inset for inset in found if inset.large][-1:] or found

    def set_texts(self, caption: str, right_caption: str, notice: str, error: str, dimmed: bool) -> None:
        """Name what is seen; say what is the matter with it; darken it where it is not what was asked for."""
        self.caption, self.right_caption, self.notice, self.error = caption, right_caption, notice, error
        self.dimmed = dimmed
        self.update()

    # Zoom and pan

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def is_fitted(self) -> bool:
        return self._fitted

    def fit(self) -> None:
        """Show the whole format, and go on so when the widget's size changes."""
        self._fitted = True
        if self._format is None or self._format[0].empty or self.width() <= 0:
            return
        box, aspect = self._format
        room = max(1, self.width() - 2 * _MARGIN), max(1, self.height() - 2 * _MARGIN)
        ratio = self.devicePixelRatioF()
        self._set_zoom(min(room[0] * ratio / (box.width * aspect), room[1] * ratio / box.height))
        scale = self._scale
        self._origin = QPointF(
            self.width() / 2 - (box.x + box.width / 2) * aspect * scale,
            self.height() / 2 - (box.y + box.height / 2) * scale,
        )
        self.update()

    def zoom_to(self, zoom: float, around: QPointF | None = None) -> None:
        """Zoom, keeping the point `around` of the widget, its middle unless given, where it is."""
        around = around or QPointF(self.width() / 2, self.height() / 2)
        self._fitted = False
        before = self._scale
        self._set_zoom(zoom)
        self._origin = around - (around - self._origin) * (self._scale / before)
        if self._zoom >= 1:  # whole pixels on whole pixels: nothing is blurred
            self._origin = QPointF(round(self._origin.x()), round(self._origin.y()))
        self.update()

    def pixel_at(self, position: QPointF) -> QPoint:
        """The picture's pixel under a point of the widget."""
        place = (position - self._origin) / self._scale
        return QPoint(math.floor(place.x() / self._aspect), math.floor(place.y()))

    def rectangle(self, box: Box) -> QRectF:
        """Where a box of the picture lies on the widget."""
        scale = self._scale
        x, y = self._origin.x() + box.x * self._aspect * scale, self._origin.y() + box.y * scale
        return QRectF(x, y, box.width * self._aspect * scale, box.height * scale)

    @property
    def wipe_x(self) -> float:
        """Where the wipe's line stands on the widget."""
        box = self.rectangle(self._format[0]) if self._format else QRectF(self.rect())
        return box.x() + self.wipe * box.width()

    @property
    def _scale(self) -> float:
        return self._zoom / self.devicePixelRatioF()

    @property
    def _aspect(self) -> float:
        return self._format[1] if self._format else 1.0

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
        self.zoomed.emit(self._zoom)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), marks.GROUND)
        # Above its own size a pixel is a square, so that each can be inspected.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 1)
        for side, area in self._areas():
            painter.setClipRect(area)
            self._paint_picture(painter, side)
        painter.setClipping(False)
        if self.dimmed:
            painter.fillRect(self.rect(), QColor(0, 0, 0, 140))
        self._paint_marks(painter)
        painter.end()

    def _areas(self) -> list[tuple[DisplayPicture, QRectF]]:
        """The pictures and the parts of the widget in which they are seen."""
        whole = QRectF(self.rect())
        if self.right is None:
            return [(self.left, whole)] if self.left else []
        line = self.wipe_x
        left = QRectF(0, 0, max(0.0, line), whole.height())
        right = QRectF(line, 0, max(0.0, whole.width() - line), whole.height())
        return [(side, area) for side, area in ((self.left, left), (self.right, right)) if side is not None]

    def _paint_picture(self, painter: QPainter, side: DisplayPicture) -> None:
        painter.fillRect(self.rectangle(side.format), QColor(0, 0, 0))
        if side.picture.isNull():
            return
        seen = self._seen_part(side.window)
        if seen.empty:
            return
        source = QRectF(seen.x - side.window.x, seen.y - side.window.y, seen.width, seen.height)
        painter.drawImage(self.rectangle(seen), side.picture, source)
        if side.bad_picture is not None and self.show_bad:
            painter.drawImage(self.rectangle(seen), side.bad_picture, source)

    def _seen_part(self, window: Box) -> Box:
        """The part of a window that is on the widget: a picture zoomed in hugely need not be scaled as a whole."""
        first = self.pixel_at(QPointF(0, 0))
        last = self.pixel_at(QPointF(self.width(), self.height()))
        return window.intersection(
            Box(first.x() - 1, first.y() - 1, last.x() - first.x() + 3, last.y() - first.y() + 3)
        )

    def _paint_marks(self, painter: QPainter) -> None:
        main = self.left or self.right
        if main is not None:
            marks.format_frame(painter, self.rectangle(main.format), main.format)
            if main.window != main.format:
                marks.window_frame(painter, self.rectangle(main.window), main.window)
            for side, area in self._areas():
                if side.bad is not None and self.show_bad:
                    painter.setClipRect(area)
                    marks.bad_frame(painter, self.rectangle(side.bad.box))
                    painter.setClipping(False)
        if self.right is not None:
            marks.wipe_line(painter, self.wipe_x, QRectF(self.rect()))
        if self.box is not None:
            marks.sample_box(painter, self.rectangle(self.box))
        for inset in self.insets_seen:
            inset.paint(painter, QRectF(self.rect()))
        marks.captions(painter, QRectF(self.rect()), self.caption, self.right_caption)
        if self.notice:
            marks.notice(painter, QRectF(self.rect()), self.notice)
        if self.error:
            marks.error(painter, QRectF(self.rect()), self.error)

    # Mouse

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        if self._fitted:
            self.fit()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Keys act on what the mouse is over, as in Nuke, unless something is being typed elsewhere."""
        if not is_typing():
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self.zoom_to(self._zoom * _WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
        self.pointed.emit(self.pixel_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pressed = event.position()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.button() == Qt.MouseButton.MiddleButton or (event.button() == Qt.MouseButton.LeftButton and alt):
            self._drag = "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and control:
            self._drag = "box"
            self._stretch_box(event.position())
        elif event.button() == Qt.MouseButton.RightButton and control:
            self._set_box(None)
        elif event.button() == Qt.MouseButton.LeftButton and (inset := self._inset_at(event.position())) is not None:
            inset.large = not inset.large
            self.update()
        elif event.button() == Qt.MouseButton.LeftButton and self._at_wipe(event.position()):
            self._drag = "wipe"
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag == "pan":
            self._fitted = False
            self._origin += event.position() - self._pressed
            self._pressed = event.position()
            self.update()
        elif self._drag == "box":
            self._stretch_box(event.position())
        elif self._drag == "wipe":
            self._move_wipe(event.position().x())
        else:
            self.setCursor(self._cursor_at(event.position()))
        self.pointed.emit(self.pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._drag = ""
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _cursor_at(self, position: QPointF) -> Qt.CursorShape:
        if self._inset_at(position) is not None:
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.SplitHCursor if self._at_wipe(position) else Qt.CursorShape.CrossCursor

    def _inset_at(self, position: QPointF) -> Inset | None:
        area = QRectF(self.rect())
        return next((one for one in reversed(self.insets_seen) if one.covers(area).contains(position)), None)

    def _at_wipe(self, position: QPointF) -> bool:
        return self.right is not None and abs(position.x() - self.wipe_x) <= _GRIP

    def _move_wipe(self, x: float) -> None:
        if self._format is not None:
            box = self.rectangle(self._format[0])
            self.wipe = min(max((x - box.x()) / box.width(), 0.0), 1.0)
            self.wiped.emit(self.wipe)
            self.update()

    def _stretch_box(self, position: QPointF) -> None:
        a, b = self.pixel_at(self._pressed), self.pixel_at(position)
        left, top = min(a.x(), b.x()), min(a.y(), b.y())
        self._set_box(Box(left, top, abs(a.x() - b.x()) + 1, abs(a.y() - b.y()) + 1))

    def _set_box(self, box: Box | None) -> None:
        self.box = box
        self.box_changed.emit(box)
        self.update()
