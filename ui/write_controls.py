"""WriteControls: the Render button of a Write node, with progress and cancel; its WriteJob goes on without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QProgressBar, QPushButton, QVBoxLayout, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.holes import Holes
from paircat.engine.picture.output import remark
from paircat.engine.picture.write import existing_frames
from paircat.nodes.node import Node
from paircat.nodes.write import Write
from paircat.ui.canvas import Canvas
from paircat.ui.text_focus import commit_typed
from paircat.ui.wrapping_label import WrappingLabel
from paircat.ui.write_job import Order, WriteJob


class WriteControls(QWidget):
    """Renders the node as it is when the button is pressed; what is changed afterwards belongs to the next time.

    Args:
        refusal: says of the node of a name why a field of its panel cannot be used.
    """

    def __init__(
        self,
        canvas: Canvas,
        render: WriteJob,
        refusal: Callable[[str], str] = lambda name: "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.name = render.name
        self._render, self._refusal = render, refusal
        self.question: QMessageBox | None = None
        self.render_button = QPushButton("Render", toolTip="Write the frames in the background.")
        self.render_button.clicked.connect(self.start)
        self.cancel_button = QPushButton("Cancel", enabled=False, toolTip="Stop after the frame in work; it stays.")
        self.cancel_button.clicked.connect(self.cancel)
        self.bar = QProgressBar(textVisible=False, value=0)
        self.bar.setFixedHeight(6)
        self.label = WrappingLabel()
        row = QHBoxLayout()
        row.addWidget(self.render_button)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.label)
        render.changed.connect(self._show)
        render.exists.connect(self._ask)
        self._show()

    @property
    def rendering(self) -> bool:
        """Whether it renders, or is about to."""
        return self._render.busy

    def show_node(self, node: Node) -> None:
        self.name = node.name

    def start(self) -> None:
        """Begin to write; where files are there already, ask first. What is seen in the panel has to be possible."""
        commit_typed()
        if refusal := self._refusal(self.name):
            self._render.say(f"Nothing was written. {refusal}", problem=True)
            return
        try:
            script = self.canvas.script()
            graph, node = script.graph(), script.node(self.name)
        except PairCatError as error:
            self._render.say(str(error), problem=True)
            return
        assert isinstance(node, Write)

        def find() -> tuple[Order, FrameRange]:
            op = graph.op(node.name)
            holes = Holes() if node.value("frames") else Holes.of(op)
            frames, settings = node.frames(graph), node.write_settings(graph)
            order = Order(op, frames, settings, holes, remark(settings, op.header(frames.first)) if frames else "")
            return order, existing_frames(order.op, order.frames, order.settings)

        self._render.prepare(find)

    def _ask(self, order: Order, there: FrameRange) -> None:
        """Say what would be lost; the answer goes on. The window is not held up meanwhile."""
        name, missing = Path(order.settings.file).name, FrameRange.of(set(order.frames) - set(there))
        question = f"What {self.name} would write exists already."
        if missing:
            question = f"{len(there)} of the {len(order.frames)} frames of {self.name} exist already."
        box = QMessageBox(QMessageBox.Icon.Question, "Render", question, parent=self)
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
                self._render.start(order)
            elif rest is not None and clicked is rest:
                self._render.start(replace(order, frames=missing))
            else:
                self._render.say("")

        self.question = box
        box.finished.connect(answered)
        box.open()

    def cancel(self) -> None:
        """Stop after the frame in work."""
        self._render.cancel()

    def _show(self) -> None:
        render = self._render
        self.render_button.setEnabled(not render.busy)
        self.cancel_button.setEnabled(render.busy and not render.stopping)
        self.bar.setRange(0, render.total if render.busy else 100)  # it runs to and fro until the first frame
        self.bar.setValue(render.done)
        self.label.setProperty("problem", render.problem)
        self.label.style().unpolish(self.label)
        self.label.style().polish(self.label)
        self.label.setText(render.message)
