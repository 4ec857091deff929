"""ViewerPlace: the frame, and the in and out points, that a script's Viewer node has, and those of the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from paircat.engine.picture.frames import FrameRange
from paircat.ui.canvas import Canvas
from paircat.ui.viewer import Viewer
from paircat.ui.viewer_pipe import ViewerPipe

_FRAME, _IN_OUT = "frame", "inOut"
_SETTLED_MILLISECONDS = 300
_UNKNOWN = 1, 1
"""First and last frame of the timeline while nothing has been seen."""


class ViewerPlace(QObject):
    """Whichever of the two is changed, the other follows. It is no step of undo, and nothing that has to be saved.

    What is scrubbed and played through is not written down, only where it ends.
    """

    def __init__(self, canvas: Canvas, pipe: ViewerPipe, viewer: Viewer) -> None:
        super().__init__(canvas)
        self._canvas, self._pipe, self._viewer = canvas, pipe, viewer
        self._writing = False
        self._due = FrameRange(())
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MILLISECONDS)
        self._settled.timeout.connect(self.write)
        viewer.frame_changed.connect(lambda _: self._settled.start())
        viewer.timeline.in_out_changed.connect(lambda *_: self._settled.start())
        viewer.updated.connect(self._set_due)
        canvas.value_changed.connect(self._value_changed)

    def open(self) -> None:
        """Another script is on the canvas: go where it was left. In and out wait until it is known which frames are."""
        self._settled.stop()
        self._due = FrameRange(())
        if not self._pipe.viewer:
            return
        node = self._canvas.node(self._pipe.viewer)
        self._due = FrameRange.parse(node.usable(_IN_OUT))
        if node.usable(_FRAME) != node.knob(_FRAME).default:
            self._viewer.set_frame(node.usable(_FRAME))
        self._settled.stop()

    def write(self) -> None:
        """Have the node say where the window stands."""
        timeline, frame = self._viewer.timeline, self._viewer.frame
        if self._viewer.playback.playing:
            self._settled.start()
            return
        if not self._pipe.viewer or self._due:
            return
        node = self._canvas.node(self._pipe.viewer)
        in_out = FrameRange.between(timeline.in_point, timeline.out_point)
        if (in_out.first, in_out.last) == (timeline.first, timeline.last):
            in_out = FrameRange(())
        values = {_FRAME: frame, _IN_OUT: str(in_out)}
        self._writing = True
        try:
            self._canvas.put_values(
                node.name, {knob: value for knob, value in values.items() if node.usable(knob) != value}
            )
        finally:
            self._writing = False

    def _set_due(self) -> None:
        """A picture is there, and with it the range that in and out lie in."""
        due, timeline = self._due, self._viewer.timeline
        if due and (timeline.first, timeline.last) != _UNKNOWN:
            self._due = FrameRange(())
            timeline.set_in_out(due.first, due.last)

    def _value_changed(self, node: str, knob: str) -> None:
        if self._writing or node != self._pipe.viewer or knob not in (_FRAME, _IN_OUT):
            return
        value, timeline = self._canvas.node(node).usable(knob), self._viewer.timeline
        if knob == _FRAME:
            self._viewer.set_frame(value)
        else:
            wanted = FrameRange.parse(value)
            timeline.set_in_out(*((wanted.first, wanted.last) if wanted else (timeline.first, timeline.last)))
