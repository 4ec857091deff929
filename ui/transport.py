"""Transport: the buttons under the timeline: play, step, loop, in and out, frames a second."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from paircat.engine.picture.sequence import FARTHEST
from paircat.ui.playback import LOOPS
from paircat.ui.wheel import leave_wheel_to_panel

_INK, _LIT = QColor(190, 190, 190), QColor(240, 168, 48)

BUTTONS: tuple[tuple[str, str, str], ...] = (
    ("first", "|<", "To the in point (Home)"),
    ("back", "|◁", "One frame back (Left)"),
    ("play_back", "◁", "Play backwards (J)"),
    ("stop", "□", "Stop (K)"),
    ("play", "▷", "Play (L)"),
    ("forward", "▷|", "One frame forward (Right)"),
    ("last", ">|", "To the out point (End)"),
)
"""Name, the shape of its icon, tooltip."""


class Transport(QWidget):
    """Signals: `pressed(str)`, a name of BUTTONS; `frame_typed(int)`; `in_out_typed(int, int)`; `fps_typed(float)`;
    `loop_chosen(str)`.
    """

    pressed = Signal(str)
    frame_typed = Signal(int)
    in_out_typed = Signal(int, int)
    fps_typed = Signal(float)
    loop_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.in_point = self._number("In point: playing starts here (I sets it to the current frame)")
        self.out_point = self._number("Out point: playing ends here (O sets it to the current frame)")
        self.frame = self._number("Current frame")
        self.fps = QDoubleSpinBox(toolTip="Frames a second that playing aims at")
        self.fps.setRange(0.1, 1000)
        self.fps.setDecimals(3)
        self.fps.setValue(24)
        self.fps.setKeyboardTracking(False)
        self.fps.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.fps.setMinimumWidth(40)
        self.fps.setMaximumWidth(56)
        self.fps.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        leave_wheel_to_panel(self.fps)
        self.loop = QComboBox(toolTip="What happens at the out point")
        self.loop.addItems(LOOPS)
        self.loop.setMinimumWidth(46)
        self.loop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        leave_wheel_to_panel(self.loop)
        self.buttons = {name: self._button(name, shape, tip) for name, shape, tip in BUTTONS}
        self._real = QLabel("", toolTip="Frames a second while playing")
        self._real.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.frame.valueChanged.connect(self.frame_typed)
        self.fps.valueChanged.connect(self.fps_typed)
        self.loop.currentTextChanged.connect(self.loop_chosen)
        for point in (self.in_point, self.out_point):
            point.valueChanged.connect(self._tell_in_out)

    def set_frame(self, frame: int) -> None:
        self._put(self.frame, frame)

    def set_in_out(self, start: int, end: int) -> None:
        self._put(self.in_point, start)
        self._put(self.out_point, end)

    def set_fps(self, fps: float) -> None:
        self._put(self.fps, fps)

    def set_direction(self, direction: int) -> None:
        """Light the button of what is going on."""
        for name, lit in (("play", direction > 0), ("play_back", direction < 0)):
            shape = next(shape for other, shape, _ in BUTTONS if other == name)
            self.buttons[name].setIcon(_icon(shape, _LIT if lit else _INK))
        if not direction:
            self._real.clear()

    def set_real_fps(self, fps: float) -> None:
        """How fast it plays; orange where that is slower than wished."""
        slow = fps < self.fps.value() * 0.95
        self._real.setText(f"{fps:.1f} fps" if fps else "")
        self._real.setStyleSheet(f"color: {_LIT.name()}" if slow else "")

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 1, 6, 3)
        layout.setSpacing(2)
        layout.addWidget(QLabel("In"))
        layout.addWidget(self.in_point)
        layout.addStretch(1)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addSpacing(6)
        layout.addWidget(self.frame)
        layout.addSpacing(6)
        layout.addWidget(self.loop)
        layout.addSpacing(6)
        layout.addWidget(self.fps)
        layout.addWidget(QLabel("fps"))
        layout.addWidget(self._real, 1)
        layout.addWidget(QLabel("Out"))
        layout.addWidget(self.out_point)

    def _number(self, tooltip: str) -> QSpinBox:
        box = QSpinBox(toolTip=tooltip)
        box.setRange(-FARTHEST, FARTHEST)
        box.setValue(1)
        box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        box.setKeyboardTracking(False)
        box.setMinimumWidth(40)
        box.setMaximumWidth(58)
        box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        leave_wheel_to_panel(box)
        box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return box

    def _button(self, name: str, shape: str, tooltip: str) -> QToolButton:
        button = QToolButton(toolTip=tooltip)
        button.setIcon(_icon(shape, _INK))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(tooltip)
        button.clicked.connect(lambda: self.pressed.emit(name))
        return button

    def _tell_in_out(self) -> None:
        self.in_out_typed.emit(self.in_point.value(), self.out_point.value())

    def _put(self, box: QSpinBox | QDoubleSpinBox, value: float) -> None:
        """Show a value without telling that it was typed."""
        box.blockSignals(True)
        box.setValue(value)  # type: ignore[arg-type]
        box.blockSignals(False)


def _icon(shape: str, color: QColor) -> QIcon:
    """A button's picture: triangles, bars and a square, from left to right; drawn, since no font has them all."""
    picture = QPixmap(32, 32)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    x = 8 - sum(_WIDTHS[part] for part in shape) / 2
    for part in shape:
        width = _WIDTHS[part]
        if part in "|□":
            painter.drawRect(QRectF(x, 4, width - 1, 8))
        else:
            base, tip = (x, x + width - 1) if part in "▷>" else (x + width - 1, x)
            painter.drawPolygon(QPolygonF((QPointF(base, 3), QPointF(base, 13), QPointF(tip, 8))))
        x += width
    painter.end()
    return QIcon(picture)


_WIDTHS = {"|": 3.0, "□": 9.0, "▷": 10.0, "◁": 10.0, ">": 8.0, "<": 8.0}
