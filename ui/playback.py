"""Playback: which frame comes next, and when."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

REPEAT, BOUNCE, ONCE = "Repeat", "Bounce", "Once"
LOOPS = (REPEAT, BOUNCE, ONCE)


def next_frame(frame: int, direction: int, first: int, last: int, loop: str) -> tuple[int, int]:
    """The frame after `frame`, and the direction to go on in; 0 where playing ends.

    >>> next_frame(9, 1, 1, 9, "Repeat"), next_frame(9, 1, 1, 9, "Bounce"), next_frame(9, 1, 1, 9, "Once")
    ((1, 1), (8, -1), (9, 0))
    """
    if first >= last:
        return first, direction if loop != ONCE else 0
    after = frame + direction
    if first <= after <= last:
        return after, direction
    if loop == REPEAT:
        return (first if direction > 0 else last), direction
    if loop == BOUNCE and first <= frame <= last:
        return frame - direction, -direction
    # A frame outside of the range comes back to its nearer end; at the end itself, Once is over.
    return min(max(frame, first), last), 0 if first <= frame <= last else direction


class Playback(QObject):
    """Plays every frame, at `fps` or as fast as they come. Who shows the frames calls `shown` for each.

    Signals: `due(int)`, the frame to show now; `changed(int)`, the direction: 1, -1, or 0 for standing still.
    """

    due = Signal(int)
    changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fps = 24.0
        self.loop = REPEAT
        self.first, self.last = 1, 1
        self.direction = 0
        self._frame = 1
        self._due_at = 0.0
        self._times: deque[float] = deque(maxlen=24)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._next)

    @property
    def playing(self) -> bool:
        return self.direction != 0

    @property
    def real_fps(self) -> float:
        """Frames a second over the last second or so; 0 before there are two."""
        if len(self._times) < 2:
            return 0.0
        return (len(self._times) - 1) / max(self._times[-1] - self._times[0], 1e-6)

    def play(self, direction: int, frame: int) -> None:
        """Play from a frame that is shown; once more from the beginning where it is the last."""
        self._times.clear()
        start, end = (self.first, self.last) if direction > 0 else (self.last, self.first)
        self._frame = start - direction if self.loop == ONCE and frame == end else frame
        self._due_at = time.perf_counter()
        self._set_direction(direction)
        if direction:
            self._timer.start(0)

    def stop(self) -> None:
        self._timer.stop()
        self._set_direction(0)

    def shown(self, frame: int) -> None:
        """The frame that was due is on the screen: the next one follows at its time."""
        if not self.playing or frame != self._frame or self._timer.isActive():
            return
        now = time.perf_counter()
        self._times.append(now)
        # What was late is not made good by hurrying: that would only stutter.
        self._due_at = max(self._due_at + 1 / self.fps, now - 1 / self.fps)
        self._timer.start(max(0, round((self._due_at - now) * 1000)))

    def ahead(self, count: int) -> tuple[int, ...]:
        """The frames that will be due after the one that is due now."""
        frames, frame, direction = [], self._frame, self.direction
        for _ in range(min(count, self.last - self.first)):
            frame, direction = next_frame(frame, direction, self.first, self.last, self.loop)
            if not direction:
                break
            frames.append(frame)
        return tuple(frames)

    def _next(self) -> None:
        frame, direction = next_frame(self._frame, self.direction, self.first, self.last, self.loop)
        if direction == 0:
            self.stop()
            return
        self._frame = frame
        self.direction = direction
        self.due.emit(frame)

    def _set_direction(self, direction: int) -> None:
        if direction != self.direction:
            self.direction = direction
            self.changed.emit(direction)
