"""Tests of ui/look_slider.py."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from paircat.ui.look_slider import LookSlider


def test_gain_by_slider_number_and_name(qtbot: QtBot) -> None:
    """The slider is in stops, more can be typed, and the name brings 1 and back."""
    slider = LookSlider("Gain", "Brightens.", 6)
    qtbot.addWidget(slider)
    received: list[float] = []
    slider.changed.connect(received.append)
    slider._slider.setValue(200)
    slider._number.setValue(100.0)
    qtbot.mouseClick(slider._button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(slider._button, Qt.MouseButton.LeftButton)
    assert received == [4.0, 100.0, 1.0, 100.0] and slider.value == 100.0
