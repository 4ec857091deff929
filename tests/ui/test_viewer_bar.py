"""Tests of ui/viewer_bar.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from paircat.engine.picture.display import Look
from paircat.ui.viewer_bar import ViewerBar


@pytest.fixture
def bar(qtbot: QtBot) -> ViewerBar:
    made = ViewerBar()
    qtbot.addWidget(made)
    return made


def test_a_look_goes_in_and_comes_out(bar: ViewerBar) -> None:
    """Every part of it, told once; the same look again is no news."""
    received: list[Look] = []
    bar.look_changed.connect(received.append)
    look = Look("diffuse", "G", "sRGB", 2.0, 0.5)
    bar.set_look(look)
    bar.set_look(look)
    assert bar.look == look and received == [look]


def test_nodes_come_and_go(bar: ViewerBar) -> None:
    """What is looked at stays chosen, even when it is gone from the script."""
    bar.set_nodes(["Read1", "Grade1"])
    bar.set_shown("Grade1", "", "")
    bar.set_nodes(["Read1", "Blur1", "Grade1"])
    assert bar.a.currentText() == "Grade1"
    bar.set_nodes(["Read1"])
    assert bar.a.currentText() == "Grade1" and bar.b.currentData() == ""


def test_choosing_is_reported_and_setting_is_not(qtbot: QtBot, bar: ViewerBar) -> None:
    """So that nothing goes round in a circle."""
    bar.set_nodes(["Read1", "Grade1"])
    received: list[tuple[str, str]] = []
    bar.node_chosen.connect(lambda side, name: received.append((side, name)))
    bar.set_shown("Read1", "Grade1", "wipe")
    assert received == []
    bar.a.setCurrentIndex(bar.a.findData("Grade1"))
    bar.a.activated.emit(bar.a.currentIndex())
    assert received == [("A", "Grade1")]


def test_the_zoom_is_shown_and_chosen(bar: ViewerBar) -> None:
    """Any zoom has its number; fit says which it has come to."""
    chosen: list[float] = []
    bar.zoom_chosen.connect(chosen.append)
    bar.set_zoom(0.456, True)
    assert bar.zoom.currentText() == "Fit (45.6%)"
    bar.set_zoom(1.0, False)
    assert bar.zoom.currentText() == "100%"
    bar.set_zoom(1.37, False)
    assert bar.zoom.currentText() == "137%"
    bar.zoom.activated.emit(bar.zoom.findText("200%"))
    bar.zoom.activated.emit(0)
    assert chosen == [2.0, 0.0]


def test_a_broken_configuration_leaves_the_plain_views(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The window opens all the same."""
    monkeypatch.setenv("OCIO", str(tmp_path / "gone.ocio"))
    bar = ViewerBar()
    qtbot.addWidget(bar)
    assert [bar.view.itemData(place) for place in range(bar.view.count())] == ["auto", "none", "sRGB"]
