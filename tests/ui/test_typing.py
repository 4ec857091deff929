"""Typing: whether keys belong to a field, or to what the mouse is over."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QVBoxLayout, QWidget

from paircat.ui.knob_widgets import LineEdit
from paircat.ui.typing import is_typing


@pytest.fixture
def fields(qtbot):
    """A knob's text, a number, and any other line, in a window that has the keyboard."""
    window = QWidget()
    layout = QVBoxLayout(window)
    made = LineEdit(), QDoubleSpinBox(keyboardTracking=False), QLineEdit()
    for field in made:
        layout.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield made
    window.close()


@pytest.mark.parametrize("which", [0, 1])
def test_what_return_has_taken_is_typed_no_longer(fields, qtbot, which):
    """Until then a key goes into the field, wherever the mouse is."""
    field = fields[which]
    field.setFocus()
    assert not is_typing()
    field.selectAll()
    qtbot.keyClicks(field, "2.5")
    assert is_typing()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.hasFocus() and not is_typing()


def test_a_line_that_was_touched_keeps_the_keys(fields, qtbot):
    """Such as a search; one that was only clicked into does not."""
    fields[2].setFocus()
    assert not is_typing()
    qtbot.keyClicks(fields[2], "blu")
    assert is_typing()
