"""PropertiesBin: the panels of the nodes that an artist works on, stacked; each can float in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from paircat.engine.errors import PairCatError
from paircat.ui.canvas import Canvas
from paircat.ui.copycat_panel import CopyCatPanel
from paircat.ui.node_panel import NOTES, NodePanel
from paircat.ui.services import WindowServices
from paircat.ui.training_overlay import TrainingOverlay
from paircat.ui.trainings import Trainings
from paircat.ui.wheel import leave_wheel_to_panel
from paircat.ui.write_controls import WriteControls
from paircat.ui.write_jobs import WriteJobs

_PANELS = 10
_FLOATING = (460, 760)
_LEAST_WIDTH = 300  # beside the least Viewer there is in 800 pixels; what is wider then scrolls


class PropertiesBin(QWidget):
    """The newest panel is on top; beyond the number at the upper edge the oldest one closes.

    Signals:
        create_inference: name of a CopyCat, and the .cat to use.
        training_changed: name of a CopyCat whose active run, newest network or state changed.
        show_frames: name of a CopyCat, and the frame to compare its Input and GroundTruth at.
    """

    create_inference = Signal(str, str)
    training_changed = Signal(str)
    show_frames = Signal(str, int)

    def __init__(self, canvas: Canvas, services: WindowServices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.services = services
        self.trainings = Trainings(canvas, self)
        self.trainings.refusal = self.refusal
        self.write_jobs = WriteJobs(canvas, self)
        self._notes = {**NOTES, "Write": self._write_controls}
        self.overlay = TrainingOverlay(self.trainings, services, self) if services is not None else None
        self._panels: dict[str, NodePanel] = {}
        self._states: dict[str, object] = {}
        self._lay_out()
        canvas.node_renamed.connect(self._renamed)
        canvas.node_removed.connect(self.close_panel)
        self.trainings.changed.connect(self._note_training)
        self.trainings.left_alone.connect(self._tell_of_left_alone)
        self.write_jobs.ended.connect(self._tell_of_render)
        self.write_jobs.abandoned.connect(self._tell_of_abandoned)

    # -- panels -----------------------------------------------------------------------------------------------------

    def show_node(self, name: str) -> None:
        """Bring a node's panel to the top; a floating one to the front."""
        panel = self._panels.get(name)
        if panel is None:
            try:
                panel = self._make(name)
            except PairCatError:
                return  # deleted meanwhile
            self._panels[name] = panel
        if panel.isWindow():
            panel.raise_()
            panel.activateWindow()
            return
        self._stack.removeWidget(panel)
        self._stack.insertWidget(0, panel, 1 if isinstance(panel, CopyCatPanel) else 0)  # it takes what room there is
        panel.show()
        self._close_surplus()
        self._scroll.verticalScrollBar().setValue(0)

    def panel(self, name: str) -> NodePanel | None:
        """The panel of a node, where it is open."""
        return self._panels.get(name)

    def refusal(self, name: str) -> str:
        """Why a field of a node's open panel cannot be used; empty where all can."""
        panel = self._panels.get(name)
        return panel.refusal() if panel is not None else ""

    def left_out(self) -> str:
        """Why a field of an open panel cannot be used, so that the script has the value before; empty where all can."""
        named = ((name, panel.refusal()) for name, panel in self._panels.items())
        return next((f"{name}: {refusal}" for name, refusal in named if refusal), "")

    def names(self) -> list[str]:
        """The nodes whose panels are stacked here, from the top."""
        items = (self._stack.itemAt(place) for place in range(self._stack.count()))
        widgets = [item.widget() for item in items if item is not None]
        return [panel.name for panel in widgets if isinstance(panel, NodePanel)]

    def close_panel(self, name: str) -> None:
        panel = self._panels.pop(name, None)
        if panel is not None:
            self._stack.removeWidget(panel)
            panel.hide()
            panel.deleteLater()

    def close_all(self) -> None:
        """Close what is stacked here; floating panels stay."""
        for name in self.names():
            self.close_panel(name)

    def toggle_floating(self, name: str) -> None:
        """Give a panel a window of its own, or take it back."""
        panel = self._panels[name]
        if panel.isWindow():
            panel.setParent(self._inside, Qt.WindowType.Widget)
            self.show_node(name)
            return
        place = panel.mapToGlobal(panel.rect().topLeft())
        self._stack.removeWidget(panel)
        panel.setParent(self, Qt.WindowType.Tool)
        panel.setWindowTitle(name)
        high = _FLOATING[1] if isinstance(panel, CopyCatPanel) else min(panel.sizeHint().height(), _FLOATING[1])
        panel.resize(max(panel.width(), _FLOATING[0]), high)
        panel.move(place)
        panel.show()

    def shutdown(self) -> None:
        """Let go of runs and processes, before the window goes; trainings go on, renders end."""
        for name in list(self._panels):
            self.close_panel(name)
        self.trainings.close()
        self.write_jobs.stop()

    # -- parts ------------------------------------------------------------------------------------------------------

    def _make(self, name: str) -> NodePanel:
        if self.canvas.kind(name) == "CopyCat":
            panel: NodePanel = self._copycat_panel(name)
        else:
            panel = NodePanel(self.canvas, name, self._inside, self._notes)
        panel.close_asked.connect(lambda: self.close_panel(panel.name))
        panel.float_asked.connect(lambda: self.toggle_floating(panel.name))
        return panel

    def _write_controls(self, canvas: Canvas, name: str) -> WriteControls:
        return WriteControls(canvas, self.write_jobs.of(name), self.refusal)

    def _copycat_panel(self, name: str) -> CopyCatPanel:
        panel = CopyCatPanel(self.canvas, name, self.trainings.of(name), self._inside)
        panel.create_inference.connect(self.create_inference)
        panel.show_frames.connect(self._compare)
        if self.overlay is not None:
            panel.picture_opened.connect(self.overlay.show_file)
        return panel

    def _compare(self, name: str, frame: int) -> None:
        """Look at the CopyCat's Input at a frame; whoever can show both sides hears of it, too."""
        source = self.canvas.sources(name).get("Input")
        if self.services is not None and source:
            self.services.look_at(source)
            self.services.set_frame(frame)
        self.show_frames.emit(name, frame)

    def _lay_out(self) -> None:
        self.most = QSpinBox(minimum=1, maximum=50, value=_PANELS, toolTip="How many panels stay open.")
        leave_wheel_to_panel(self.most)
        self.most.valueChanged.connect(self._close_surplus)
        clear = QToolButton(text="Close All", toolTip="Close all panels that do not float.", autoRaise=True)
        clear.clicked.connect(self.close_all)
        row = QHBoxLayout()
        row.setContentsMargins(4, 2, 4, 2)
        row.addWidget(QLabel("Panels"))
        row.addWidget(self.most)
        row.addStretch(1)
        row.addWidget(clear)
        self._inside = QWidget()
        self._stack = QVBoxLayout(self._inside)
        self._stack.setContentsMargins(2, 2, 2, 2)
        self._stack.setSpacing(6)
        self._stack.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding))
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._inside)
        self._scroll.setMinimumWidth(_LEAST_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._scroll, 1)

    def _close_surplus(self) -> None:
        for name in self.names()[self.most.value() :]:
            self.close_panel(name)

    def _renamed(self, old: str, new: str) -> None:
        panel = self._panels.pop(old, None)
        if panel is not None:
            self._panels[new] = panel
            panel.setWindowTitle(new)
            panel.renamed(new)

    def _note_training(self, name: str) -> None:
        """Tell the window only of what it could show otherwise than before, not of every step."""
        active = self.trainings.of(name).active
        state = None if active is None else (active.name, active.info.state, active.cats[-1:])
        if self._states.get(name) != state:
            self._states[name] = state
            self.training_changed.emit(name)

    def _tell_of_render(self, name: str, sentence: str, problem: bool) -> None:
        """Where no panel says how it went, the window does."""
        if self.services is not None and name not in self._panels:
            tell = self.services.complain if problem else self.services.say
            tell(f"{name}: {sentence}")

    def _tell_of_left_alone(self, sentence: str) -> None:
        if self.services is not None:
            self.services.say(sentence)

    def _tell_of_abandoned(self, name: str) -> None:
        if self.services is not None:
            self.services.say(f"{name} is gone; its rendering stops after the frame in work.")
