"""Wheel: what is scrolled past is not changed, in the window's bars as little as in its panels."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QApplication, QComboBox, QScrollBar


def value_of(field):
    return field.currentText() if isinstance(field, QComboBox) else field.value()


@pytest.mark.parametrize("kind", [QComboBox, QAbstractSpinBox, QAbstractSlider])
def test_no_field_of_the_window_heeds_the_wheel_unasked(window, kind):
    """The project's rate, what the Viewer looks at, and how, change by clicks and keys alone."""
    window.canvas.add_node("CopyCat")
    window.properties.show_node("CopyCat1")
    window.canvas.setFocus()
    fields = [field for field in window.findChildren(kind) if not isinstance(field, QScrollBar)]
    assert len(fields) > 3
    before = [value_of(field) for field in fields]
    for field in fields:
        for turn in (120, -120):
            event = QWheelEvent(
                QPointF(5, 5), field.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(field, event)
    assert [value_of(field) for field in fields] == before
