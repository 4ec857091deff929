"""TrainingStatus: how the active training stands, always in sight below the tabs of a CopyCat."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from paircat.ui import run_format
from paircat.ui.folder_watch import IS_TO_COME, RunSnapshot
from paircat.ui.training import Training
from paircat.ui.wrapping_label import WrappingLabel

_BAR_STEPS = 1000
_FACTS = 4  # in the first line, so that no fact is broken in two


class TrainingStatus(QWidget):
    """A bar, and a line with state, step, loss, resolution, pace, elapsed and time left."""

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = training
        self.bar = QProgressBar(maximum=_BAR_STEPS, textVisible=False)
        self.bar.setFixedHeight(6)
        self.label = WrappingLabel()
        self.problem = WrappingLabel()
        self.dismiss = QToolButton(text="×", toolTip="Hide this message.", autoRaise=True)
        self.dismiss.clicked.connect(lambda: training.say(""))
        row = QHBoxLayout()
        row.addWidget(self.problem, 1)
        row.addWidget(self.dismiss)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 6)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self.label)
        layout.addLayout(row)
        training.changed.connect(self.refresh)
        training.message_changed.connect(self._say)
        self._say(training.sentence)
        self.refresh()

    def refresh(self) -> None:
        """Show the run as it is known now."""
        snapshot, foreign = self._own()
        launch = self.training.starting
        if launch is not None and (snapshot is None or snapshot.name != launch.run.name):
            self._say_starting(launch.run.name, 0, 0)
            return
        if launch is not None and snapshot is not None and not launch.trains(snapshot):  # all it shows is of the past
            finishes = self.training.is_finishing(snapshot)
            self._say_starting(snapshot.name, snapshot.info.steps, snapshot.info.total_steps, finishes)
            return
        if self.training.preparing and (snapshot is None or not snapshot.training):
            self.label.setText("Looking at the files …")
            self.bar.setRange(0, 0)
            return
        self.bar.setRange(0, _BAR_STEPS)
        if snapshot is None:
            self.label.setText(
                f"No run of this node yet; '{foreign}' learns other pictures." if foreign else "No run yet"
            )
            self.bar.setValue(0)
            return
        info = snapshot.info
        self.bar.setValue(round(_BAR_STEPS * info.steps / info.total_steps) if info.total_steps else 0)
        facts = run_format.facts(snapshot)
        if self.training.is_finishing(snapshot):
            facts[0] = run_format.FINISHING
        lines = (snapshot.name, run_format.SEPARATOR.join(facts[:_FACTS]), run_format.SEPARATOR.join(facts[_FACTS:]))
        self.label.setText("\n".join(lines))

    def _own(self) -> tuple[RunSnapshot | None, str]:
        """The run to show: that which trains, else the active one; or none, and the name of one of another node."""
        known = [run for run in (self.training.running, self.training.active) if run is not None]
        own = [run for run in known if not self.training.why_foreign(run)]
        return (own[0], "") if own else (None, known[0].name if known else "")

    def _say_starting(self, name: str, steps: int, total: int, finishes: bool = False) -> None:
        self.label.setText(f"{run_format.FINISHING if finishes else 'Starting'}{run_format.SEPARATOR}{name}")
        self.bar.setRange(0, _BAR_STEPS)
        self.bar.setValue(round(_BAR_STEPS * steps / total) if total > steps else 0)

    def _say(self, sentence: str) -> None:
        self.problem.setProperty("problem", not sentence.endswith(IS_TO_COME))
        self.problem.style().unpolish(self.problem)
        self.problem.style().polish(self.problem)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.dismiss.setVisible(bool(sentence))
