"""Text focus: whether the artist is typing into a field, so that a key does not go elsewhere, and nothing is lost.

As in Nuke keys act on what the mouse is over; but what was typed and not yet taken with Return is not to be lost.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)


def is_typing() -> bool:
    """Whether the field that has the keyboard holds something that was not taken yet."""
    widget = _field_of(QApplication.focusWidget())
    if isinstance(widget, QLineEdit):
        return widget.isModified() or _is_in_item(widget)
    if isinstance(widget, QAbstractSpinBox):
        return widget.text() != _as_shown(widget)
    return isinstance(widget, (QTextEdit, QPlainTextEdit))


def commit_typed() -> None:
    """Take what is typed but not yet taken, as leaving its field does; the field keeps the keyboard.

    Whatever reads the script has to be preceded by this: a key or a menu leaves no field, and neither does closing a
    window that is not the active one.
    """
    for window in QApplication.topLevelWidgets():
        field = _field_of(window.focusWidget())
        if isinstance(field, QAbstractSpinBox):
            field.interpretText()
        elif isinstance(field, QLineEdit):
            if field.isModified() and not _is_in_item(field):
                field.editingFinished.emit()
        elif isinstance(field, Lines):
            field.editingFinished.emit()


class Lines(QPlainTextEdit):
    """Text of several lines.

    Signals:
        editingFinished: as that of a QLineEdit: the keyboard has gone elsewhere, or what is typed is to be taken.
    """

    editingFinished = Signal()  # noqa: N815  (Qt's name)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        super().focusOutEvent(event)
        self.editingFinished.emit()


def _field_of(widget: QWidget | None) -> QWidget | None:
    """The line of a menu that can be typed into, which leaves the keyboard to the menu; or the widget itself."""
    line = widget.lineEdit() if isinstance(widget, QComboBox) else None
    return line or widget


def _is_in_item(line: QLineEdit) -> bool:
    """Whether a line is the open one of a table, such as a run's name: it would close without the keyboard."""
    inside = line.parentWidget()
    return inside is not None and isinstance(inside.parentWidget(), QAbstractItemView)


def _as_shown(box: QAbstractSpinBox) -> str:
    """How the number that was taken last is written."""
    if isinstance(box, QDoubleSpinBox):
        return box.prefix() + box.textFromValue(box.value()) + box.suffix()
    if isinstance(box, QSpinBox):
        return box.prefix() + box.textFromValue(box.value()) + box.suffix()
    return box.text()
