"""Viewer: looks at nodes frame by frame: picture, timeline, comparison, values."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.picture import channels, color
from paircat.engine.picture.display import Look, eight_bit
from paircat.engine.picture.frames import FrameRange
from paircat.nodes.script import Script
from paircat.ui.display_picture import to_qimage
from paircat.ui.frame_renderer import WIPE, Answer, FrameRenderer, Request
from paircat.ui.pixel_readout import PixelReadout
from paircat.ui.playback import Playback
from paircat.ui.text_focus import commit_typed
from paircat.ui.timeline import Timeline
from paircat.ui.transport import Transport
from paircat.ui.viewer_bar import ViewerBar
from paircat.ui.viewer_captions import captions, remark
from paircat.ui.viewer_image import ViewerImage
from paircat.ui.viewer_inset import LEFT
from paircat.ui.viewer_keys import action_of

HINT = "Nothing to show: select a node and press 1."
_PATIENCE_MS = 120  # so long a picture may be behind without a word
_LOOK_AGAIN_MS = 1000
_AHEAD = 8


class Viewer(QWidget):
    """What it shows is what `set_script` gave last. Everything slow is the renderer's, so no call here waits.

    Signals: `frame_changed(int)`; `node_shown(str)`; `fps_changed(float)`, typed by the artist; `updated()`, after
    each answer of the renderer.
    """

    frame_changed = Signal(int)
    node_shown = Signal(str)
    fps_changed = Signal(float)
    updated = Signal()

    def __init__(self, renderer: FrameRenderer | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.renderer = renderer or FrameRenderer(parent=self)
        self.bar: ViewerBar = ViewerBar()
        self.image: ViewerImage = ViewerImage()
        self.readout = PixelReadout()
        self.timeline, self.transport, self.playback = Timeline(), Transport(), Playback(self)
        self._script = Script()
        self._base: Path | None = None
        self._frame = self._chosen = 1  # a clip without the frame that was chosen last shows another meanwhile
        self._begins = True  # a script of which no frame was seen yet: it is looked at from its first frame on
        self._node = self._other = self._compare = ""
        self._buffers: dict[int, str] = {}
        self._asked: Request | None = None
        self._answer: Answer | None = None
        self._impatient = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._again = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._lay_out()
        self._connect()
        self._again.start()
        self._say()

    # What the window tells

    def set_script(self, script: Script, base: Path | None = None) -> None:
        """Look at these nodes from now on; the script must not change afterwards.

        Args:
            base: where relative paths start while the script has no file of its own.
        """
        if script.project.fps != self._script.project.fps:
            self.transport.set_fps(script.project.fps)
            self.playback.fps = script.project.fps
        self._script, self._base = script, base
        self.bar.set_nodes([name for name, node in script.nodes.items() if node.output and not node.on_canvas_only])
        self._ask()

    def start_over(self, look: Look) -> None:
        """Another script comes, to be looked at so: nothing of how the last one was looked at is meant for it."""
        self.playback.stop()
        self.timeline.set_range(1, 1)
        self.set_frame(1)
        self._chosen = 1
        self.set_look(look)
        self._begins = True

    def set_inputs(self, inputs: dict[int, str]) -> None:
        """What the keys 1 to 9 bring: the nodes that the Viewer node has at these inputs."""
        self._buffers = dict(inputs)

    def show_node(self, name: str, buffer: int = 0) -> None:
        """Show a node on side A, and remember it under a number, 1 to 9, that its key brings back; empty for none."""
        if buffer:
            self._buffers[buffer] = name
        self._node = name
        self._show_sides()
        self.node_shown.emit(name)

    def show_buffer(self, buffer: int) -> None:
        """Show what was remembered under a number, if anything."""
        if self._buffers.get(buffer):
            self.show_node(self._buffers[buffer])

    def compare_with(self, name: str, how: str = WIPE) -> None:
        """Compare side A with a node: WIPE, DIFFERENCE, or an empty text for A alone."""
        self._other, self._compare = name, how
        self._show_sides()

    def toggle_compare(self, how: str) -> None:
        """Compare with side B, or show A alone if that is so already."""
        self.compare_with(self._other, "" if self._compare == how else how)

    def rename_node(self, old: str, new: str) -> None:
        """A node that is looked at has another name now."""
        self._node = new if self._node == old else self._node
        self._other = new if self._other == old else self._other
        self._buffers = {number: new if name == old else name for number, name in self._buffers.items()}
        self._show_sides()

    def forget_node(self, name: str) -> None:
        """A node is gone, and side B with it; side A is what the Viewer node on the canvas has."""
        if name == self._other:
            self.compare_with("", "")

    def overlay(self, picture: np.ndarray | None, caption: str = "", corner: str = LEFT) -> None:
        """Lay a contact sheet or preview over a lower corner, or nothing.

        Args:
            picture: float display values from 0 to 1, (height, width, 1 or 3 or more); or None.
        """
        made = None
        if picture is not None:
            made = to_qimage(eight_bit(np.ascontiguousarray(picture[:, :, :3], np.float32), color.NO_VIEW))
        self.image.set_inset(corner, made, caption)

    @property
    def frame(self) -> int:
        """The frame that is wanted; `shown_frame` is the one that is seen."""
        return self._frame

    def set_frame(self, frame: int) -> None:
        """Go to a frame, and come back to it after a look at a clip that does not have it."""
        if frame != self._frame:
            self._chosen = frame
            self._go_to(frame)

    def _go_to(self, frame: int) -> None:
        self._frame, self._begins = frame, False
        self.timeline.set_frame(frame)
        self.transport.set_frame(frame)
        self._ask()
        self.frame_changed.emit(frame)

    @property
    def node(self) -> str:
        """The node on side A; empty for none."""
        return self._node

    @property
    def shown_frame(self) -> int | None:
        """The frame that the picture is of."""
        return self._answer.request.frame if self._answer is not None else None

    @property
    def errors(self) -> dict[str, str]:
        """Why there is no picture, or not all of it, by the name of the node that it comes from."""
        return self._answer.errors if self._answer is not None else {}

    @property
    def is_current(self) -> bool:
        """Whether what is seen is what was asked for, be it a picture or the sentence that says why there is none."""
        return self._asked is None or (self._answer is not None and self._answer.request.same_wish(self._asked))

    @property
    def look(self) -> Look:
        return self.bar.look

    def set_look(self, look: Look) -> None:
        self.bar.set_look(look)

    def step(self, frames: int) -> None:
        """Stop playing and go some frames on, within the range."""
        self.playback.stop()
        self.set_frame(min(max(self._frame + frames, self.timeline.first), self.timeline.last))

    def play(self, direction: int) -> None:
        """Play forwards (1) or backwards (-1), or stop (0)."""
        self.playback.play(direction, self._frame) if direction else self.playback.stop()

    def press(self, button: str) -> None:
        """A button of the transport, or its key."""
        timeline = self.timeline
        if button in ("play", "play_back"):
            direction = 1 if button == "play" else -1
            self.play(0 if self.playback.direction == direction else direction)
        elif button in ("back", "forward"):
            self.step(1 if button == "forward" else -1)
        else:
            self.playback.stop()
            if button != "stop":
                self.set_frame(timeline.in_point if button == "first" else timeline.out_point)

    def set_in(self) -> None:
        """Play from this frame on."""
        self.timeline.set_in_out(self._frame, max(self._frame, self.timeline.out_point))

    def set_out(self) -> None:
        """Play up to this frame."""
        self.timeline.set_in_out(min(self._frame, self.timeline.in_point), self._frame)

    def refresh(self) -> None:
        """Forget all frames, and make this one again."""
        commit_typed()
        self.renderer.refresh()
        self.timeline.set_cached(FrameRange(()))
        self._ask()

    def shutdown(self) -> None:
        """End the worker and its child process; to be called before the window goes."""
        self._again.stop()
        self.playback.stop()
        self.renderer.close()

    # Asking and answering

    def _show_sides(self) -> None:
        self.bar.set_shown(self._node, self._other, self._compare)
        self.timeline.set_cached(FrameRange(()))
        self._ask()
        self._say()

    def _ask(self) -> None:
        if not self._node:
            self._asked = self._answer = None
            self.image.set_pictures(None, None)
            self.readout.set_images(None, None, self.look)
            self._say()
            return
        compared = self._compare if self._other else ""
        ahead = self.playback.ahead(_AHEAD) if self.playback.playing else ()
        self._asked = Request(
            self._script, self._node, self._frame, self.look, self._other, compared, self._base, ahead=ahead
        )
        self.renderer.ask(self._asked)
        if not self._impatient.isActive():
            self._impatient.start()

    def _take(self, answer: Answer) -> None:
        """Show an answer. One to an older question is shown under its own frame's number, if it is of the same nodes.

        Without that nothing would be seen while the artist scrubs faster than frames are made.
        """
        asked = self._asked
        if asked is None or not answer.request.same_subject(asked):
            return
        if self._set_range(answer.frames):
            return  # a clip elsewhere in time: its first frame is on its way
        self._answer = answer
        self.image.set_pictures(answer.left, answer.right)
        painted = answer.left is not None or answer.right is not None
        a, b = (answer.a, answer.b) if painted else (None, None)
        self.readout.set_images(a.image if a else None, b.image if b else None, self.look)
        known = [side.image for side in (answer.a, answer.b) if side is not None and side.image is not None]
        if known:
            self.bar.set_layers(list(channels.layers(known[0].header.channels)))
        if not answer.error:
            self.timeline.add_cached(answer.request.frame)
        self.timeline.set_seen(answer.request.frame)
        if self.is_current:
            self._impatient.stop()
            self.playback.shown(answer.request.frame)
            if self.playback.playing:
                self.transport.set_real_fps(self.playback.real_fps)
        self._say()
        self.updated.emit()

    def _set_range(self, found: FrameRange) -> bool:
        """Set the timeline to the project's frames, or else those of what is seen; True if the frame had to move."""
        with contextlib.suppress(PairCatError):
            found = FrameRange.parse(self._script.project.frames) or found
        if not found or (found.first, found.last) == (self.timeline.first, self.timeline.last):
            return False
        self.timeline.set_range(found.first, found.last)
        if self._begins:
            self._chosen = found.first
        inside = min(max(self._chosen, found.first), found.last)
        self._begins = False
        if inside == self._frame:
            return False
        self._go_to(inside)
        return True

    def _say(self) -> None:
        """Caption, remark and error of what is seen now."""
        answer = self._answer
        late = not self.is_current and not self._impatient.isActive()
        if answer is None:
            hint = HINT if not self._node else f"{self._node}: frame {self._frame} is being made" if late else ""
            self.image.set_texts("", "", hint, "", False)
            return
        caption, right = captions(answer)
        notice = remark(answer, self._frame, late, self.image.show_bad)
        if self._compare and not self._other and not notice:
            notice = "choose B, above, to compare with"
        self.image.set_texts(caption, right, notice, answer.error, late)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Keys of the viewer go before the window's shortcuts while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and action_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        action = action_of(event)
        if action is None:
            super().keyPressEvent(event)
        else:
            action(self)

    # Construction

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.bar, self.image, self.readout, self.timeline, self.transport):
            layout.addWidget(widget, 1 if widget is self.image else 0)
        self.setFocusProxy(self.image)

    def _connect(self) -> None:
        self.renderer.answered.connect(self._take)
        self.renderer.cached.connect(self.timeline.set_cached)
        self.bar.node_chosen.connect(self._choose_node)
        self.bar.compare_chosen.connect(lambda how: self.compare_with(self._other, how))
        self.bar.look_changed.connect(lambda _: self._ask())
        self.bar.zoom_chosen.connect(lambda zoom: self.image.zoom_to(zoom) if zoom else self.image.fit())
        self.bar.overlay_toggled.connect(lambda on: self._set_shown_marks("show_insets", on))
        self.bar.bad_toggled.connect(lambda on: self._set_shown_marks("show_bad", on))
        self.bar.refresh_pressed.connect(self.refresh)
        self.image.pointed.connect(self._point_at)
        self.image.box_changed.connect(self._sample)
        self.image.zoomed.connect(lambda zoom: self.bar.set_zoom(zoom, self.image.is_fitted))
        self.timeline.frame_chosen.connect(self._scrub)
        self.timeline.in_out_changed.connect(self._set_in_out)
        self.transport.pressed.connect(self.press)
        self.transport.frame_typed.connect(self.set_frame)
        self.transport.in_out_typed.connect(self.timeline.set_in_out)
        self.transport.fps_typed.connect(self._set_fps)
        self.transport.loop_chosen.connect(lambda loop: setattr(self.playback, "loop", loop))
        self.playback.due.connect(self.set_frame)
        self.playback.changed.connect(self.transport.set_direction)
        self._impatient.timeout.connect(self._say)
        self._again.timeout.connect(self._look_again)
        QCoreApplication.instance().aboutToQuit.connect(self.shutdown)

    def _choose_node(self, side: str, name: str) -> None:
        if side == "A":
            self.show_node(name)
        else:
            self.compare_with(name, (self._compare or WIPE) if name else self._compare)

    def _set_in_out(self, start: int, end: int) -> None:
        self.playback.first, self.playback.last = start, end
        self.transport.set_in_out(start, end)

    def _set_fps(self, fps: float) -> None:
        self.playback.fps = fps
        self.fps_changed.emit(fps)

    def _set_shown_marks(self, which: str, on: bool) -> None:
        setattr(self.image, which, on)
        self._say()

    def _scrub(self, frame: int) -> None:
        self.playback.stop()
        self.set_frame(frame)

    # Any stands for "or None", which a signal cannot say.
    def _point_at(self, point: Any) -> None:
        self.readout.set_point(point)

    def _sample(self, box: Any) -> None:
        self.readout.set_box(box)

    def _look_again(self) -> None:
        """Notice files that were replaced: frames, a .cat, a training's newest checkpoint."""
        if self.isVisible() and not self.playback.playing and self.is_current:
            self.renderer.look_again()
