"""Typing: whether the artist is in the middle of a word, so that a key does not go elsewhere.

As in Nuke keys act on what the mouse is over; but what was typed and not yet taken with Return is not to be lost.
"""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractItemView,
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
        return widget.isModified()
    if isinstance(widget, (QSpinBox, QDoubleSpinBox)):
        return widget.text() != f"{widget.prefix()}{widget.textFromValue(widget.value())}{widget.suffix()}"
    return isinstance(widget, (QTextEdit, QPlainTextEdit, QAbstractItemView))
