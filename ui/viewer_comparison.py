"""ViewerComparison: side B, how it is compared, and the wipe's line, of a script's Viewer node and of the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from paircat.ui.canvas import Canvas
from paircat.ui.viewer import Viewer
from paircat.ui.viewer_bar import COMPARE
from paircat.ui.viewer_pipe import ViewerPipe

_COMPARE, _OTHER, _WIPE = _KNOBS = "compare", "sideB", "wipe"
_SETTLED_MILLISECONDS = 300
_DIGITS = 4  # of the line's place: a tenth of a pixel of a small frame


class ViewerComparison(QObject):
    """Whichever of the two is changed, the other follows. It is no step of undo: no picture is another for it.

    A side B that the node names and that is not there shows A alone, and stays named until another is chosen.
    """

    def __init__(self, canvas: Canvas, pipe: ViewerPipe, viewer: Viewer) -> None:
        super().__init__(canvas)
        self._canvas, self._pipe, self._viewer = canvas, pipe, viewer
        self._followed = pipe.viewer
        self._busy = False
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MILLISECONDS)
        self._settled.timeout.connect(self._write)
        viewer.bar.comparison_changed.connect(self._settle)
        viewer.image.wiped.connect(lambda _: self._settle())
        canvas.value_changed.connect(self._value_changed)

    def open(self) -> None:
        """Another script is on the canvas: compare as it was left."""
        self._followed = self._pipe.viewer
        self._show()

    def follow(self) -> None:
        """Another Viewer node may be in use now. One that has just been made has what the window shows."""
        before, self._followed = self._followed, self._pipe.viewer
        if before and self._followed not in ("", before):
            self._show()
        elif not before and self._followed:
            self._settle()

    def _settle(self) -> None:
        if not self._busy:
            self._settled.start()

    def _show(self) -> None:
        """Have the window compare as the node says; A alone where there is none, or where its side B is gone."""
        other, how, line = "", "", 0.5
        if self._pipe.viewer:
            node = self._canvas.node(self._pipe.viewer)
            other, line = str(node.usable(_OTHER)), float(node.usable(_WIPE))
            how = next(key for key, word in COMPARE.items() if word == node.usable(_COMPARE))
            if other and other not in self._canvas.names():
                other = how = ""
        self._settled.stop()
        self._busy = True
        try:
            if self._viewer.bar.comparison != (other, how):
                self._viewer.compare_with(other, how)
            self._viewer.image.set_wipe(line)
        finally:
            self._busy = False

    def _write(self) -> None:
        """Have the node say how the window compares."""
        if not self._pipe.viewer:
            return
        node = self._canvas.node(self._pipe.viewer)
        other, how = self._viewer.bar.comparison
        values = {_COMPARE: COMPARE[how], _OTHER: other, _WIPE: round(self._viewer.image.wipe, _DIGITS)}
        self._busy = True
        try:
            changed = {knob: value for knob, value in values.items() if node.usable(knob) != value}
            self._canvas.put_values(node.name, changed)
        finally:
            self._busy = False

    def _value_changed(self, node: str, knob: str) -> None:
        if not self._busy and knob in _KNOBS and node == self._pipe.viewer:
            self._show()
