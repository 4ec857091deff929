"""NodeNote: what a kind of node has to say beside its knobs, such as the channels of a network. Read-only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import CatHeader, read_header
from paircat.nodes.inference import Inference
from paircat.nodes.node import Node
from paircat.nodes.preview import Preview
from paircat.ui.background import in_background
from paircat.ui.canvas import Canvas
from paircat.ui.wrapping_label import WrappingLabel

Rows = dict[str, str]

_POLL_MILLISECONDS = 1000


class NodeNote(QWidget):
    """Rows of label and text, found out on another thread. Subclasses say `question`.

    While it is in sight it asks again every second, since files are replaced.
    """

    labels: tuple[str, ...] = ()

    def __init__(self, canvas: Canvas, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.name = name
        self.rows = {label: QLabel("–", wordWrap=True) for label in self.labels}
        self.problem = WrappingLabel()
        self.problem.setProperty("problem", True)
        self.problem.setContentsMargins(8, 0, 8, 0)
        self.problem.hide()
        form = QFormLayout()
        form.setContentsMargins(8, 0, 8, 0)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for label, text in self.rows.items():
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label, text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.addLayout(form)
        column.addWidget(self.problem)
        self._asking = self._again = False
        self._timer = QTimer(self, interval=_POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)
        self._timer.start()

    def question(self) -> Callable[[], Rows]:
        """What to work out on another thread, as the canvas is now.

        Raises:
            PairCatError: why it cannot be asked.
        """
        raise NotImplementedError(type(self).__name__)

    def show_node(self, node: Node) -> None:
        """The node's knobs may have changed."""
        self.name = node.name
        self._ask()

    def _poll(self) -> None:
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        if self._asking:
            self._again = True
            return
        try:
            work = self.question()
        except PairCatError as error:
            self._show({}, "" if self._is_of_a_knob(str(error)) else str(error))
            return
        self._asking = True
        in_background(self, work, self._show, lambda sentence: self._show({}, sentence))

    def _is_of_a_knob(self, sentence: str) -> bool:
        """Whether a knob of this node holds what it does not allow; its field says the same already."""
        node = self.canvas.node(self.name)
        for knob in node.all_knobs():
            try:
                node.value(knob.name)
            except PairCatError as error:
                if str(error) == sentence:
                    return True
        return False

    def _show(self, found: Rows, problem: str = "") -> None:
        self._asking = False
        if self._again:  # the node has changed since this was asked
            self._again = False
            self._ask()
            return
        for label, text in self.rows.items():
            text.setText(found.get(label, "–"))
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


class InferenceNote(NodeNote):
    """What the Model File holds."""

    labels = ("Channels In", "Channels Out", "Model", "Trained")

    def question(self) -> Callable[[], Rows]:
        script = self.canvas.script()
        node = script.node(self.name)
        if not isinstance(node, Inference) or not node.value("modelFile"):
            return Rows
        path = node.model_path(script.graph())
        return lambda: _of_header(read_header(path))


class PreviewNote(NodeNote):
    """Which checkpoint shows."""

    labels = ("Checkpoint", "Channels In", "Channels Out", "Trained")

    def question(self) -> Callable[[], Rows]:
        script = self.canvas.script()
        node, graph = script.node(self.name), script.graph()
        if not isinstance(node, Preview):
            return Rows

        def work() -> Rows:
            path = node.checkpoint(graph)
            return {"Checkpoint": Path(path).name, **_of_header(read_header(path))}

        return work


class ReadNote(NodeNote):
    """What there is to read."""

    labels = ("Frames found", "Size", "Channels")

    def question(self) -> Callable[[], Rows]:
        script = self.canvas.script()
        node = script.node(self.name)
        if not node.value("file"):
            return Rows
        op = node.op(script.graph())
        return lambda: _of_op(op)


def _of_header(header: CatHeader) -> Rows:
    of = f" of {header.total_steps:,}" if header.total_steps else ""  # of a run limited by minutes nobody knew it
    return {
        "Channels In": ", ".join(header.channels_in),
        "Channels Out": ", ".join(header.channels_out),
        "Model": header.model_size,
        "Trained": f"{header.step:,}{of} steps, loss {header.recent_loss:.4g}, {header.created[:10]}",
    }


def _of_op(op: Op) -> Rows:
    frames = op.frame_range()
    if not frames:
        return {"Frames found": "none"}
    header = op.header(frames.first)
    window, data = header.display_window, header.data_window
    size = f"{window.width} × {window.height}"
    if data != window:
        size += f", data window {data.width} × {data.height} at {data.x}, {data.y}"
    if header.pixel_aspect != 1:
        size += f", pixel aspect {header.pixel_aspect:g}"
    return {"Frames found": f"{frames} ({len(frames)})", "Size": size, "Channels": ", ".join(header.channels)}
