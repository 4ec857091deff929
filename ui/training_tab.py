"""TrainingTab: the first tab of a CopyCat: its knobs, what they come to, and the buttons that train."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QMessageBox, QPushButton, QScrollArea, QVBoxLayout, QWidget

from paircat.engine.runs.finish import can_finish, steps_to_finish
from paircat.nodes.node import Node
from paircat.ui import run_format
from paircat.ui.advice import Advice
from paircat.ui.estimate_words import gpu_line, info_line, resume_line
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.knob_form import KnobForm
from paircat.ui.launch import OtherPairs, Pairs
from paircat.ui.training import Training
from paircat.ui.wrapping_label import WrappingLabel

_START = "Train the connected pairs in a new run."
_INFO = (
    "What a new training would come to, as the knobs stand now; the last line is what Resume Training would do with "
    "the active run on the same pairs."
)
_RESUME = (
    "Go on with {which}, to the Epochs above, on the Frames above where some are named. Learning Rate, Batch Size, a "
    "larger Model Size, Mixed Precision, intervals, Max Checkpoints, device, processes and threads go with it where "
    "you have set them since it was started. Where other pairs are connected than it began with, you are asked which."
)


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
        self.info = WrappingLabel()
        self.problem = WrappingLabel()
        self.problem.setProperty("problem", True)
        form.add_row("Local GPU", self.gpu, "The graphics card of this machine that would train.", on_top=True)
        form.add_row("Info", self.info, _INFO)
        self.taken = WrappingLabel()
        self.question: QMessageBox | None = None
        self.advice = Advice(training)
        self.advice.show_frames.connect(self.show_frames)
        self.start = QPushButton("Start Training")
        self.finish = QPushButton("Finish")
        self.stop = QPushButton("Stop")
        self.resume = QPushButton("Resume Training")
        self.infer = QPushButton("Create Inference", toolTip="A node that applies the active run's newest .cat.")
        self.start.clicked.connect(lambda: training.start())
        self.finish.clicked.connect(lambda: training.finish())
        self.stop.clicked.connect(self.ask_to_stop)
        self.resume.clicked.connect(lambda: training.resume())
        self.infer.clicked.connect(self._create_inference)
        self._lay_out()
        training.folder_missing.connect(self._ask_to_create)
        training.pairs_differ.connect(self._ask_for_pairs)
        training.changed.connect(self.refresh)
        training.estimate_changed.connect(self.refresh)
        training.want_estimate()
        self.refresh()

    def show_node(self, node: Node) -> None:
        """Nothing to do here: the form shows the knobs."""

    def refresh(self) -> None:
        """Show what is known now, and offer what can be done."""
        estimate, running, active = self.training.estimate, self.training.running, self.training.active
        self.gpu.setText(gpu_line(estimate))
        self.info.setText(info_line(estimate) + self._of_resume(active))
        problem = estimate.problem if estimate is not None else ""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        busy = running is not None or self.training.starting is not None
        free = not busy and not self.training.preparing
        self.start.setEnabled(free)
        self._say_who_trains(running)
        self.stop.setEnabled(busy)
        what = f"Save and end '{running.name}'" if running is not None else "Save and end"
        self.stop.setToolTip(f"{what} after the current step. It can be resumed.")
        self.resume.setEnabled(active is not None and active.info.resumable and not active.training and free)
        self.infer.setEnabled(active is not None and active.newest_cat is not None)
        self._offer_to_finish(running or (active if not busy else None))

    def _of_resume(self, active: RunSnapshot | None) -> str:
        """Info's last line: what Resume would do, which knobs that were touched since may not change."""
        if active is None or active.training or not active.info.resumable or self.training.why_foreign(active):
            return ""
        line = resume_line(self.training.estimate, active, self.training.on_resume(active))
        return f"\n{line}" if line else ""

    def _say_who_trains(self, running: RunSnapshot | None) -> None:
        """Why a start has to wait; of a run that is not this node's own the panel says it, too."""
        sentence, is_own = "", True
        if running is not None:
            is_own = self.training.owns(running.run)
            owner = "" if is_own else self.training.owner(running.run)
            sentence = (
                f"'{running.name}'{f' of {owner}' if owner else ''} is being trained in this Data Directory; stop it, "
                "or choose another Data Directory."
            )
        self.start.setToolTip(sentence or _START)
        active = self.training.active
        which = "the active run"
        if active is not None:
            known = active.info.resume_step
            which = f"'{active.name}' from step {active.info.steps if known is None else known:,}"
        self.resume.setToolTip(sentence or _RESUME.format(which=which))
        self.taken.setText("" if is_own else sentence)
        self.taken.setVisible(not is_own)

    def _offer_to_finish(self, snapshot: RunSnapshot | None) -> None:
        """The button that brings this run to its end, with how long that takes."""
        what = "Go on at full resolution for a fourth of the steps so far, 100 at least, while the learning rate falls."
        info = snapshot.info if snapshot is not None else None
        if snapshot is None or info is None or not can_finish(info):
            self.finish.setEnabled(False)
        elif self.training.is_finishing(snapshot):
            self.finish.setEnabled(False)
            what = "It is being finished, and will end by itself."
        else:
            steps = steps_to_finish(info)
            ends_soon = snapshot.training and info.steps + steps == info.total_steps and _at_full_resolution(snapshot)
            self.finish.setEnabled(not ends_soon)
            if ends_soon:
                what = f"It ends by itself, settled, after {steps:,} steps more."
            else:
                time = run_format.about(run_format.full_seconds(snapshot.summary, steps))
                what = (
                    f"Go on for {steps:,} steps more{f', {time},' if time else ''} at full resolution, while the "
                    "learning rate falls to nothing, and end then: a better result than that of a run that is stopped."
                )
        self.finish.setToolTip(what)

    def _ask_to_create(self, folder: str) -> None:
        """A start lacks the Data Directory: offer to create it and start then."""
        spelled = self.training.node.value("dataDirectory")
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Start Training",
            f"The Data Directory '{spelled}' does not exist. Create it?",
            parent=self,
        )
        box.setInformativeText(f"The runs are kept in {folder}.")
        create = box.addButton("Create", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(create)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.buttonClicked.connect(lambda button: self.training.start(create_folder=True) if button is create else None)
        self.question = box
        box.open()

    def _ask_for_pairs(self, other: OtherPairs) -> None:
        """Other pairs are connected than the run began with: which are meant?"""
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "Resume Training",
            f"'{other.run}' has learnt other pairs than are connected now. Which shall it go on with?",
            parent=self,
        )
        box.setInformativeText(
            f"Of its pairs, {other.difference}.\n\nIt keeps what it has learnt either way. To begin a new run with "
            "that, set Initial Weights to Checkpoint and start a training."
        )
        connected = box.addButton("The Connected Pairs", QMessageBox.ButtonRole.AcceptRole)
        own = box.addButton("Its Own Pairs", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(connected)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def chosen(button: object) -> None:
            if button in (connected, own):
                self.training.resume(other.run, Pairs.CONNECTED if button is connected else Pairs.OWN)

        box.buttonClicked.connect(chosen)
        self.question = box
        box.open()

    def ask_to_stop(self) -> None:
        """Stop; where full resolution has not been trained yet, ask first what is meant."""
        running = self.training.running
        if running is None or _at_full_resolution(running):
            self.training.stop(running.name if running is not None else "")
            return
        box = QMessageBox(QMessageBox.Icon.Question, "Stop", "", parent=self)
        finish = box.addButton("Finish at Full Resolution", QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton("Stop Now", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Keep Training", QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def chosen(button: object) -> None:
            if button is finish:
                self.training.finish(running.name)
            elif button is stop:
                self.training.stop(running.name)

        def follow() -> None:
            """The run goes on while the question stands."""
            now = self.training.monitor.snapshot(running.name)
            if now is None or not now.training:
                box.reject()
            else:
                _word_stop(box, now)

        def answered() -> None:
            self.training.changed.disconnect(follow)
            self.question = None

        box.buttonClicked.connect(chosen)
        box.finished.connect(answered)
        self.training.changed.connect(follow)
        _word_stop(box, running)
        self.question = box
        box.open()

    def _create_inference(self) -> None:
        active = self.training.active
        if active is None or active.newest_cat is None:
            return
        if why := self.training.why_foreign(active):
            self.training.say(why)
        else:
            self.create_inference.emit(self.training.name, str(active.newest_cat))

    def _lay_out(self) -> None:
        buttons = QGridLayout()
        buttons.setContentsMargins(8, 0, 8, 8)
        for place, button in enumerate((self.start, self.finish, self.stop)):
            buttons.addWidget(button, 0, 2 * place, 1, 2)
        for place, button in enumerate((self.resume, self.infer)):
            buttons.addWidget(button, 1, 3 * place, 1, 3)
        said = QVBoxLayout()  # below the buttons, which stay where they are
        said.setContentsMargins(8, 0, 8, 0)
        for label in (self.problem, self.taken):
            said.addWidget(label)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.form)
        column.addLayout(buttons)
        column.addLayout(said)
        column.addWidget(self.advice)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


def _word_stop(box: QMessageBox, running: RunSnapshot) -> None:
    """Say in the question of Stop how far the run has come by now."""
    text = f"'{running.name}' has come to full resolution just now."
    if not _at_full_resolution(running):
        resolution = run_format.resolution(int(running.summary.scale[-1]))
        text = f"'{running.name}' has only been trained at {resolution} so far."
    steps = steps_to_finish(running.info)
    more = (
        f"Fine detail comes from the steps at full resolution. It can go on with {steps:,} steps of those and end "
        "then, or stop now; what it has learnt is saved and can be resumed either way."
    )
    if (box.text(), box.informativeText()) != (text, more):
        box.setText(text)
        box.setInformativeText(more)


def _at_full_resolution(snapshot: RunSnapshot) -> bool:
    return not len(snapshot.summary) or bool(snapshot.summary.scale[-1] == 1)
