"""Advice: the panel Reading the Results: what to look at, what it means, and a button that does what it says."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.settings import CROP_SIZES, ModelSize
from paircat.nodes.copycat_knobs import AUTO_CROP
from paircat.ui.findings import Action, Finding, findings
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.training import Training
from paircat.ui.wheel import leave_wheel_to_panel
from paircat.ui.wrapping_label import WrappingLabel

_APPLIES = "#e8b84a"


class Advice(QWidget):
    """Folded up until it is asked for; its title says how much of it applies to the active run.

    Signals:
        show_frames: name of the CopyCat, and the frame to compare its Input and GroundTruth at.
    """

    show_frames = Signal(str, int)

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = training
        self._findings: list[Finding] = []
        self._frames: tuple[int, ...] = ()
        self.title = QToolButton(checkable=True)
        self.title.setObjectName("fold")
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.toggled.connect(self._fold)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(10, 0, 0, 0)
        self.rows.setSpacing(10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.title)
        layout.addWidget(self.body)
        training.changed.connect(self.refresh)
        training.estimate_changed.connect(self.refresh)
        self.refresh()
        self._fold(False)

    def refresh(self) -> None:
        """Judge the active run anew."""
        estimate = self.training.estimate
        found = findings(self._run, estimate)
        frames = estimate.frames if estimate is not None else ()
        if (found, frames) != (self._findings, self._frames):
            self._findings, self._frames = found, frames
            self._fill()
        self._entitle()

    def act(self, action: Action) -> None:
        """Do what a piece of advice offers."""
        training = self.training
        try:
            match action:
                case Action.GO_ON:
                    training.canvas.set_value(training.name, "epochs", self._epochs_so_far())
                    training.resume()
                case Action.RESUME:
                    with training.canvas.step("double the epochs"):
                        training.canvas.set_value(training.name, "epochs", 2 * self._epochs_so_far())
                    training.resume()
                case Action.FULL_RESOLUTION:
                    training.finish()
                case Action.LARGER_MODEL:
                    sizes = [item.value for item in ModelSize]
                    self._take("modelSize", sizes[sizes.index(training.canvas.value(training.name, "modelSize")) + 1 :])
                case Action.LARGER_CROP:
                    self._take("cropSize", [size for size in CROP_SIZES if size > self._crop_size()])
        except PairCatError as error:
            training.say(str(error))

    @property
    def _run(self) -> RunSnapshot | None:
        """The active run, unless it is another node's: its numbers say nothing of the pictures connected here."""
        active = self.training.active
        return None if active is not None and self.training.why_foreign(active) else active

    def _epochs_so_far(self) -> int:
        active = self._run
        knob = self.training.canvas.value(self.training.name, "epochs")
        return active.settings.epochs if active is not None and active.settings is not None else knob

    def _crop_size(self) -> int:
        """The knob's, or what its Auto comes to."""
        knob = self.training.canvas.value(self.training.name, "cropSize")
        estimate = self.training.estimate
        if knob == AUTO_CROP:
            return estimate.crop_size if estimate is not None else 0
        return int(knob)

    def _take(self, knob: str, larger: list[Any]) -> None:
        """Set a knob to the first of the values that are larger than its own."""
        training = self.training
        if not larger:
            now = training.canvas.value(training.name, knob)
            training.say(f"{knob} is {now} already, the largest there is.")
            return
        training.canvas.set_value(training.name, knob, larger[0])
        training.say(f"{knob} is {larger[0]} now. Start Training begins a new run with it.")

    def _fold(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self._entitle()

    def _entitle(self) -> None:
        count = sum(item.applies for item in self._findings)
        self.title.setText(
            f"{'▾' if self.title.isChecked() else '▸'}  Reading the Results"
            + (f"   ({count} to look at)" if count else "")
        )

    def _fill(self) -> None:
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for finding in self._findings:
            self.rows.addWidget(self._row(finding))

    def _row(self, finding: Finding) -> QFrame:
        row = QFrame()
        mark = QFrame()
        mark.setFixedWidth(3)
        mark.setStyleSheet(f"background: {_APPLIES if finding.applies else 'transparent'}; border: none;")
        column = QVBoxLayout()
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(4)
        beside = QHBoxLayout(row)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(mark)
        beside.addLayout(column, 1)
        column.addWidget(QLabel(f"<b>{finding.title}</b>"))
        label = WrappingLabel()
        label.setText(finding.text)
        column.addWidget(label)
        if finding.action is Action.COMPARE:
            column.addLayout(self._compare())
        elif finding.action is not Action.LATER:
            button = QPushButton(finding.action.value)
            button.clicked.connect(lambda: self.act(finding.action))
            line = QHBoxLayout()
            line.addWidget(button)
            line.addStretch(1)
            column.addLayout(line)
        return row

    def _compare(self) -> QHBoxLayout:
        """The pairs by their frames, in the order in which they are trained, and a button that shows one."""
        pairs = QComboBox(toolTip="The pairs, in the order in which they are numbered.")
        leave_wheel_to_panel(pairs)
        for number, frame in enumerate(self._frames, 1):
            pairs.addItem(f"Pair {number}: frame {frame}", frame)
        show = QPushButton(Action.COMPARE.value)
        show.clicked.connect(lambda: self.show_frames.emit(self.training.name, pairs.currentData()))
        following = QToolButton(text="▶", toolTip="The next pair.")

        def go_on() -> None:
            pairs.setCurrentIndex((pairs.currentIndex() + 1) % max(pairs.count(), 1))
            self.show_frames.emit(self.training.name, pairs.currentData())

        following.clicked.connect(go_on)
        line = QHBoxLayout()
        for part in (pairs, show, following):
            line.addWidget(part)
        line.addStretch(1)
        return line
