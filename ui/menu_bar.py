"""MenuBar: what ui/menus.py holds, as Qt's menus and shortcuts of one window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QWidget

from paircat.ui import menus
from paircat.ui.menus import Command, NodeEntry
from paircat.ui.text_focus import commit_typed

ADD_MENU = "Add"
_BEFORE_ADD = ("File", "Edit")
"""The menus that stand before that of the nodes."""


class MenuBar(QObject):
    """The actions of a window, by their paths.

    Args:
        window: commands are called with it; it gets the menu bar.
        canvas: the widget within which single-letter shortcuts work.
        add_node: called with a kind.
        failed: called with a sentence when a command raises.
    """

    def __init__(
        self, window: QMainWindow, canvas: QWidget, add_node: Callable[[str], object], failed: Callable[[str], object]
    ) -> None:
        super().__init__(window)
        self._window, self._canvas, self._add_node, self._failed = window, canvas, add_node, failed
        self.actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        keys = [command.shortcut for command in menus.commands()] + [entry.shortcut for entry in menus.nodes()]
        with_alt = [key for key in " ".join(keys).split() if key.startswith("Alt+")]
        self._letters = {key.removeprefix("Alt+") for key in with_alt}  # those that are not free for menus
        for command in menus.commands():
            if ADD_MENU not in self._menus and command.path.split("/")[0] not in _BEFORE_ADD:
                self._add_nodes()
            self._add_command(command)
        if ADD_MENU not in self._menus:
            self._add_nodes()

    def fill_add_menu(self, menu: QMenu) -> None:
        """Put the kinds of nodes, by category, into a menu of its own."""
        submenus: dict[str, QMenu] = {"": menu}
        for entry in menus.nodes():
            self._menu(entry.path, submenus).addAction(self.actions[f"{ADD_MENU}/{entry.path}"])

    def _add_nodes(self) -> None:
        self._menus[ADD_MENU] = self._bar().addMenu(self._title(ADD_MENU))
        for entry in menus.nodes():
            self._add_entry(entry)
        self.fill_add_menu(self._menus[ADD_MENU])

    def _add_entry(self, entry: NodeEntry) -> None:
        action = QAction(entry.label, self)
        action.setToolTip(f"Add a {entry.kind} node.")
        action.triggered.connect(partial(_without_state, partial(self._add_node, entry.kind)))
        self._register(f"{ADD_MENU}/{entry.path}", action, entry.shortcut, on_canvas=True)

    def _add_command(self, command: Command) -> None:
        menu = self._menu(command.path, self._menus)
        name = command.path.rpartition("/")[2]
        if command.is_separator:
            menu.addSeparator()
        elif command.is_submenu:
            submenu = menu.addMenu(name)
            submenu.aboutToShow.connect(partial(self._fill_submenu, submenu, command))
        else:
            action = QAction(name, self)
            action.setToolTip(command.tooltip or name)
            action.setStatusTip(command.tooltip)
            action.triggered.connect(partial(self._run, command))
            menu.addAction(action)
            self._register(command.path, action, command.shortcut, command.on_canvas)

    def _register(self, path: str, action: QAction, shortcut: str, on_canvas: bool) -> None:
        action.setShortcuts([QKeySequence(text) for text in shortcut.split()])
        if on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._canvas.addAction(action)
        self.actions[path] = action

    def _menu(self, path: str, known: dict[str, QMenu]) -> QMenu:
        """The menu in which a path stands; made where it is not there yet. '' in `known` is the one they start in."""
        place, _, _ = path.rpartition("/")
        if place not in known:
            inside = "/" in place or "" in known
            parent: QMenu | QMenuBar = self._menu(place, known) if inside else self._bar()
            known[place] = parent.addMenu(place.rpartition("/")[2] if inside else self._title(place))
        return known[place]

    def _title(self, name: str) -> str:
        """What a menu of the bar is called, with the letter that opens it together with Alt."""
        letter = next((letter for letter in name if letter.isalpha() and letter.upper() not in self._letters), "")
        if not letter or "&" in name:
            return name
        self._letters.add(letter.upper())
        return name.replace(letter, f"&{letter}", 1)

    def _bar(self) -> QMenuBar:
        return self._window.menuBar()

    def _fill_submenu(self, submenu: QMenu, command: Command) -> None:
        submenu.clear()
        entries: Iterable[tuple[str, Callable[[], object]]] = self._call(command) or []
        for name, run in entries:
            submenu.addAction(name.replace("&", "&&")).triggered.connect(partial(_without_state, run))
        if submenu.isEmpty():
            submenu.addAction("Nothing yet").setEnabled(False)

    def _run(self, command: Command, checked: bool = False) -> None:
        commit_typed()  # a command means what is seen, also in a field that was not left
        self._call(command)

    def _call(self, command: Command) -> Any:
        """Call what a command stands for. One of an artist's own may fail in any way; the window goes on."""
        try:
            if callable(command.run):
                return command.run(self._window)
            target: Any = self._window
            for part in command.run.split("."):
                target = getattr(target, part)
            return target()
        except Exception as error:
            self._failed(f"{command.path} failed: {' '.join(f'{type(error).__name__}: {error}'.split())}")
            return None


def _without_state(run: Callable[[], object], checked: bool = False) -> None:
    commit_typed()
    run()
