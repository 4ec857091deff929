"""KnobForm: the knobs of one tab, a row each: label, widget, and a button back to the default where it was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QToolButton, QWidget

from paircat.engine.errors import PairCatError
from paircat.nodes.knobs import (
    Bool,
    Channels,
    Choice,
    Colour,
    ColourSpace,
    File,
    Float,
    Floats,
    Folder,
    Int,
    Ints,
    Knob,
    Text,
)
from paircat.nodes.node import Node
from paircat.ui import knob_widgets, number_widgets
from paircat.ui.chooser_widgets import ColourWidget, PathWidget
from paircat.ui.knob_widgets import KnobWidget

WIDGETS: dict[type[Knob], Callable[..., KnobWidget]] = {
    Bool: knob_widgets.BoolWidget,
    Int: number_widgets.NumberWidget,
    Float: number_widgets.NumberWidget,
    Choice: knob_widgets.ChoiceWidget,
    Text: knob_widgets.TextWidget,
    File: PathWidget,
    Folder: PathWidget,
    Channels: knob_widgets.SuggestWidget,
    ColourSpace: knob_widgets.ColourSpaceWidget,
    Ints: number_widgets.NumbersWidget,
    Floats: number_widgets.NumbersWidget,
    Colour: ColourWidget,
}
"""A knob class -> its widget. A class that is not here takes the widget of the class it derives from."""

FORM_MARGIN = 8
_LABEL, _WIDGET, _RESET = range(3)
_ARROW = "↺"


def widget_for(knob: Knob) -> KnobWidget:
    """The widget for a knob; one that nothing is known of, such as Frames, is a line of text."""
    if isinstance(knob, Text) and knob.lines > 1:
        return knob_widgets.LinesWidget(knob)
    found = next((WIDGETS[kind] for kind in type(knob).__mro__ if kind in WIDGETS), knob_widgets.TextWidget)
    return found(knob)


@dataclass(frozen=True)
class _Row:
    knob: Knob
    label: QLabel
    widget: KnobWidget
    reset: QToolButton

    def set_visible(self, visible: bool) -> None:
        for part in (self.label, self.widget):
            part.setVisible(visible)
        self.reset.setVisible(visible)


class KnobForm(QWidget):
    """Shows a node's knobs. It changes nothing itself.

    Signals:
        committed: name of a knob, and the value that was entered.
        dragged: name of a knob, and the value that its slider is at for now. given_up: it was let go without one.
        refused: the sentence of why a value is not allowed; empty once it is again.
    """

    committed = Signal(str, object)
    dragged = Signal(str, object)
    given_up = Signal()
    refused = Signal(str)

    def __init__(self, knobs: Sequence[Knob], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(FORM_MARGIN, FORM_MARGIN, FORM_MARGIN, FORM_MARGIN)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(_WIDGET, 1)
        self._rows: dict[str, _Row] = {}
        for knob in knobs:
            self._add(knob)

    def widget(self, name: str) -> KnobWidget:
        return self._rows[name].widget

    def widgets(self) -> list[KnobWidget]:
        """Those of all knobs, in their order."""
        return [row.widget for row in self._rows.values()]

    def refusal(self) -> str:
        """Why what stands in a field cannot be its value, of the first one that can be edited; empty where all can."""
        widgets = (row.widget for row in self._rows.values())
        open_ = (widget for widget in widgets if widget.isEnabled() and not widget.isHidden())
        return next((widget.refusal for widget in open_ if widget.refusal), "")

    def label(self, name: str) -> QLabel:
        return self._rows[name].label

    def reset_button(self, name: str) -> QToolButton:
        return self._rows[name].reset

    def add_row(self, label: str, widget: QWidget, tooltip: str = "", on_top: bool = False) -> None:
        """A row that is no knob, such as one that only says something; one may stand above all knobs."""
        row = 0 if on_top else self.grid.rowCount()  # an empty grid counts one row, so the knobs begin in row 1
        text = QLabel(label, toolTip=tooltip)
        widget.setToolTip(tooltip)
        self.grid.addWidget(text, row, _LABEL, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(widget, row, _WIDGET, 1, 2)

    def finish(self) -> None:
        """Let the rows stand together at the top."""
        self.grid.setRowStretch(self.grid.rowCount(), 1)

    def show_node(self, node: Node, base: Path | None = None) -> None:
        """Show the values that a node has, and which knobs can be edited and seen while they stand as they do.

        Args:
            base: the script's folder, where relative paths start.
        """
        for name, row in self._rows.items():
            try:
                row.widget.show_value(node.value(name))
                row.set_visible(node.visible(name))
                enabled = node.enabled(name)
            except PairCatError as error:  # a script that was edited by hand
                row.widget.show_unusable(node.values.get(name, ""), str(error))
                enabled = True
            changed = name in node.values
            row.widget.setEnabled(enabled)
            row.label.setEnabled(enabled)
            if bool(row.label.property("modified")) != changed:
                row.label.setProperty("modified", changed)
                row.label.style().unpolish(row.label)
                row.label.style().polish(row.label)
            row.reset.setEnabled(changed)
            row.reset.setText(_ARROW if changed else "")
            if isinstance(row.widget, PathWidget) and base is not None:
                row.widget.base = base

    def _add(self, knob: Knob) -> None:
        label = QLabel(knob.label)
        label.setToolTip(_tooltip(knob))
        label.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        label.customContextMenuRequested.connect(lambda place: self._menu(knob, place))
        widget = widget_for(knob)
        widget.setObjectName(knob.name)
        widget.committed.connect(lambda value: self.committed.emit(knob.name, value))
        widget.dragged.connect(lambda value: self.dragged.emit(knob.name, value))
        widget.given_up.connect(self.given_up)
        widget.refused.connect(self.refused)
        reset = QToolButton(text=_ARROW, toolTip=f"Back to the default, {_shown(knob.default)}.", autoRaise=True)
        reset.setFixedSize(22, reset.sizeHint().height())  # or the rows below would move as the arrow comes and goes
        reset.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from field to field
        reset.clicked.connect(lambda: self.committed.emit(knob.name, knob.default))
        row = self.grid.rowCount()
        self.grid.addWidget(label, row, _LABEL, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(widget, row, _WIDGET)
        self.grid.addWidget(reset, row, _RESET)
        self._rows[knob.name] = _Row(knob, label, widget, reset)

    def _menu(self, knob: Knob, place: QPoint) -> None:
        row = self._rows[knob.name]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if row.reset.isEnabled():
            menu.addAction("Set to Default", lambda: self.committed.emit(knob.name, knob.default))
        menu.addAction("Copy Value", lambda: QGuiApplication.clipboard().setText(_shown(row.widget.shown, empty="")))
        menu.addAction("Copy Name", lambda: QGuiApplication.clipboard().setText(knob.name))
        menu.popup(row.label.mapToGlobal(place))


def _tooltip(knob: Knob) -> str:
    """Name, meaning and default, as a paragraph that wraps."""
    default = "" if isinstance(knob, Folder) else f"<br><i>Default: {_shown(knob.default)}</i>"
    return f"<p><b>{knob.name}</b><br>{knob.tooltip}{default}</p>"


def _shown(value: object, empty: str = "empty") -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value) or empty
