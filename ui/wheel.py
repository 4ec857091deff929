"""Wheel: what is scrolled past is not changed. A panel's wheel belongs to the panel, not to the field that comes by.

Fields are named one by one: a filter of the application would see every event of the window, in Python.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget


class _PassedOn(QObject):
    """Sends the wheel past a field; a spin box has it while it has the keyboard.

    A menu or slider keeps the keyboard after a choice, when the artist scrolls on.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        if event.type() == QEvent.Type.Wheel and not (isinstance(watched, QAbstractSpinBox) and _has_keyboard(watched)):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def leave_wheel_to_panel(*fields: QWidget) -> None:
    """Let menus and sliders never heed the wheel, and spin boxes only once they were clicked or tabbed to."""
    for field in fields:
        if field.focusPolicy() == Qt.FocusPolicy.WheelFocus:
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(_PassedOn(field))


def _has_keyboard(field: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (field is focus or field.isAncestorOf(focus))
