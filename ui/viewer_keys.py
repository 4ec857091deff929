"""Viewer keys: what each key does while the mouse is over the viewer, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from paircat.engine.picture.display import LUMA, MATTE
from paircat.ui.frame_renderer import DIFFERENCE, WIPE

if TYPE_CHECKING:
    from paircat.ui.viewer import Viewer

Action = Callable[["Viewer"], object]

STRIDE = 10
"""Frames that Shift and an arrow step."""

KEYS: tuple[tuple[str, str, Action], ...] = (
    ("Left", "One frame back", lambda viewer: viewer.step(-1)),
    ("Right", "One frame forward", lambda viewer: viewer.step(1)),
    ("Shift+Left", f"{STRIDE} frames back", lambda viewer: viewer.step(-STRIDE)),
    ("Shift+Right", f"{STRIDE} frames forward", lambda viewer: viewer.step(STRIDE)),
    ("Home", "To the in point", lambda viewer: viewer.press("first")),
    ("End", "To the out point", lambda viewer: viewer.press("last")),
    ("J", "Play backwards", lambda viewer: viewer.press("play_back")),
    ("K", "Stop", lambda viewer: viewer.press("stop")),
    ("L", "Play", lambda viewer: viewer.press("play")),
    ("I", "Set the in point here", lambda viewer: viewer.set_in()),
    ("O", "Set the out point here", lambda viewer: viewer.set_out()),
    ("R", "Red alone, or all channels", lambda viewer: viewer.bar.toggle_key("R")),
    ("G", "Green alone, or all channels", lambda viewer: viewer.bar.toggle_key("G")),
    ("B", "Blue alone, or all channels", lambda viewer: viewer.bar.toggle_key("B")),
    ("A", "Alpha alone, or all channels", lambda viewer: viewer.bar.toggle_key("A")),
    ("Y", "Brightness, or all channels", lambda viewer: viewer.bar.toggle_key(LUMA)),
    ("M", "Alpha in red over the picture, or all channels", lambda viewer: viewer.bar.toggle_key(MATTE)),
    ("W", "Wipe between A and B, or A alone", lambda viewer: viewer.toggle_compare(WIPE)),
    ("Shift+W", "Difference of A and B, or A alone", lambda viewer: viewer.toggle_compare(DIFFERENCE)),
    ("F", "Fit the picture", lambda viewer: viewer.image.fit()),
    ("Ctrl+1", "100%", lambda viewer: viewer.image.zoom_to(1.0)),
    ("+", "Zoom in", lambda viewer: viewer.image.zoom_to(viewer.image.zoom * 2)),
    ("-", "Zoom out", lambda viewer: viewer.image.zoom_to(viewer.image.zoom / 2)),
    ("Q", "Contact sheet and preview of a training on or off", lambda viewer: viewer.bar.overlay.toggle()),
    ("F5", "Forget all frames and make this one again", lambda viewer: viewer.refresh()),
    *(
        (str(number), f"Show node {number}", lambda viewer, number=number: viewer.show_buffer(number))
        for number in range(1, 10)
    ),
)
"""Key, what it does in words, what it does."""


def action_of(event: QKeyEvent) -> Action | None:
    """What a pressed key means, if anything."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):  # where plus is, and whether it needs Shift, is up to the keyboard
        key, modifiers = Qt.Key.Key_Plus, modifiers & ~Qt.KeyboardModifier.ShiftModifier
    return _actions.get(QKeyCombination(modifiers, key).toCombined())


_actions = {QKeySequence(key)[0].toCombined(): action for key, _, action in KEYS}
