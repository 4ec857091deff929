"""CopyCatPanel: the properties of a CopyCat: Training, Advanced and Progress, and how the training stands."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from paircat.nodes.knobs import Knob
from paircat.nodes.node import Node
from paircat.ui.canvas import Canvas
from paircat.ui.node_panel import NodePanel, scrolled, tabs_of
from paircat.ui.progress_tab import ProgressTab
from paircat.ui.training import Training
from paircat.ui.training_status import TrainingStatus
from paircat.ui.training_tab import TrainingTab

_TALL = 640  # room for runs, graph and contact sheet below each other
_LEAST_TALL = 520  # what a window of 720 lines has; the status stays in sight


class CopyCatPanel(NodePanel):
    """
    Signals:
        create_inference: name of the CopyCat, and the .cat to use.
        show_frames: name of the CopyCat, and the frame to compare its Input and GroundTruth at.
        picture_opened: file and caption of a contact sheet or preview to show in the Viewer.
    """

    create_inference = Signal(str, str)
    show_frames = Signal(str, int)
    picture_opened = Signal(str, str)

    def __init__(self, canvas: Canvas, name: str, training: Training, parent: QWidget | None = None) -> None:
        self.training = training
        super().__init__(canvas, name, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(_LEAST_TALL)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  (Qt's name)
        """It takes the height it is given, whatever its words would like, so that the status stays in sight."""
        return False

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        return QSize(super().sizeHint().width(), _TALL)

    def fill(self, node: Node) -> None:
        """Training, Advanced, Progress, and what every node has; the status below all of them."""
        knobs = tabs_of(node)
        self.training_tab = TrainingTab(self.training, self.form(knobs["Training"]))
        self.progress_tab = ProgressTab(self.training)
        self.tabs.addTab(self.training_tab, "Training")
        self.tabs.addTab(self._of_knobs(knobs["Advanced"]), "Advanced")
        self.tabs.addTab(self.progress_tab, "Progress")
        self.tabs.addTab(self._of_knobs(knobs["Node"]), "Node")
        self.status = TrainingStatus(self.training)
        self.column.addWidget(self.status)
        for tab in (self.training_tab, self.progress_tab):
            tab.create_inference.connect(self.create_inference)
        self.training_tab.show_frames.connect(self.show_frames)
        self.progress_tab.picture_opened.connect(self.picture_opened)
        self.progress_tab.knob_set.connect(self.set_value)
        self.listeners.append(self.progress_tab.show_node)
        for form in self.forms:
            form.refused.connect(lambda _: self.training.look_again())

    def _of_knobs(self, knobs: list[Knob]) -> QWidget:
        form = self.form(knobs)
        form.finish()
        return scrolled(form)
