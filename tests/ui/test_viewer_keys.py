"""Tests of ui/viewer_keys.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from paircat.ui.viewer_keys import KEYS, action_of

NONE, SHIFT, PAD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


def pressed(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> object:
    return action_of(QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def listed(name: str) -> object:
    return next(action for key, _, action in KEYS if key == name)


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_W, NONE, "W"),
        (Qt.Key.Key_W, SHIFT, "Shift+W"),
        (Qt.Key.Key_1, NONE, "1"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier, "Ctrl+1"),
        (Qt.Key.Key_Plus, SHIFT, "+"),
        (Qt.Key.Key_Plus, PAD, "+"),
        (Qt.Key.Key_Equal, NONE, "+"),
        (Qt.Key.Key_Minus, PAD, "-"),
    ],
)
def test_keys_are_distinguished(key: Qt.Key, modifiers: Qt.KeyboardModifier, name: str) -> None:
    """With and without Shift, on the keypad, and plus wherever a keyboard has it."""
    assert pressed(key, modifiers) is listed(name)


def test_other_keys_are_left_to_the_window() -> None:
    """Saving, or the letters that mean nothing here."""
    assert pressed(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier) is None
    assert pressed(Qt.Key.Key_N) is None


def test_each_key_once_and_in_words() -> None:
    """The table can be shown as it stands."""
    names = [key for key, _, _ in KEYS]
    assert len(set(names)) == len(names) and all(words for _, words, _ in KEYS)
