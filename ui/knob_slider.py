"""KnobSlider: a slider over a span of numbers, which tells a drag from what it ends at."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSlider, QWidget

from paircat.ui.wheel import leave_wheel_to_panel

_STEPS = 1000
_LOG_SPAN = 100  # a slider whose ends lie this many times apart moves by factors
_LEAST_WIDTH = 40


class KnobSlider(QSlider):
    """
    Signals:
        dragged: the number that the mouse holds it at.
        chosen: the number where it was let go, and whether a drag has ended there; a key makes no drag.
        given_up: Escape was pressed in a drag, or the slider was hidden.
    """

    dragged = Signal(float)
    chosen = Signal(float, bool)
    given_up = Signal()

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent, minimum=0, maximum=_STEPS)
        self._low, self._high = low, high
        self._has_moved = self._is_given_up = False
        self.setMinimumWidth(_LEAST_WIDTH)
        leave_wheel_to_panel(self)
        self.sliderPressed.connect(self._pressed)
        self.valueChanged.connect(self._moved)
        self.sliderReleased.connect(self._released)

    def show_number(self, number: float) -> None:
        """Stand at a number, unless the mouse has the slider."""
        if self.isSliderDown() and not self._is_given_up:
            return
        self.blockSignals(True)
        self.setValue(self.place_of(number))
        self.blockSignals(False)

    def number_at(self, place: int) -> float:
        """With three digits: more than that no hand can set."""
        share = place / _STEPS
        exact = self._low + share * (self._high - self._low)
        if self._by_factors:
            exact = self._low * (self._high / self._low) ** share
        return float(f"{exact:.3g}")

    def place_of(self, number: float) -> int:
        if self._by_factors:
            share = math.log(max(number, self._low) / self._low) / math.log(self._high / self._low)
        else:
            share = (number - self._low) / ((self._high - self._low) or 1)
        return round(_STEPS * min(max(share, 0.0), 1.0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        if event.key() == Qt.Key.Key_Escape and self.isSliderDown():
            self._give_up()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if not self._is_given_up:
            super().mouseMoveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Its panel was closed in the middle of a drag."""
        if self.isSliderDown():
            self._give_up()
        super().hideEvent(event)

    @property
    def _by_factors(self) -> bool:
        return self._low > 0 and self._high / self._low >= _LOG_SPAN

    def _give_up(self) -> None:
        self._is_given_up = True
        self.given_up.emit()

    def _pressed(self) -> None:
        self._has_moved = self._is_given_up = False

    def _moved(self, place: int) -> None:
        if not self.isSliderDown():
            self.chosen.emit(self.number_at(place), False)
        elif not self._is_given_up:
            self._has_moved = True
            self.dragged.emit(self.number_at(place))

    def _released(self) -> None:
        """A press that has moved nothing changes nothing: a number may be finer than the slider."""
        if self._has_moved and not self._is_given_up:
            self.chosen.emit(self.number_at(self.value()), True)
        self._has_moved = self._is_given_up = False
