"""Wheel: in a panel that scrolls, the wheel belongs to the panel, and not to the field that happens to come by."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget


class _PassedOn(QObject):
    """Sends the wheel past a field that has not the keyboard."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        if event.type() == QEvent.Type.Wheel and not _has_keyboard(watched):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def leave_wheel_to_panel(*fields: QWidget) -> None:
    """Let menus, sliders and spin boxes heed the wheel only once they were clicked or tabbed to."""
    for field in fields:
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(_PassedOn(field))


def _has_keyboard(field: QObject) -> bool:
    focus = QApplication.focusWidget()
    return isinstance(field, QWidget) and focus is not None and (field is focus or field.isAncestorOf(focus))
