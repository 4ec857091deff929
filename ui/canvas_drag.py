"""KnobDrag: a knob whose slider is held: the canvas has its value for now, and one step of undo comes of it later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from paircat.ui.canvas import Canvas

_PAUSE_MILLISECONDS = 40  # between two pictures that are asked for


class KnobDrag(QObject):
    """Knobs that can change a pixel follow their slider, so that the picture does; all others wait for its release."""

    def __init__(self, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._put_back: Callable[[], None] | None = None
        self._last: Any = None
        self._tell = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._tell.timeout.connect(canvas.changed)
        canvas.undo_stack.indexChanged.connect(self.end)

    def follow(self, name: str, knob: str, value: Any) -> None:
        """Have the canvas show a value that is not chosen yet."""
        data = self._canvas.tile(name).data
        if not data.knob(knob).pixels:
            return
        if self._put_back is None:
            known, before = knob in data.values, data.values.get(knob)

            def put_back() -> None:
                if data.values.get(knob, data.knob(knob).default) != self._last:
                    return  # undo has changed it meanwhile, and knows better
                if known:
                    data.values[knob] = before
                else:
                    data.values.pop(knob, None)

            self._put_back = put_back
        self._canvas.put_values(name, {knob: value})
        self._last = data.value(knob)
        if not self._tell.isActive():
            self._tell.start()

    def end(self) -> None:
        """Have the canvas as it was before, for the value to be chosen now, or for none."""
        put_back, self._put_back = self._put_back, None
        self._tell.stop()
        if put_back is not None:
            put_back()
            self._canvas.changed.emit()
