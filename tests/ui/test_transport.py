"""Tests of ui/transport.py."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from paircat.ui.transport import BUTTONS, Transport


def test_every_button_says_its_name(qtbot: QtBot) -> None:
    """And each has a tooltip and a picture."""
    transport = Transport()
    qtbot.addWidget(transport)
    pressed: list[str] = []
    transport.pressed.connect(pressed.append)
    for name, _, tooltip in BUTTONS:
        button = transport.buttons[name]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.toolTip() == tooltip and not button.icon().isNull()
    assert pressed == [name for name, _, _ in BUTTONS]


def test_what_is_set_is_not_reported_as_typed(qtbot: QtBot) -> None:
    """Only the artist's own numbers are."""
    transport = Transport()
    qtbot.addWidget(transport)
    received: list[object] = []
    for signal in (transport.frame_typed, transport.fps_typed, transport.in_out_typed):
        signal.connect(lambda *values: received.append(values))
    transport.set_frame(1009)
    transport.set_in_out(1001, 1040)
    transport.set_fps(30)
    assert received == []
    transport.frame.setValue(1010)
    transport.out_point.setValue(1020)
    transport.fps.setValue(25)
    assert received == [(1010,), (1001, 1020), (25.0,)]


def test_slow_playing_is_seen(qtbot: QtBot) -> None:
    """The real speed is shown while it plays, coloured where it falls behind."""
    transport = Transport()
    qtbot.addWidget(transport)
    transport.set_direction(1)
    transport.set_real_fps(12.3)
    assert transport._real.text() == "12.3 fps" and "color" in transport._real.styleSheet()
    transport.set_real_fps(24)
    assert transport._real.styleSheet() == ""
    transport.set_direction(0)
    assert transport._real.text() == ""
