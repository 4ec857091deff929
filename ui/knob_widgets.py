"""Knob widgets: one for each class of knob. They show a value, and offer another one when editing is finished.

A widget holds no truth: what it offers goes to the canvas, and what the canvas then has comes back to be shown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from paircat.engine.errors import PairCatError
from paircat.engine.picture import color
from paircat.nodes.knobs import Bool, Channels, Choice, ColourSpace, Knob, Text
from paircat.ui.text_focus import Lines
from paircat.ui.wheel import leave_wheel_to_panel


class KnobWidget(QWidget):
    """What all have in common.

    Attributes:
        shown: the value that the canvas has.
        refusal: the sentence of why what stands here cannot be the value; empty where it is.

    Signals:
        committed: a value that the knob allows and that is another than the one shown.
        dragged: a value that a slider is at for now; committed, or given_up, comes when it is let go.
        given_up: the slider was let go without a value, so the one before it holds.
        refused: the sentence of why a value is not allowed; empty once it is again.
    """

    committed = Signal(object)
    dragged = Signal(object)
    given_up = Signal()
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

    def offer(self, value: Any, dragged: bool = False) -> None:
        """Commit a value that was entered, or say why not; what was entered stays to be put right then.

        Args:
            dragged: a slider was let go there, so that it may be shown already.
        """
        try:
            checked = self.knob.check(value)
        except PairCatError as error:
            self._keeps_entry = True
            self.mark_refused(str(error))
            return
        self._keeps_entry = False
        self.mark_refused("")
        if checked == self.shown and not dragged:
            self.display(self.shown)
        else:
            self.committed.emit(checked)

    def show_unusable(self, value: Any, sentence: str) -> None:
        """Show what a script holds though the knob does not allow it, to be put right here."""
        edits = self.findChildren(LineEdit)
        if len(edits) == 1 and not self.is_typing() and not self._keeps_entry:
            edits[0].settle(str(value))
        self.mark_refused(sentence)

    def mark_refused(self, sentence: str) -> None:
        """Say why what stands here cannot be the value, with the name that the knob has in the window."""
        sentence = sentence.replace(f"The knob '{self.knob.name}'", f"'{self.knob.label}'")
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
