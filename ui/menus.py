"""Menus: what the window offers, as plain data that a menu.py fills: nodes, commands, shortcuts and knob defaults.

This is what an artist's or a studio's menu.py calls:

    from paircat.ui import menus

    menus.node("Image/My Node", "MyNode", "Shift+N")          a kind of node in the menus of the canvas
    menus.command("Tools/Hello", hello, "Ctrl+H")             hello(window) is called
    menus.command("Tools/Hello", None)                        takes a command away again
    menus.default("CopyCat", "modelSize", "Small")            how a knob of new nodes stands

A later entry of the same path takes the place of the earlier one. A window shows what is there when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paircat.nodes.node import node_kinds

SEPARATOR = "-"
"""As the last part of a command's path: a line between commands. More of them are told apart by what follows it."""


@dataclass(frozen=True)
class Command:
    """An entry of the menu bar.

    Attributes:
        path: of menus and the entry's own name, such as Edit/Undo.
        run: what to call with the window, or the dotted name of a method of the window, such as document.save.
        shortcut: as Qt writes it, such as Ctrl+S; several are divided by blanks. Empty: none.
        tooltip: one sentence.
        on_canvas: its shortcut works while the canvas has the keyboard, so that it may be a single letter.
        is_submenu: it is a menu of its own; `run` gives its entries as pairs of a name and what to call.
    """

    path: str
    run: str | Callable[[Any], object]
    shortcut: str = ""
    tooltip: str = ""
    on_canvas: bool = False
    is_submenu: bool = False

    @property
    def is_separator(self) -> bool:
        return self.path.rpartition("/")[2].startswith(SEPARATOR)


@dataclass(frozen=True)
class NodeEntry:
    """A kind of node in the add menus and in the search.

    Attributes:
        path: of menus and the name shown, such as Image/Read. kind: of the node. shortcut: while the canvas has the
        keyboard.
    """

    path: str
    kind: str
    shortcut: str = ""

    @property
    def label(self) -> str:
        return self.path.rpartition("/")[2]


_commands: dict[str, Command] = {}
_nodes: dict[str, NodeEntry] = {}
_defaults: dict[str, dict[str, Any]] = {}


def command(
    path: str,
    run: str | Callable[[Any], object] | None,
    shortcut: str = "",
    tooltip: str = "",
    on_canvas: bool = False,
) -> None:
    """Put a command into the menu bar; see Command. None as `run` takes it away.

    Raises:
        ValueError: the path has no menu in it.
    """
    _check(path)
    if run is None:
        _commands.pop(path, None)
    else:
        _commands[path] = Command(path, run, shortcut, tooltip, on_canvas)


def submenu(path: str, entries: str | Callable[[Any], list[tuple[str, Callable[[], object]]]]) -> None:
    """Put a menu into a menu whose entries are asked for each time that it opens, such as recent files."""
    _check(path)
    _commands[path] = Command(path, entries, is_submenu=True)


def separator(path: str) -> None:
    """Put a line into a menu, such as File/-1."""
    command(path, "")


def node(path: str, kind: str, shortcut: str = "") -> None:
    """Put a kind of node into the add menus; see NodeEntry. A kind has one place, its last.

    Raises:
        ValueError: the path has no menu in it, or there is no such kind.
    """
    _check(path)
    if kind not in node_kinds():
        raise ValueError(f"there is no kind of node '{kind}'; register its class before it goes into a menu")
    for other in [entry.path for entry in _nodes.values() if entry.kind == kind]:
        del _nodes[other]
    _nodes[path] = NodeEntry(path, kind, shortcut)


def default(kind: str, knob: str, value: Any) -> None:
    """How a knob of new nodes stands. Nodes that are there already, or come from a script, keep theirs.

    Raises:
        ValueError: there is no such kind.
        GraphError: there is no such knob, or it does not allow the value.
    """
    if kind not in node_kinds():
        raise ValueError(f"there is no kind of node '{kind}'")
    node_kinds()[kind]("default").set(knob, value)
    _defaults.setdefault(kind, {})[knob] = value


def commands() -> list[Command]:
    """In the order in which they were first named."""
    return list(_commands.values())


def nodes() -> list[NodeEntry]:
    """Every kind of node: those with an entry, then those that nobody gave one, under their category."""
    entries = list(_nodes.values())
    placed = {entry.kind for entry in entries}
    return entries + [
        NodeEntry(f"{node_class.category}/{kind}", kind)
        for kind, node_class in node_kinds().items()
        if kind not in placed
    ]


def defaults(kind: str) -> dict[str, Any]:
    """Knobs of new nodes of a kind that menu.py files have set."""
    return dict(_defaults.get(kind, {}))


def _check(path: str) -> None:
    menu, slash, name = path.rpartition("/")
    if not (slash and menu and name):
        raise ValueError(f"'{path}' is no place in a menu; write it as Menu/Name")
