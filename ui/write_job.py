"""WriteJob: the frames that a Write node has a child process write, whether or not its panel is open."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QProcess, Signal

from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.holes import Holes
from paircat.engine.picture.op import Op
from paircat.engine.picture.write import WriteSettings
from paircat.engine.write_process import request_json
from paircat.ui import run_format
from paircat.ui.background import in_background


@dataclass(frozen=True)
class Order:
    """What is to be written where, as the node was when the button was pressed.

    Attributes:
        holes: what the input lacks, of frames that nobody chose.
        remark: what whoever looks at the files should know.
    """

    op: Op
    frames: FrameRange
    settings: WriteSettings
    holes: Holes = field(default_factory=Holes)
    remark: str = ""


class WriteJob(QObject):
    """One process at a time.

    Attributes:
        name: the node's.
        message, problem: how it stands, in a sentence; whether that says what went wrong.
        done, total: frames written, and all; `total` is 0 until the first one is written, and when none are rendered.
        stopping: it was cancelled and is at its last frame.

    Signals:
        changed: any of these.
        exists(order, frames): nothing is rendered yet, since files of these frames are there already.
        ended: the process is gone.
    """

    changed = Signal()
    exists = Signal(Order, FrameRange)
    ended = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.message, self.problem = "", False
        self.done = self.total = 0
        self.stopping = False
        self._search: object = None
        self._frames, self._holes, self._remark = 0, Holes(), ""
        self._process: QProcess | None = None
        self._began = 0.0
        self._answered = False

    @property
    def rendering(self) -> bool:
        return self._process is not None

    @property
    def looking(self) -> bool:
        """Whether it is still being found out what is to be written."""
        return self._search is not None

    @property
    def busy(self) -> bool:
        """Whether it renders, or is about to."""
        return self.looking or self.rendering

    @property
    def pid(self) -> int | None:
        """The process's number, None while there is none."""
        return self._process.processId() if self._process is not None else None

    @property
    def standing(self) -> str:
        """A sentence for a question about it."""
        return f"{self.name} is rendering ({self.done} of {self._frames} frame{'s' * (self._frames != 1)})."

    def prepare(self, find: Callable[[], tuple[Order, FrameRange]]) -> None:
        """Begin, where no file is in the way; `exists` tells of those that are.

        Args:
            find: says, on another thread, what is to be written, and which of its frames are there already.
        """
        if self.busy:
            return
        search = self._search = object()
        self.say("Looking at the frames …")

        def found(answer: tuple[Order, FrameRange]) -> None:
            if search is not self._search:
                return  # it was cancelled
            self._search = None
            order, there = answer
            if there:
                self.say(f"{len(there)} of {len(order.frames)} frames exist already; nothing is written yet.")
                self.exists.emit(order, there)
            else:
                self.start(order)

        def failed(sentence: str) -> None:
            if search is self._search:
                self._search = None
                self.say(sentence, problem=True)

        in_background(self, find, found, failed)

    def start(self, order: Order) -> None:
        """Begin, unless it renders already."""
        if self._process is not None:
            return
        request = request_json(order.op, order.frames, order.settings)
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._process, self._began, self._answered = process, time.monotonic(), False
        self.done, self.total, self.stopping = 0, 0, False
        self._frames, self._holes, self._remark = len(order.frames), order.holes, order.remark
        self.say("Starting …")
        process.start(sys.executable, ["-m", "paircat.engine.write_process"])
        process.write(json.dumps(request).encode() + b"\n")

    def cancel(self) -> None:
        """Stop after the frame in work."""
        if self.looking:
            self._search = None
            self.say("Cancelled. Nothing was written.")
        elif self._process is not None and not self.stopping:
            self._process.closeWriteChannel()
            self.stopping = True
            self.say("Stopping after this frame …")

    def wait(self, seconds: float) -> None:
        """Return when the process is gone; after so many seconds it is killed, and its frame in work is lost."""
        process = self._process
        if process is not None and not process.waitForFinished(max(0, round(seconds * 1000))):
            process.kill()
            process.waitForFinished()

    def say(self, sentence: str, problem: bool = False) -> None:
        self.message, self.problem = sentence, problem
        self.changed.emit()

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            try:
                message = json.loads(bytes(self._process.readLine().data()))
            except ValueError:  # cut short, as where its process was killed
                continue
            if "frame" in message:
                self._progress(message["frame"], message["done"], message["total"])
            elif "error" in message:
                self._answered = True
                self.say(message["error"], problem=True)
            elif "written" in message:
                self._answered = True
                self._say_written(FrameRange.parse(message["written"]))

    def _say_written(self, frames: FrameRange) -> None:
        """How it ended. Frames that nobody left out on purpose are not to be found out in the comp."""
        spent = run_format.duration(time.monotonic() - self._began)
        wrote = f"Wrote frames {frames} in {spent}." if frames else "Nothing was written."
        if self._cut_short():
            self.say(f"Cancelled. {wrote} The other frames are as they were.")
        elif self._holes:
            count = f"Wrote {len(frames)} frame{'s' * (len(frames) != 1)} in {spent}"
            remedy = "Render them, or set Missing frames of the Read to hold or black."
            self.say(f"{count}; {self._holes.sentence}. {remedy}", problem=True)
        else:
            self.say(f"{wrote} {self._remark}".rstrip())

    def _cut_short(self) -> bool:
        """Whether it was cancelled before its last frame."""
        return self.stopping and self.done < self._frames

    def _progress(self, frame: int, done: int, total: int) -> None:
        self.done, self.total = done, total
        spent = time.monotonic() - self._began
        left = spent / done * (total - done) if done else math.nan
        if self.stopping:
            self.changed.emit()
        else:
            self.say(f"Frame {frame}   ·   {done} of {total}   ·   {run_format.duration(left)} left")

    def _finished(self) -> None:
        self._read()
        if self._process is None:
            return
        self._process.deleteLater()
        self._process = None
        self.done, self.total, self.stopping = 0, 0, False
        if self._answered:
            self.changed.emit()
        else:
            self.say("The rendering process ended before it was done; frames that were written stay.", problem=True)
        self.ended.emit()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finished()
