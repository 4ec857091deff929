"""TrainingTab: the first tab of a CopyCat: its knobs, what they come to, and the buttons that train."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QMessageBox, QPushButton, QScrollArea, QVBoxLayout, QWidget

from paircat.nodes.node import Node
from paircat.ui import run_words
from paircat.ui.advice import Advice
from paircat.ui.knob_form import KnobForm
from paircat.ui.surveyor import gpu_line, info_line
from paircat.ui.training import Training, full_resolution_steps


class TrainingTab(QWidget):
    """
    Signals:
        create_inference: name of the CopyCat, and the .cat to use.
        show_frames: name of the CopyCat, and the frame to compare its Input and GroundTruth at.
    """

    create_inference = Signal(str, str)
    show_frames = Signal(str, int)

    def __init__(self, training: Training, form: KnobForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = training
        self.form = form
        self.gpu = QLabel()
        self.info = QLabel(wordWrap=True)
        self.problem = QLabel(wordWrap=True)
        self.problem.setProperty("problem", True)
        form.add_row("Local GPU", self.gpu, "The graphics card of this machine that would train.", on_top=True)
        form.add_row("Info", self.info, "What a new training would come to, as the knobs stand now.")
        form.add_row("", self.problem)
        self.question: QMessageBox | None = None
        self.advice = Advice(training)
        self.advice.show_frames.connect(self.show_frames)
        self.start = QPushButton("Start Training", toolTip="Train the connected pairs in a new run.")
        self.stop = QPushButton("Stop", toolTip="Save and end after the current step. It can be resumed.")
        self.resume = QPushButton("Resume Training", toolTip="Go on with the active run, to the Epochs above.")
        self.infer = QPushButton("Create Inference", toolTip="A node that applies the active run's newest .cat.")
        self.start.clicked.connect(training.start)
        self.stop.clicked.connect(self.ask_to_stop)
        self.resume.clicked.connect(lambda: training.resume())
        self.infer.clicked.connect(self._create_inference)
        self._lay_out()
        training.changed.connect(self.refresh)
        training.surveyed.connect(self.refresh)
        training.want_survey()
        self.refresh()

    def show_node(self, node: Node) -> None:
        """Nothing to do here: the form shows the knobs."""

    def refresh(self) -> None:
        """Show what is known now, and offer what can be done."""
        survey, running, active = self.training.survey, self.training.running, self.training.active
        self.gpu.setText(gpu_line(survey))
        self.info.setText(info_line(survey))
        problem = survey.problem if survey is not None else ""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        busy = running is not None or self.training.starting is not None
        self.start.setEnabled(not busy)
        self.stop.setEnabled(busy)
        self.resume.setEnabled(active is not None and active.info.resumable and not active.training and not busy)
        self.infer.setEnabled(active is not None and active.newest_cat is not None)

    def ask_to_stop(self) -> None:
        """Stop; where full resolution has not been trained yet, ask first what is meant."""
        running = self.training.running
        if running is None or not len(running.summary) or running.summary.scale[-1] == 1:
            self.training.stop()
            return
        steps = full_resolution_steps(running)
        resolution = run_words.resolution(int(running.summary.scale[-1]))
        box = QMessageBox(
            QMessageBox.Icon.Question, "Stop", f"This run has only been trained at {resolution} so far.", parent=self
        )
        box.setInformativeText(
            f"Fine detail comes from the steps at full resolution. It can go on with {steps:,} steps of those and end "
            "then, or stop now; what it has learnt is saved and can be resumed either way."
        )
        finish = box.addButton("Finish at Full Resolution", QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton("Stop Now", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Keep Training", QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def chosen(button: object) -> None:
            if button is finish:
                self.training.finish_at_full_resolution()
            elif button is stop:
                self.training.stop()

        box.buttonClicked.connect(chosen)
        self.question = box
        box.open()

    def _create_inference(self) -> None:
        active = self.training.active
        if active is not None and active.newest_cat is not None:
            self.create_inference.emit(self.training.name, str(active.newest_cat))

    def _lay_out(self) -> None:
        buttons = QGridLayout()
        buttons.setContentsMargins(8, 0, 8, 8)
        for place, button in enumerate((self.start, self.stop, self.resume, self.infer)):
            buttons.addWidget(button, place // 2, place % 2)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.form)
        column.addLayout(buttons)
        column.addWidget(self.advice)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
