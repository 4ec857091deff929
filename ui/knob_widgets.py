"""Knob widgets: one for each class of knob. They show a value, and offer another one when editing is finished.

A widget holds no truth: what it offers goes to the canvas, and what the canvas then has comes back to be shown.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QWidget,
)

from paircat.engine.errors import PairCatError
from paircat.engine.picture import color
from paircat.nodes.knobs import Bool, Channels, Choice, ColourSpace, Float, Floats, Int, Ints, Knob, Text
from paircat.ui.text_focus import Lines
from paircat.ui.wheel import leave_wheel_to_panel

_SLIDER_STEPS = 1000
_LOG_SPAN = 100  # a slider whose ends lie this many times apart moves by factors


class KnobWidget(QWidget):
    """What all have in common.

    Attributes:
        shown: the value that the canvas has.
        refusal: the sentence of why what stands here cannot be the value; empty where it is.

    Signals:
        committed: a value that the knob allows and that is another than the one shown.
        refused: the sentence of why a value is not allowed; empty once it is again.
    """

    committed = Signal(object)
    refused = Signal(str)

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knob = knob
        self.shown: Any = None
        self.refusal = ""
        self._keeps_entry = False
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

    def show_value(self, value: Any) -> None:
        """Show what the canvas has. What is being typed over the same value stays, as does what was refused."""
        if value == self.shown and (self._keeps_entry or self.is_typing()):
            return
        self.shown = value
        self.show_again()

    def show_again(self) -> None:
        """Forget what was entered."""
        self._keeps_entry = False
        self.mark_refused("")
        self.display(self.shown)

    def give_up(self) -> None:
        """Go back from what was refused; a script that was edited by hand may hold nothing to go back to."""
        if self._keeps_entry and self.shown is not None:
            self.show_again()

    def is_typing(self) -> bool:
        """Whether there is text that was typed and not taken yet."""
        return any(edit.isModified() for edit in self.findChildren(LineEdit))

    def display(self, value: Any) -> None:
        raise NotImplementedError(type(self).__name__)

    def offer(self, value: Any) -> None:
        """Commit a value that was entered, or say why not; what was entered stays to be put right then."""
        try:
            checked = self.knob.check(value)
        except PairCatError as error:
            self._keeps_entry = True
            self.mark_refused(str(error))
            return
        self._keeps_entry = False
        self.mark_refused("")
        if checked == self.shown:
            self.display(self.shown)
        else:
            self.committed.emit(checked)

    def mark_refused(self, sentence: str) -> None:
        self.refusal = sentence
        if bool(self.property("refused")) != bool(sentence):
            self.setProperty("refused", bool(sentence))
            for part in (self, *self.findChildren(QWidget)):
                part.style().unpolish(part)
                part.style().polish(part)
        self.setToolTip(sentence)
        self.refused.emit(sentence)


class LineEdit(QLineEdit):
    """Enter or leaving commits, Escape goes back to what was there.

    Signals:
        entered: the text, once for each change.
        given_up: what was typed is not wanted.
        stepped: +1 or -1 for the arrow keys, times ten with Shift.
    """

    entered = Signal(str)
    given_up = Signal()
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settled = ""
        self.editingFinished.connect(self._finish)

    def settle(self, text: str) -> None:
        """Show a text that is not for committing again."""
        self._settled = text
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def follow(self, text: str) -> None:
        """Settle a text, unless it is the settled one and another is being typed over it."""
        if text != self._settled or not self.isModified():
            self.settle(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._settled)
            self.clearFocus()
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.stepped.emit(far if event.key() == Qt.Key.Key_Up else -far)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Of a number all of it is meant, not what stands on one side of its point."""
        if self.text().strip().replace(".", "", 1).replace("-", "").replace("e", "", 1).isdecimal():
            self.selectAll()
        else:
            super().mouseDoubleClickEvent(event)

    def _finish(self) -> None:
        self.setModified(False)  # what is taken is no longer being typed
        if self.text() != self._settled:
            self._settled = self.text()
            self.entered.emit(self.text())


class BoolWidget(KnobWidget):
    def __init__(self, knob: Bool, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.box = QCheckBox()
        self.box.clicked.connect(lambda: self.offer(self.box.isChecked()))
        self.row.addWidget(self.box)
        self.row.addStretch(1)

    def display(self, value: bool) -> None:
        self.box.setChecked(value)


class ChoiceWidget(KnobWidget):
    def __init__(self, knob: Choice, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.box = QComboBox()
        self.box.addItems([str(option) for option in knob.options])
        leave_wheel_to_panel(self.box)
        self.box.textActivated.connect(self.offer)
        self.row.addWidget(self.box)
        self.row.addStretch(1)

    def display(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findText(str(value)))


class TextWidget(KnobWidget):
    """One line."""

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.edit = LineEdit()
        self.edit.entered.connect(self.offer)
        self.edit.given_up.connect(self.give_up)
        self.row.addWidget(self.edit)

    def display(self, value: str) -> None:
        self.edit.settle(value)


class LinesWidget(KnobWidget):
    """Several lines; leaving them commits."""

    def __init__(self, knob: Text, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.edit = Lines()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * knob.lines + 12)
        self.edit.editingFinished.connect(self._finish)
        self.row.addWidget(self.edit)

    def display(self, value: str) -> None:
        if value != self.edit.toPlainText():
            self.edit.setPlainText(value)

    def is_typing(self) -> bool:
        return self.edit.document().isModified()

    def _finish(self) -> None:
        self.edit.document().setModified(False)
        self.offer(self.edit.toPlainText())


class SuggestWidget(KnobWidget):
    """Words to type or to choose: usual ones, until those that there are have been suggested."""

    USUAL = ("rgb", "rgba", "alpha", "all")

    def __init__(self, knob: Channels | ColourSpace, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.box = QComboBox(editable=True)
        leave_wheel_to_panel(self.box)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.edit = LineEdit()
        self.box.setLineEdit(self.edit)
        self.suggest(self.USUAL)
        self.box.setCompleter(None)  # type: ignore[arg-type]  # it would turn 'rgb' into 'rgba'
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit.entered.connect(self.offer)
        self.edit.given_up.connect(self.give_up)
        self.box.textActivated.connect(self.offer)
        self.edit.setPlaceholderText(knob.empty)
        self.row.addWidget(self.box)

    def suggest(self, selections: Sequence[str]) -> None:
        """Offer these; what is typed stays as it is."""
        typed, modified = self.box.currentText(), self.edit.isModified()
        self.box.clear()
        self.box.addItems(list(selections))
        self.box.setCurrentIndex(-1)  # the first one is not meant by being there
        self.box.setCurrentText(typed)
        self.edit.setModified(modified)

    def display(self, value: str) -> None:
        self.edit.settle(value)


class ColourSpaceWidget(SuggestWidget):
    """The colour spaces of the configuration, to choose or to type."""

    def __init__(self, knob: ColourSpace, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        with contextlib.suppress(PairCatError):  # of a broken $OCIO: the picture says so when it is converted
            self.suggest(color.color_spaces())


class NumberWidget(KnobWidget):
    """A number to type or to step with the arrow keys, with a slider where the knob has one."""

    def __init__(self, knob: Int | Float, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.edit = LineEdit()
        self.edit.setFixedWidth(self.edit.fontMetrics().horizontalAdvance("0") * 12)
        self.edit.entered.connect(self.offer)
        self.edit.given_up.connect(self.give_up)
        self.edit.stepped.connect(self._step)
        self.row.addWidget(self.edit)
        self.slider: QSlider | None = None
        if isinstance(knob, Float):
            self._low, self._high = knob.slider
            self.slider = QSlider(Qt.Orientation.Horizontal, minimum=0, maximum=_SLIDER_STEPS)
            leave_wheel_to_panel(self.slider)
            self.slider.valueChanged.connect(self._slid)
            self.slider.sliderReleased.connect(lambda: self.offer(self.edit.text()))
            self.row.addWidget(self.slider, 1)
        else:
            self.row.addStretch(1)

    def display(self, value: float) -> None:
        self.edit.settle(self._text_of(value))
        if self.slider is not None:
            self.slider.blockSignals(True)
            self.slider.setValue(self._place_of(value))
            self.slider.blockSignals(False)

    def _slid(self, place: int) -> None:
        """While the mouse drags, only the text follows: a drag is one change, made when it ends."""
        assert self.slider is not None
        value = float(f"{self._value_at(place):.3g}")
        if self.slider.isSliderDown():
            self.edit.setText(self._text_of(value))
        else:
            self.offer(value)

    def _text_of(self, value: float) -> str:
        assert isinstance(self.knob, (Int, Float))
        return self.knob.zero if value == 0 and self.knob.zero else number_text(value)

    def _step(self, count: int) -> None:
        knob = self.knob
        assert isinstance(knob, (Int, Float))
        try:
            value = knob.check(self.edit.text())
        except PairCatError:
            return
        size = 1 if isinstance(knob, Int) else 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.01
        self.offer(_limited(float(f"{value + count * size:.6g}") if isinstance(knob, Float) else value + count, knob))

    @property
    def _by_factors(self) -> bool:
        return self._low > 0 and self._high / self._low >= _LOG_SPAN

    def _value_at(self, place: int) -> float:
        share = place / _SLIDER_STEPS
        if self._by_factors:
            return self._low * (self._high / self._low) ** share
        return self._low + share * (self._high - self._low)

    def _place_of(self, value: float) -> int:
        if self._by_factors:
            share = math.log(max(value, self._low) / self._low) / math.log(self._high / self._low)
        else:
            share = (value - self._low) / ((self._high - self._low) or 1)
        return round(_SLIDER_STEPS * min(max(share, 0.0), 1.0))


class NumbersWidget(KnobWidget):
    """Numbers that belong together, each with its label."""

    def __init__(self, knob: Ints | Floats, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.edits: list[LineEdit] = []
        for label in knob.labels:
            edit = LineEdit()
            edit.setMinimumWidth(edit.fontMetrics().horizontalAdvance("0") * 7)
            edit.entered.connect(lambda _: self.offer([edit.text() for edit in self.edits]))
            edit.given_up.connect(self.give_up)
            edit.stepped.connect(lambda count, edit=edit: self._step(edit, count))
            self.row.addWidget(QLabel(label))
            self.row.addWidget(edit, 1)
            self.edits.append(edit)

    def display(self, value: tuple[float, ...]) -> None:
        for edit, number in zip(self.edits, value, strict=True):
            edit.settle(number_text(number))

    def _step(self, edit: LineEdit, count: int) -> None:
        try:
            number = float(edit.text())
        except ValueError:
            return
        stepped = round(number + count * (1 if isinstance(self.knob, Ints) else 0.1), 6)
        lowest = self.knob.minimum if isinstance(self.knob, (Ints, Floats)) else None
        edit.setText(number_text(stepped if lowest is None else max(stepped, lowest)))
        self.offer([item.text() for item in self.edits])


def _limited(value: float, knob: Int | Float) -> float:
    """The nearest value that the knob's limits allow: a step beyond them ends at them."""
    if knob.minimum is not None:
        value = max(value, knob.minimum)
    return value if knob.maximum is None else min(value, knob.maximum)


def number_text(value: float) -> str:
    """
    >>> [number_text(value) for value in (3, 0.1, 1e-05, 20.0)]
    ['3', '0.1', '1e-05', '20']
    """
    return str(value) if isinstance(value, int) else f"{value:.9g}"
