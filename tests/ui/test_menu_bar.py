"""The menus of a window, and their keys."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QMenu, QVBoxLayout, QWidget

from paircat.ui import menus, plugins
from paircat.ui.menu_bar import MenuBar


class Window(QMainWindow):
    """A window with a canvas and a text field, that notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.failures: list[str] = []
        body = QWidget()
        layout = QVBoxLayout(body)
        self.canvas_widget, self.field = QWidget(), QLineEdit()
        self.canvas_widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout.addWidget(self.canvas_widget)
        layout.addWidget(self.field)
        self.setCentralWidget(body)

    def hello(self) -> None:
        self.done.append("hello")


@pytest.fixture
def window(qtbot, fresh_menus):
    """Built after the built-in menu.py and some entries of a test's own."""
    plugins.load([])
    menus.command("Tools/Hello", "hello", "Ctrl+Alt+H")
    menus.command("Tools/Single", lambda window: window.done.append("single"), "Z", on_canvas=True)
    menus.command("Tools/Broken", lambda window: 1 / 0)
    menus.command("Tools/Wrong Name", "nothing.of.this")
    menus.command("Ablution/Wash", "hello")
    menus.submenu("Tools/Recent", lambda window: [("A & B", lambda: window.done.append("a"))])
    made = Window()
    qtbot.addWidget(made)
    made.bar = MenuBar(made, made.canvas_widget, lambda kind: made.done.append(f"add {kind}"), made.failures.append)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.isActiveWindow())
    return made


def titles(menu) -> list[str]:
    """Without the marks of their letters."""
    return [re.sub("&(?=[^& ])", "", action.text()) for action in menu.actions() if not action.isSeparator()]


def test_menus_stand_in_their_order(window):
    """File and Edit, the nodes, and then what else there is."""
    assert titles(window.menuBar())[:3] == ["File", "Edit", "Add"]
    assert "Tools" in titles(window.menuBar())


def test_every_menu_opens_with_alt_and_a_letter_of_its_own(window, qtbot):
    """The first of its title that is free: not that of another menu, nor of a key of the canvas such as Alt+B."""
    keys = {}
    for action in window.menuBar().actions():
        title = action.text()
        assert title.count("&") == 1
        keys[title.replace("&", "")] = title[title.index("&") + 1].upper()
    assert len(set(keys.values())) == len(keys) and not {"B", "C"} & set(keys.values())
    assert keys["File"] == "F" and keys["Edit"] == "E" and keys["Ablution"] == "L"
    qtbot.keyClick(window.canvas_widget, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    assert "Frame All" in titles(QApplication.activePopupWidget())
    QApplication.activePopupWidget().close()


def test_commands_call_what_they_name(window):
    """A method of the window by its name, or a function with the window."""
    window.bar.actions["Tools/Hello"].trigger()
    window.bar.actions["Tools/Single"].trigger()
    window.bar.actions["Add/Image/Read"].trigger()
    assert window.done == ["hello", "single", "add Read"]


def test_a_command_that_fails_is_reported(window):
    """An artist's own command may fail; the window says which and why, and goes on."""
    window.bar.actions["Tools/Broken"].trigger()
    window.bar.actions["Tools/Wrong Name"].trigger()
    assert "Tools/Broken failed: ZeroDivisionError" in window.failures[0]
    assert "Tools/Wrong Name failed: AttributeError" in window.failures[1]


def test_single_letters_are_for_the_canvas(window, qtbot):
    """With the keyboard on the canvas they work; in a text field they are text."""
    window.canvas_widget.setFocus()
    qtbot.keyClick(window.canvas_widget, Qt.Key.Key_Z)
    assert window.done == ["single"]
    window.field.setFocus()
    qtbot.keyClick(window.field, Qt.Key.Key_Z)
    assert window.done == ["single"] and window.field.text() == "z"
    qtbot.keyClick(window.field, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert window.done == ["single", "hello"]


def test_the_add_menu_is_by_category(window):
    """Every kind once, under its category, in the menu bar and in a menu of one's own."""
    menu = QMenu(window)
    window.bar.fill_add_menu(menu)
    kinds = [text for action in menu.actions() for text in titles(action.menu())]
    assert sorted(kinds) == sorted(entry.label for entry in menus.nodes())
    assert "Learn" in titles(menu)


def test_submenus_are_filled_when_they_open(window):
    """Their entries are asked for each time, and do what they say."""
    tools = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Tools")
    recent = next(action.menu() for action in tools.actions() if action.text() == "Recent")
    recent.aboutToShow.emit()
    recent.aboutToShow.emit()
    assert titles(recent) == ["A && B"]
    recent.actions()[0].trigger()
    assert window.done == ["a"]
