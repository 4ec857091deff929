"""A canvas to work on, a CopyCat on it, a whole window, and the register of menus as it was before."""

import copy
from collections.abc import Iterator

import pytest

import paircat.menu  # noqa: F401  (fills the menus before they are copied)
from paircat.nodes import node as nodes
from paircat.ui import menus


@pytest.fixture(autouse=True)
def _application(qapp):
    """Qt ends the process when a widget is made without one, and any test may be the first of its process."""


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


@pytest.fixture
def shown(qtbot):
    """Puts a widget for a knob on the screen, with its default; returns it and what it commits."""

    def show(kind, knob):
        widget = kind(knob)
        qtbot.addWidget(widget)
        widget.show_value(knob.default)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        committed = []
        widget.committed.connect(committed.append)
        return widget, committed

    return show


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def training(canvas, tmp_path, runs, qtbot, monkeypatch):
    """That of a CopyCat whose Data Directory is relative to its script."""
    from paircat.ui import run_monitor
    from paircat.ui.estimate_process import EstimateProcess
    from paircat.ui.training import Training

    monkeypatch.setattr(run_monitor, "POLL_SECONDS", 0.05)
    canvas.path = tmp_path / "shot.pcat"
    values = {"dataDirectory": "runs", "modelSize": "Small", "cropSize": 32, "epochs": 4000, "imageInterval": 5}
    canvas.add_node("CopyCat", "CopyCat1", values=values, connect_selected=False)
    estimate_process = EstimateProcess()
    made = Training(canvas, "CopyCat1", estimate_process)
    yield made
    made.close()
    estimate_process.close()


@pytest.fixture
def window(qtbot, fresh_menus, tmp_path):
    """An empty window of its own state, closed after the test without a question."""
    from paircat.ui import plugins
    from paircat.ui.main_window import MainWindow

    plugins.load([])
    made = MainWindow(tmp_path / "state")
    qtbot.addWidget(made, before_close_func=lambda window: window.canvas.undo_stack.setClean())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.isActiveWindow())
    made.canvas.setFocus()
    return made
