"""WriteControls: the Render button of a Write node, with progress and cancel. A child process does the work."""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QProgressBar, QPushButton, QVBoxLayout, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.write import WriteSettings, existing_frames
from paircat.engine.write_process import request_json
from paircat.nodes.node import Node
from paircat.nodes.write import Write
from paircat.ui import run_words
from paircat.ui.canvas import Canvas
from paircat.ui.sentence_label import SentenceLabel


@dataclass(frozen=True)
class _Order:
    """What is to be written where, as the node was when the button was pressed."""

    op: Op
    frames: FrameRange
    settings: WriteSettings


class WriteControls(QWidget):
    """Renders the node as it is when the button is pressed; what is changed afterwards belongs to the next time."""

    def __init__(self, canvas: Canvas, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.name = name
        self._process: QProcess | None = None
        self._began = 0.0
        self._answered = False
        self.question: QMessageBox | None = None
        self.render_button = QPushButton("Render", toolTip="Write the frames in the background.")
        self.render_button.clicked.connect(self.start)
        self.cancel_button = QPushButton("Cancel", enabled=False, toolTip="Stop after the frame in work; it stays.")
        self.cancel_button.clicked.connect(self.cancel)
        self.bar = QProgressBar(textVisible=False, value=0)
        self.bar.setFixedHeight(6)
        self.words = SentenceLabel()
        row = QHBoxLayout()
        row.addWidget(self.render_button)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.words)

    @property
    def rendering(self) -> bool:
        return self._process is not None

    def show_node(self, node: Node) -> None:
        self.name = node.name

    def start(self) -> None:
        """Begin to write; where files are there already, ask first."""
        try:
            script = self.canvas.script()
            graph, node = script.graph(), script.node(self.name)
            assert isinstance(node, Write)
            order = _Order(graph.op(self.name), node.frames(graph), node.write_settings(graph))
            there = existing_frames(order.settings, order.frames)
        except PairCatError as error:
            self._say(str(error), problem=True)
            return
        if there:
            self._ask(order, there)
        else:
            self._render(order)

    def _ask(self, order: _Order, there: FrameRange) -> None:
        """Say what would be lost; the answer goes on. The window is not held up meanwhile."""
        name, missing = Path(order.settings.file).name, FrameRange.of(set(order.frames) - set(there))
        words = f"What {self.name} would write exists already."
        if missing:
            words = f"{len(there)} of the {len(order.frames)} frames of {self.name} exist already."
        box = QMessageBox(QMessageBox.Icon.Question, "Render", words, parent=self)
        box.setInformativeText(f"{name}, frames {there}: overwriting cannot be undone.")
        overwrite = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
        rest = box.addButton("Only the Missing Frames", QMessageBox.ButtonRole.AcceptRole) if missing else None
        keep = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(rest or keep)
        box.setEscapeButton(keep)

        def answered() -> None:
            clicked, self.question = box.clickedButton(), None
            box.deleteLater()
            if clicked is overwrite:
                self._render(order)
            elif rest is not None and clicked is rest:
                self._render(replace(order, frames=missing))

        self.question = box
        box.finished.connect(answered)
        box.open()

    def _render(self, order: _Order) -> None:
        request = request_json(order.op, order.frames, order.settings)
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(sys.executable, ["-m", "paircat.engine.write_process"])
        process.write(json.dumps(request).encode() + b"\n")
        self._process, self._began, self._answered = process, time.monotonic(), False
        self.bar.setRange(0, 0)
        self._offer()
        self._say("Starting …")

    def cancel(self) -> None:
        """Stop after the frame in work."""
        if self._process is not None:
            self._process.closeWriteChannel()
            self.cancel_button.setEnabled(False)
            self._say("Stopping after this frame …")

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            try:
                told = json.loads(bytes(self._process.readLine().data()))
            except ValueError:  # something that a plugin prints
                continue
            if "frame" in told:
                self._progress(told["frame"], told["done"], told["total"])
            elif "error" in told:
                self._answered = True
                self._say(told["error"], problem=True)
            elif "written" in told:
                self._answered = True
                spent = run_words.duration(time.monotonic() - self._began)
                self._say(f"Wrote frames {told['written']} in {spent}." if told["written"] else "Nothing was written.")

    def _progress(self, frame: int, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        spent = time.monotonic() - self._began
        left = spent / done * (total - done) if done else math.nan
        if self.cancel_button.isEnabled():
            self._say(f"Frame {frame}   ·   {done} of {total}   ·   {run_words.duration(left)} left")

    def _finished(self) -> None:
        self._read()
        if not self._answered:
            self._say("The rendering process ended before it was done; frames that were written stay.", problem=True)
        if self._process is not None:
            self._process.deleteLater()
        self._process = None
        self.bar.setRange(0, 100)
        self.bar.setValue(0)
        self._offer()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finished()

    def _offer(self) -> None:
        self.render_button.setEnabled(self._process is None)
        self.cancel_button.setEnabled(self._process is not None)

    def _say(self, sentence: str, problem: bool = False) -> None:
        self.words.setProperty("problem", problem)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.words.setText(sentence)
