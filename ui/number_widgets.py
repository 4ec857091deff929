"""Number widgets: knobs of one number, and of several that belong together, with sliders."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from paircat.engine.errors import PairCatError
from paircat.nodes.knobs import Float, Floats, Int, Ints, Knob
from paircat.ui.knob_slider import KnobSlider
from paircat.ui.knob_widgets import KnobWidget, LineEdit

_DIGITS = 5  # that a field of several has room for at least, so that four of them fit into a panel


class _WithSlider(KnobWidget):
    """What a number and several have in common; without a slider where the knob has none."""

    def __init__(self, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.slider: KnobSlider | None = None

    def _make_slider(self, knob: Float | Floats) -> KnobSlider:
        slider = KnobSlider(*knob.slider)
        slider.dragged.connect(self._follow)
        slider.chosen.connect(self._choose)
        slider.given_up.connect(self._give_up_drag)
        self.slider = slider
        return slider

    def meant(self, number: float) -> Any:
        """The value that the slider means by a number."""
        return number

    def write(self, value: Any) -> None:
        """Have the fields say a value."""
        raise NotImplementedError(type(self).__name__)

    def _follow(self, number: float) -> None:
        """A drag is one change, made when it ends; until then it is only looked at."""
        try:
            value = self.knob.check(self.meant(number))
        except PairCatError:
            return
        self.write(value)
        self.dragged.emit(value)

    def _choose(self, number: float, after_drag: bool) -> None:
        self.offer(self.meant(number), after_drag)

    def _give_up_drag(self) -> None:
        self.given_up.emit()
        self.show_again()


class NumberWidget(_WithSlider):
    """A number to type or to step with the arrow keys, with a slider where the knob has one."""

    def __init__(self, knob: Int | Float, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.edit = LineEdit()
        self.edit.setFixedWidth(self.edit.fontMetrics().horizontalAdvance("0") * 12)
        self.edit.entered.connect(self.offer)
        self.edit.given_up.connect(self.give_up)
        self.edit.stepped.connect(self._step)
        self.row.addWidget(self.edit)
        if isinstance(knob, Float):
            self.row.addWidget(self._make_slider(knob), 1)
        else:
            self.row.addStretch(1)

    def display(self, value: float) -> None:
        self.write(value)
        if self.slider is not None:
            self.slider.show_number(value)

    def write(self, value: float) -> None:
        self.edit.settle(self._text_of(value))

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


class NumbersWidget(_WithSlider):
    """Numbers that belong together, each with its label; a slider, which stands at their mean, sets all of them."""

    def __init__(self, knob: Ints | Floats, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.edits: list[LineEdit] = []
        for label in knob.labels:
            edit = LineEdit()
            edit.setMinimumWidth(edit.fontMetrics().horizontalAdvance("0") * _DIGITS)
            edit.entered.connect(lambda _: self.offer([edit.text() for edit in self.edits]))
            edit.given_up.connect(self.give_up)
            edit.stepped.connect(lambda count, edit=edit: self._step(edit, count))
            self.row.addWidget(QLabel(label))
            self.row.addWidget(edit, 2)
            self.edits.append(edit)
        if isinstance(knob, Floats) and knob.pixels:  # the colour of a backdrop has its swatch
            self.row.addWidget(self._make_slider(knob), 3)

    def display(self, value: tuple[float, ...]) -> None:
        self.write(value)
        if self.slider is not None:
            self.slider.show_number(sum(value) / len(value))

    def meant(self, number: float) -> tuple[float, ...]:
        return (number,) * len(self.edits)

    def write(self, value: tuple[float, ...]) -> None:
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
