"""LookSlider: gain or gamma: a name to click, a slider in stops, a number to type."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QToolButton, QWidget

from paircat.ui.wheel import leave_wheel_to_panel

_PARTS = 100  # of the slider, in each stop


class LookSlider(QWidget):
    """A factor from 2^-stops to 2^stops, 1 in the middle; more can be typed. A click on its name changes between 1 and
    what was set, as in Nuke.

    Signals: `changed(float)`.
    """

    changed = Signal(float)

    def __init__(self, name: str, tooltip: str, stops: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = self._told = 1.0
        self._button = QToolButton(
            text=name, toolTip=f"{tooltip} Click to change between 1 and the value that was set."
        )
        self._button.setAutoRaise(True)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._slider = QSlider(Qt.Orientation.Horizontal, toolTip=tooltip)
        self._slider.setRange(-stops * _PARTS, stops * _PARTS)
        self._slider.setMinimumWidth(1)  # a narrow window has the number alone
        self._slider.setMaximumWidth(140)
        self._slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._number = QDoubleSpinBox(toolTip=tooltip)
        self._number.setDecimals(3)
        self._number.setRange(0.001, 100000)
        self._number.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self._number.setKeyboardTracking(False)
        self._number.setMinimumWidth(44)
        self._number.setMaximumWidth(62)
        self._number.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._number.setValue(1.0)
        leave_wheel_to_panel(self._slider, self._number)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for widget in (self._button, self._number, self._slider):
            layout.addWidget(widget)
        self._button.clicked.connect(self.toggle)
        self._slider.valueChanged.connect(lambda place: self.set_value(2 ** (place / _PARTS)))
        self._number.valueChanged.connect(self.set_value)

    @property
    def value(self) -> float:
        return self._number.value()

    def set_value(self, value: float) -> None:
        """Set the factor; emits `changed` if it is another one."""
        value = round(min(max(value, self._number.minimum()), self._number.maximum()), 3)
        with QSignalBlocker(self._number), QSignalBlocker(self._slider):
            self._number.setValue(value)
            self._slider.setValue(round(math.log2(value) * _PARTS))
        font = self._button.font()
        font.setBold(value != 1.0)
        self._button.setFont(font)
        if value != self._told:
            self._told = value
            self.changed.emit(value)

    def toggle(self) -> None:
        """To 1; or from there back to the last other value."""
        if self.value == 1.0:
            self.set_value(self._last)
        else:
            self._last = self.value
            self.set_value(1.0)
