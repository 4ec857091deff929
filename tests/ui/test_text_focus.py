"""Text focus: whether keys belong to a field, or to what the mouse is over; and what is typed is not lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from paircat.nodes.script import Script
from paircat.ui import dialogs, plugins
from paircat.ui.knob_widgets import LineEdit
from paircat.ui.main_window import MainWindow
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


def test_a_menu_that_is_typed_into_keeps_the_keys(fields, qtbot):
    """Its line leaves the keyboard to the menu."""
    box = QComboBox(editable=True)
    fields[0].window().layout().addWidget(box)
    box.show()
    box.setFocus()
    assert not is_typing()
    qtbot.keyClicks(box.lineEdit(), "depth")
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


KNOBS = [
    ("Write", "frames", "1061-1063"),
    ("Write", "quality", "90"),
    ("Write", "channels", "rgb"),
    ("CopyCat", "epochs", "123"),
    ("CopyCat", "runName", "night"),
    ("Shuffle", "mapping", "A = R"),
    ("Grade", "multiply", "2"),
]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot, fresh_menus, tmp_path):
    """One with a script of a node of each of these kinds; saved changes are thrown away when it asks."""
    script = Script()
    for kind in sorted({kind for kind, _, _ in KNOBS}):
        script.add(kind)
    script.save(tmp_path / "shot.pcat")
    plugins.load([])
    made = MainWindow(tmp_path / "state")
    qtbot.addWidget(made, before_close_func=lambda window: window.canvas.undo_stack.setClean())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.document.open(tmp_path / "shot.pcat")
    return made


def type_into(qtbot, window, kind, knob, text):
    """Type into a field of a node's panel, and leave it at that; returns the field."""
    window.properties.show_node(f"{kind}1")
    panel = window.properties.panel(f"{kind}1")
    if knob == "name":
        field = panel.title
    else:
        widget = next(form.widget(knob) for form in panel.forms if knob in {one.knob.name for one in form.widgets()})
        field = widget.edits[0] if hasattr(widget, "edits") else widget.edit
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, text)
    return field


@pytest.mark.parametrize(("kind", "knob", "text"), KNOBS)
def test_saving_takes_what_is_typed(window, qtbot, tmp_path, kind, knob, text):
    """As it is seen in the field, which was not left by the key; it stays there, and the keyboard with it."""
    field = type_into(qtbot, window, kind, knob, text)
    QTest.keyClick(field, Qt.Key.Key_S, CONTROL)
    qtbot.wait(50)  # panels look at the canvas anew
    value = Script.load(tmp_path / "shot.pcat").node(f"{kind}1").value(knob)
    assert str(value[0] if knob == "multiply" else value) in (text, f"{text}.0")
    assert field.hasFocus() and text in (field.toPlainText() if knob == "mapping" else field.text())
    assert not window.document.modified


def test_saving_takes_a_name_that_is_typed(window, qtbot, tmp_path):
    """That of a node in its panel."""
    field = type_into(qtbot, window, "Grade", "name", "Warm")
    QTest.keyClick(field, Qt.Key.Key_S, CONTROL)
    assert "Warm" in Script.load(tmp_path / "shot.pcat").nodes


def test_closing_asks_about_what_is_typed(window, qtbot, monkeypatch):
    """It is a change as any other."""
    asked = []
    monkeypatch.setattr(window.dialogs, "save_changes", lambda name: asked.append(name) or dialogs.CANCEL)
    type_into(qtbot, window, "CopyCat", "epochs", "77")
    window.close()
    assert asked == ["shot.pcat"] and window.isVisible()
    assert window.canvas.node("CopyCat1").value("epochs") == 77


def test_saving_leaves_what_is_not_allowed_to_be_corrected(window, qtbot, tmp_path):
    """The file has the value that held before; the field and its sentence say that it does not have the other."""
    field = type_into(qtbot, window, "Write", "frames", "1007-abc")
    QTest.keyClick(field, Qt.Key.Key_S, CONTROL)
    qtbot.wait(50)
    assert Script.load(tmp_path / "shot.pcat").node("Write1").value("frames") == ""
    assert field.text() == "1007-abc" and "'1007-abc'" in window.properties.panel("Write1").problem.text()
