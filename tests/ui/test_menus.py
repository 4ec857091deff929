"""Menus as data, and what the built-in menu.py puts into them."""

import subprocess
import sys

import pytest

from paircat.engine.errors import GraphError
from paircat.nodes.node import Node, node_kinds, register
from paircat.ui import menus, plugins

pytestmark = pytest.mark.usefixtures("fresh_menus")


@pytest.fixture(autouse=True)
def _builtin(fresh_menus):
    plugins.load([])


def test_a_later_command_takes_the_place():
    """The same path again replaces it where it stands, and None takes it away."""
    menus.command("Tools/A", "a")
    menus.command("Tools/B", "b")
    menus.command("Tools/A", "other", "Ctrl+K")
    mine = [item for item in menus.commands() if item.path.startswith("Tools/")]
    assert [(item.path, item.run, item.shortcut) for item in mine] == [
        ("Tools/A", "other", "Ctrl+K"),
        ("Tools/B", "b", ""),
    ]
    menus.command("Tools/A", None)
    assert "Tools/A" not in [item.path for item in menus.commands()]


def test_a_path_needs_a_menu():
    """A command with no menu to stand in is a mistake in the menu.py, and so is a node of no kind."""
    for mistake in (
        lambda: menus.command("Hello", "hello"),
        lambda: menus.node("Image/Teapot", "Teapot"),
        lambda: menus.default("Teapot", "size", 1),
    ):
        with pytest.raises(ValueError):
            mistake()


def test_a_node_has_one_place():
    """A kind that is put elsewhere leaves where it stood."""
    menus.node("Studio/Plate", "Read", "Shift+R")
    assert [entry.path for entry in menus.nodes() if entry.kind == "Read"] == ["Studio/Plate"]


def test_a_registered_kind_is_found_without_an_entry():
    """A plugin that only registers its node finds it under the node's category."""

    @register
    class Nothing(Node):
        """Does nothing."""

        kind = "Nothing"
        category = "Odd"

    assert ("Odd/Nothing", "Nothing") in [(entry.path, entry.kind) for entry in menus.nodes()]


def test_defaults_are_checked():
    """A default that its knob would not allow is refused when it is said, not when a node is made."""
    menus.default("CopyCat", "cropSize", "128")
    assert menus.defaults("CopyCat") == {"cropSize": "128"}
    with pytest.raises(GraphError, match="cropSize"):
        menus.default("CopyCat", "cropSize", 100)


def test_the_built_in_menu_names_every_built_in_node():
    """No kind is without a place of its own, under its own category."""
    placed = {entry.kind: entry.path for entry in menus.nodes()}
    program = "import paircat.nodes.builtin; from paircat.nodes.node import node_kinds; print(*node_kinds())"
    builtin = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert len(builtin) >= 18
    for kind in builtin:
        assert placed[kind] == f"{node_kinds()[kind].category}/{kind}"


def test_no_key_is_given_twice():
    """Two commands or nodes with the same key would both be dead."""
    given = [key for item in (*menus.commands(), *menus.nodes()) for key in item.shortcut.split()]
    assert sorted(given) == sorted(set(given))


def test_menus_need_no_qt():
    """A farm can run an artist's menu.py to know their nodes, without a window."""
    program = "import paircat.menu, sys; print('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "False"
