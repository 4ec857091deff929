"""Text focus: whether the artist is typing into a field, so that a key does not go elsewhere.

As in Nuke keys act on what the mouse is over; but what was typed and not yet taken with Return is not to be lost.
"""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
)


def is_typing() -> bool:
    """Whether the field that has the keyboard holds something that was not taken yet."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QLineEdit):
        return widget.isModified() or _is_in_item(widget)
    if isinstance(widget, QAbstractSpinBox):
        return widget.text() != _as_shown(widget)
    return isinstance(widget, (QTextEdit, QPlainTextEdit))


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
