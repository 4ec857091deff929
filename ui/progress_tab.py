"""ProgressTab: the runs of a CopyCat, their curves, contact sheets and previews."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from paircat.nodes.node import Node
from paircat.ui.contact_sheet import PictureHistory
from paircat.ui.loss_graph import LossGraph, PlottedRun
from paircat.ui.run_menu import RunMenu
from paircat.ui.runs_table import RunsTable
from paircat.ui.training import Training
from paircat.ui.wrapping_label import WrappingLabel

_VIEW = ("graphAxis", "logScale", "originalCurve", "smoothness")


class ProgressTab(QWidget):
    """Shows what the Training has found; asks it for what the artist wants.

    Signals:
        create_inference: name of the CopyCat, and the .cat to use.
        picture_opened: file and caption of a contact sheet or preview to show in the Viewer.
        knob_set: name of a knob that the artist has set here, and its value.
    """

    create_inference = Signal(str, str)
    knob_set = Signal(str, object)
    picture_opened = Signal(str, str)

    def __init__(self, training: Training, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training = training
        self.table = RunsTable()
        self.menu = RunMenu(training, self.table.runs, self)
        self.table.commands = self.menu.commands()
        self.graph = LossGraph()
        self.sheets = PictureHistory("Contact sheet", "Contact sheets of the active run show here as it trains.")
        self.previews = PictureHistory(
            "Preview",
            "Connect the Preview input before training: whole frames show here soon, and at every checkpoint.",
        )
        self._lay_out()
        self.menu.create_inference.connect(self.create_inference)
        self.menu.rename_wanted.connect(self.table.rename)
        self.table.runs.rename_asked.connect(training.rename)
        self.table.runs.activate_asked.connect(training.activate)
        self.table.runs.shown_changed.connect(self._draw)
        self.graph.refresh_asked.connect(training.monitor.refresh)
        self.graph.view_set.connect(self.knob_set)
        training.run_renamed.connect(self.table.runs.carry_over)
        training.changed.connect(self.refresh)
        for history in (self.sheets, self.previews):
            history.opened.connect(self.picture_opened)
        self.refresh()

    def show_node(self, node: Node) -> None:
        """Show what the node remembers of this tab."""
        self.graph.show_view({knob: node.usable(knob) for knob in _VIEW})
        self.live.setChecked(node.usable("liveUpdates"))

    def refresh(self) -> None:
        """Show the runs as they are known now."""
        runs, active = self.training.snapshots, self.training.active
        self.table.set_runs(runs, active.name if active is not None else "")
        count = f"{len(runs)} run{'s' if len(runs) != 1 else ''}"
        self.label.setText(
            self.training.monitor.problem or (count if self.training.monitor.folder else "No Data Directory")
        )
        if active is None:
            self.sheets.show_run("", ())
            self.previews.show_run("", ())
        else:
            self.sheets.show_run(active.name, active.sheets, active.run.sheet)
            self.previews.show_run(active.name, active.previews, active.run.preview)
        self._draw()

    def _draw(self) -> None:
        active = self.training.active
        model = self.table.runs
        self.graph.set_runs(
            [
                PlottedRun(
                    run.name,
                    model.colour(run.name),
                    run.summary if run.loaded else run.outline,
                    run.info.total_steps,
                    active=run is active,
                )
                for run in self.training.snapshots
                if model.shows(run.name)
            ]
        )

    def _lay_out(self) -> None:
        self.live = QCheckBox("Live Updates")
        self.live.setToolTip("Look every second for runs that other sessions and machines make in this folder.")
        self.live.toggled.connect(self.training.set_live)
        self.label = WrappingLabel()
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.addWidget(self.live)
        row.addSpacing(12)
        row.addWidget(self.label, 1)
        pictures = QTabWidget()
        pictures.addTab(self.sheets, "Contact Sheet")
        pictures.addTab(self.previews, "Preview")
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        for part in (self.table, self.graph, pictures):
            parts.addWidget(part)
        parts.setSizes([150, 340, 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(row)
        layout.addWidget(parts, 1)
        self.pictures = pictures
