"""NodePanel: the properties of one node: name, tabs of knobs, and what else its kind has to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from paircat.engine.errors import PairCatError
from paircat.nodes.knobs import Knob
from paircat.nodes.node import Node
from paircat.ui.canvas import Canvas
from paircat.ui.canvas_drag import KnobDrag
from paircat.ui.channel_menus import ChannelMenus
from paircat.ui.knob_form import FORM_MARGIN, KnobForm
from paircat.ui.knob_widgets import LineEdit
from paircat.ui.node_note import InferenceNote, PreviewNote, ReadNote
from paircat.ui.wrapping_label import WrappingLabel

Note = Callable[[Canvas, str], Any]

NOTES: Mapping[str, Note] = {
    "Inference": InferenceNote,
    "Preview": PreviewNote,
    "Read": ReadNote,
}
"""What stands below the knobs of a kind of node: a widget with `show_node(node)`."""

STYLE = """
NodePanel { border: 1px solid #1a1a1a; border-radius: 4px; background: #323232; }
QLabel[modified="true"] { color: #e8b84a; }
QLabel[problem="true"] { color: #e07a6a; }
*[refused="true"] QLineEdit, QLineEdit[refused="true"] { border: 1px solid #c0504d; }
QToolButton#fold { border: none; background: transparent; font-weight: bold; }
"""


class NodePanel(QFrame):
    """The panel of a node of any kind. Other kinds of panels derive from it and say `fill`.

    Args:
        notes: what stands below the knobs of each kind, where that is more than `NOTES`.

    Signals:
        close_asked, float_asked: their buttons were pressed.
    """

    close_asked = Signal()
    float_asked = Signal()

    def __init__(
        self, canvas: Canvas, name: str, parent: QWidget | None = None, notes: Mapping[str, Note] = NOTES
    ) -> None:
        super().__init__(parent)
        self._notes = notes
        self.canvas = canvas
        self.name = name
        self.forms: list[KnobForm] = []
        self.listeners: list[Callable[[Node], None]] = []
        self.setStyleSheet(STYLE)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.title = LineEdit()
        self.title.entered.connect(self._rename)
        self.problem = WrappingLabel()
        self.problem.setProperty("problem", True)
        self.problem.setContentsMargins(FORM_MARGIN, 0, FORM_MARGIN, 4)
        self.problem.hide()
        self.tabs = QTabWidget()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 4)
        self.column.setSpacing(2)
        self.column.addWidget(self._header(canvas.node(name)))
        self.column.addWidget(self.tabs, 1)
        self.drag = KnobDrag(canvas, self)
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self.refresh)
        self.fill(canvas.node(name))
        self._channel_menus = ChannelMenus(canvas, [widget for form in self.forms for widget in form.widgets()], self)
        self.listeners.append(self._channel_menus.show_node)
        self.column.addWidget(self.problem)  # below all else: above, it would move the fields from under the mouse
        canvas.changed.connect(self._settle.start)
        self.refresh()

    def fill(self, node: Node) -> None:
        """Add the tabs: those that the knobs name, in their order, the note of the kind on the first."""
        note = self._notes.get(node.kind)
        for tab, knobs in tabs_of(node).items():
            form = self.form(knobs)
            inside = QWidget()
            column = QVBoxLayout(inside)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(form)
            if note is not None and not self.tabs.count():
                widget = note(self.canvas, self.name)
                self.listeners.append(widget.show_node)
                column.addWidget(widget)
            column.addStretch(1)
            self.tabs.addTab(inside, tab)

    def form(self, knobs: list[Knob]) -> KnobForm:
        """A form whose changes go to the canvas and that shows what the canvas has."""
        form = KnobForm(knobs)
        form.committed.connect(self.set_value)
        form.dragged.connect(lambda knob, value: self.drag.follow(self.name, knob, value))
        form.given_up.connect(self.drag.end)
        form.refused.connect(lambda sentence: self.say(sentence or self.refusal()))
        self.forms.append(form)
        return form

    def set_value(self, knob: str, value: object) -> None:
        """Set a knob: one step of undo."""
        self.drag.end()
        try:
            self.canvas.set_value(self.name, knob, value)
            self.say(self.refusal())
        except PairCatError as error:
            self.say(str(error))

    def refusal(self) -> str:
        """Why what stands in a field cannot be its value, of the first such field; empty where all can."""
        return next((sentence for form in self.forms if (sentence := form.refusal())), "")

    def say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def refresh(self) -> None:
        """Show the node as the canvas has it now."""
        try:
            node = self.canvas.node(self.name)
        except PairCatError:
            return  # it is being deleted, and the panel with it
        self.title.follow(node.name)
        base = self.canvas.path.absolute().parent if self.canvas.path else None
        for form in self.forms:
            form.show_node(node, base)
        for listener in self.listeners:
            listener(node)

    def renamed(self, name: str) -> None:
        """The node is called `name` now."""
        self.name = name
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """A floating panel's own window button."""
        self.close_asked.emit()
        event.accept()

    def _rename(self, wanted: str) -> None:
        try:
            self.canvas.rename(self.name, wanted.strip())
            self.say("")
        except PairCatError as error:
            self.say(str(error))
            self.title.settle(self.name)

    def _header(self, node: Node) -> QWidget:
        header = QWidget()
        header.setObjectName("panelHeader")
        colour = QFrame()
        colour.setFixedSize(6, 22)
        colour.setStyleSheet(f"background: {node.colour}; border: none;")
        kind = QLabel(node.kind, toolTip=node.tooltip())
        self.float_button = QToolButton(text="❐", toolTip="Float in a window of its own, or go back.", autoRaise=True)
        self.float_button.clicked.connect(self.float_asked)
        self.close_button = QToolButton(text="×", toolTip="Close the panel.", autoRaise=True)
        self.close_button.clicked.connect(self.close_asked)
        row = QHBoxLayout(header)
        row.setContentsMargins(6, 4, 4, 2)
        row.setSpacing(6)
        for part in (colour, self.title, kind, self.float_button, self.close_button):
            row.addWidget(part, 1 if part is self.title else 0)
        return header


def scrolled(inside: QWidget) -> QScrollArea:
    """A widget that scrolls up and down where there is too little room."""
    scroll = QScrollArea(widgetResizable=True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setWidget(inside)
    scroll.setMinimumWidth(inside.minimumSizeHint().width())
    return scroll


def tabs_of(node: Node) -> dict[str, list[Knob]]:
    """The knobs of each tab, in the order in which they are declared. The tab Main is called after the kind."""
    tabs: dict[str, list[Knob]] = {}
    for knob in node.all_knobs():
        tabs.setdefault(node.kind if knob.tab == "Main" else knob.tab, []).append(knob)
    return tabs
