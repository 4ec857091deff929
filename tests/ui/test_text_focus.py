"""Text focus: whether keys belong to a field, or to what the mouse is over."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from paircat.ui.knob_widgets import LineEdit
from paircat.ui.text_focus import is_typing


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


def test_a_table_keeps_the_keys_for_a_name_alone(fields, qtbot):
    """A row that was clicked leaves them to what the mouse is over; a name that is open for typing does not."""
    window = fields[0].window()
    table = QTableWidget(1, 1)
    table.setItem(0, 0, QTableWidgetItem("night"))
    window.layout().addWidget(table)
    table.show()
    place = table.visualItemRect(table.item(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.hasFocus() and not is_typing()
    table.editItem(table.item(0, 0))
    assert not table.hasFocus() and is_typing()
