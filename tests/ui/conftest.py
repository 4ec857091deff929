"""A canvas to work on, and the register of menus as it was before."""

import copy
from collections.abc import Iterator

import pytest

import paircat.menu  # noqa: F401  (fills the menus before they are copied)
from paircat.nodes import node as nodes
from paircat.ui import menus


@pytest.fixture
def canvas(qtbot):
    """An empty canvas on the screen."""
    from paircat.ui.canvas import Canvas

    made = Canvas()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


@pytest.fixture
def fresh_menus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test says in menus and registers as a node is forgotten after it."""
    for name in ("_commands", "_nodes", "_defaults"):
        monkeypatch.setattr(menus, name, copy.deepcopy(getattr(menus, name)))
    monkeypatch.setattr(nodes, "_kinds", dict(nodes._kinds))
    yield
