"""ViewerLook: the look that a script's Viewer node has, and the controls above the picture, kept the same."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from paircat.engine.picture.display import Look
from paircat.ui.canvas import Canvas
from paircat.ui.viewer import Viewer
from paircat.ui.viewer_bar import KEYS
from paircat.ui.viewer_pipe import ViewerPipe

_KNOBS = ("layer", "channel", "viewTransform", "gain", "gamma")


class ViewerLook(QObject):
    """Whichever of the two is changed, the other follows. It is no step of undo: no picture is another for it."""

    def __init__(self, canvas: Canvas, pipe: ViewerPipe, viewer: Viewer) -> None:
        super().__init__(canvas)
        self._canvas, self._pipe, self._viewer = canvas, pipe, viewer
        self._followed = pipe.viewer
        self._writing = False
        viewer.bar.look_changed.connect(lambda _: self._write())
        canvas.value_changed.connect(self._value_changed)

    @property
    def of_script(self) -> Look:
        """What the Viewer node in use says; where there is none, as any picture is looked at first."""
        if not self._pipe.viewer:
            return Look()
        node = self._canvas.node(self._pipe.viewer)
        key = next((key for key, word in KEYS.items() if word == node.usable("channel")), "")
        layer, view = str(node.usable("layer")), str(node.usable("viewTransform"))
        return Look(layer, key, view, float(node.usable("gain")), float(node.usable("gamma")))

    def follow(self) -> None:
        """Another Viewer node may be in use now. One that has just been made is looked through as the picture was."""
        before, self._followed = self._followed, self._pipe.viewer
        if self._followed == before:
            return
        if before:
            self._viewer.set_look(self.of_script)
        else:
            self._write()

    def _write(self) -> None:
        """Have the node say what the controls say."""
        if self._writing or not self._pipe.viewer or self.of_script == self._viewer.look:
            return
        look = self._viewer.look
        values: tuple[Any, ...] = look.layer, KEYS[look.key], look.view, look.gain, look.gamma
        self._writing = True
        try:
            self._canvas.put_values(self._pipe.viewer, dict(zip(_KNOBS, values, strict=True)))
        finally:
            self._writing = False

    def _value_changed(self, node: str, knob: str) -> None:
        if not self._writing and knob in _KNOBS and node == self._pipe.viewer:
            self._viewer.set_look(self.of_script)
