"""LossGraph: the loss of each run by step or time, smoothed, with the original behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from paircat.engine.runs.summary import Summary
from paircat.nodes.copycat_knobs import GRAPH_AXES
from paircat.ui import run_format
from paircat.ui.background import in_background
from paircat.ui.curve import LossCurves
from paircat.ui.curves_item import LEAST, CurvesItem, Line
from paircat.ui.loss_axes import LossAxis, TimeAxis
from paircat.ui.wheel import leave_wheel_to_panel

SMOOTHNESS = 0.6
_ZOOM = 1.5
_GROUND = "#1b1b1b"
_FAINT = 0.28  # of a colour, over the ground; half transparent lines would take three times as long to draw
_AT_ONCE = 50_000  # losses whose curves are worked out without a thread: in a few milliseconds
_ROOM_FOR_END = 1.02  # so that the number of the last step fits below the axis


@dataclass(frozen=True, eq=False)
class PlottedRun:
    """What the graph needs of a run. The active one is drawn above the others."""

    name: str
    colour: QColor
    summary: Summary
    total_steps: int
    active: bool = False


@dataclass(frozen=True)
class _Source:
    """What curves are made of; equal where it is the very same losses."""

    summary: Summary
    smoothness: float
    over_time: bool

    def curves(self) -> LossCurves:
        return LossCurves.of(self.summary, self.smoothness, self.over_time)


class LossGraph(QWidget):
    """Draws the runs it is given. Zooming and moving with the mouse, or with the buttons above it.

    Signals:
        refresh_asked: the button was pressed; whoever owns the runs reads them again.
        view_set: name of the CopyCat's knob for a part of the view, and the value that it was given here.
    """

    refresh_asked = Signal()
    view_set = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[str, PlottedRun] = {}
        self._curves: dict[str, LossCurves] = {}
        self._made_of: dict[str, _Source] = {}
        self._working = False
        self._zoomed = False
        self._showing = False
        self._axis = TimeAxis("bottom")
        self.plot = pg.PlotWidget(background=_GROUND, axisItems={"bottom": self._axis, "left": LossAxis("left")})
        self._set_up_plot()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._buttons())
        layout.addWidget(self.plot, 1)
        layout.addLayout(self._switches())
        self.read_out = QLabel(" ")
        self.read_out.setObjectName("graphReadOut")
        self.read_out.setTextFormat(Qt.TextFormat.RichText)
        layout.addWidget(self.read_out)
        self.setMinimumHeight(170)

    # -- what it shows ----------------------------------------------------------------------------------------------

    def set_runs(self, runs: list[PlottedRun]) -> None:
        """Show these runs and no others. Curves are worked out anew only where a summary is another than before."""
        self._runs = {run.name: run for run in runs}
        self._update()

    def show_view(self, values: Mapping[str, Any]) -> None:
        """Set the view as the knobs have it: graphAxis, logScale, originalCurve, smoothness."""
        if self._slider.isSliderDown():
            return
        self._showing = True
        self.x_axis.setCurrentText(values["graphAxis"])
        self.log_scale.setChecked(values["logScale"])
        self.original.setChecked(values["originalCurve"])
        self.smoothness.setValue(values["smoothness"])
        self._showing = False

    @property
    def over_time(self) -> bool:
        return self.x_axis.currentIndex() == 1

    @property
    def logarithmic(self) -> bool:
        return self.log_scale.isChecked()

    def curves(self, name: str) -> LossCurves:
        """The curves of a run that is shown, over steps or seconds."""
        return self._curves[name]

    def names(self) -> list[str]:
        """The runs whose curves are drawn."""
        return list(self._curves)

    @property
    def working(self) -> bool:
        """Whether curves are still being worked out."""
        return self._working

    def view_range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((left, right), (bottom, top)); bottom and top as exponents of ten on a log scale."""
        (left, right), (bottom, top) = self._view.viewRange()
        return (left, right), (bottom, top)

    # -- zoom -------------------------------------------------------------------------------------------------------

    def zoom_x(self, factor: float) -> None:
        """Show `factor` times as many steps, about the middle."""
        self._zoomed = True
        self._view.scaleBy((factor, 1))

    def zoom_y(self, factor: float) -> None:
        """Show `factor` times as high losses; the lowest stay where they are, for they are what matters."""
        self._zoomed = True
        (left, right), (bottom, top) = self.view_range()
        middle = (bottom + top) / 2 if self.logarithmic else bottom
        self._view.scaleBy((1, factor), center=QPointF((left + right) / 2, middle))

    def reset_zoom(self) -> None:
        """Show all: from 0 to the total steps of the longest run, and from 0 to the highest loss but for spikes."""
        self._zoomed = False
        shown = [curves for curves in self._curves.values() if len(curves)]
        right = max((float(curves.original.x[-1]) for curves in shown), default=1.0)
        if not self.over_time:
            right = max(right, *(run.total_steps for run in self._runs.values()), 1)
        heights = [curves.original if self.original.isChecked() else curves.smooth for curves in shown]
        top = max((curve.ceiling for curve in heights), default=1.0)
        bottom = 0.0
        if self.logarithmic:
            bottom = math.log10(max(min((curve.floor for curve in heights), default=1e-3), LEAST))
            top = max(math.log10(max(top, LEAST)), bottom + 0.5)
        margin = 0.05 * (top - bottom) or 1.0
        self._view.setRange(
            xRange=(0, _ROOM_FOR_END * right),
            yRange=(bottom if not self.logarithmic else bottom - margin, top + margin),
            padding=0,
        )

    # -- parts ------------------------------------------------------------------------------------------------------

    def _set_up_plot(self) -> None:
        item = self.plot.getPlotItem()
        self._view = item.getViewBox()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        for side, label in (("bottom", "Step"), ("left", "Loss")):
            axis = item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setTextPen("#b4b4b4")
            axis.setPen("#606060")
            axis.setLabel(label, color="#b4b4b4")  # after the pen, which colours it too
        item.getAxis("left").setWidth(64)
        self._view.disableAutoRange()
        self._view.sigRangeChangedManually.connect(self._zoomed_by_hand)
        self._item = CurvesItem()
        item.addItem(self._item, ignoreBounds=True)
        self._smoothing = QTimer(self, singleShot=True, interval=40)
        self._smoothing.timeout.connect(self._update)
        self._cursor = pg.InfiniteLine(angle=90, pen=pg.mkPen("#707070", style=Qt.PenStyle.DashLine))
        self._mark = pg.ScatterPlotItem(size=7, pen=None)
        for part in (self._cursor, self._mark):
            part.setVisible(False)
            part.setZValue(5)
            item.addItem(part, ignoreBounds=True)
        self._mouse = pg.SignalProxy(self.plot.scene().sigMouseMoved, rateLimit=40, slot=self._mouse_moved)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for text, tip, slot in (
            ("Refresh", "Read the folder's runs again.", self.refresh_asked.emit),
            ("Y +", "Zoom in on the losses.", lambda: self.zoom_y(1 / _ZOOM)),
            ("Y −", "Zoom out of the losses.", lambda: self.zoom_y(_ZOOM)),
            ("X +", "Zoom in on the steps.", lambda: self.zoom_x(1 / _ZOOM)),
            ("X −", "Zoom out of the steps.", lambda: self.zoom_x(_ZOOM)),
            ("Reset Zoom", "Show all of every visible run.", self.reset_zoom),
        ):
            button = QToolButton(text=text, toolTip=tip)
            button.setObjectName(f"graph {text}")
            button.clicked.connect(lambda *_, slot=slot: slot())
            row.addWidget(button)
        row.addStretch(1)
        self.x_axis = QComboBox(toolTip="What the curves run along.")
        leave_wheel_to_panel(self.x_axis)
        self.x_axis.addItems(GRAPH_AXES)
        self.x_axis.currentIndexChanged.connect(self._axis_changed)
        self.x_axis.currentTextChanged.connect(lambda text: self._set("graphAxis", text))
        row.addWidget(self.x_axis)
        return row

    def _switches(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.log_scale = QCheckBox("Log Scale", toolTip="Losses by their order of magnitude.")
        self.log_scale.toggled.connect(self._log_changed)
        self.log_scale.toggled.connect(lambda on: self._set("logScale", on))
        self.original = QCheckBox("Original", checked=True, toolTip="Every step's loss, faint behind the smoothed one.")
        self.original.toggled.connect(self._draw)
        self.original.toggled.connect(lambda on: self._set("originalCurve", on))
        tip = "How much of what came before is in each point of a curve; 0 is none."
        self.smoothness = QDoubleSpinBox(minimum=0.0, maximum=0.999, singleStep=0.05, decimals=3, toolTip=tip)
        self.smoothness.setKeyboardTracking(False)
        self.smoothness.setValue(SMOOTHNESS)
        slider = QSlider(Qt.Orientation.Horizontal, minimum=0, maximum=999, value=round(1000 * SMOOTHNESS), toolTip=tip)
        leave_wheel_to_panel(self.smoothness, slider)
        slider.valueChanged.connect(lambda value: self.smoothness.setValue(value / 1000))
        slider.sliderReleased.connect(lambda: self._set("smoothness", self.smoothness.value()))
        self.smoothness.valueChanged.connect(self._smoothness_changed)
        self._slider = slider
        row.addWidget(self.log_scale)
        row.addWidget(self.original)
        row.addSpacing(8)
        row.addWidget(QLabel("Smoothness"))
        row.addWidget(slider, 1)
        row.addWidget(self.smoothness)
        return row

    # -- what happens -----------------------------------------------------------------------------------------------

    def _update(self) -> None:
        """Work out the curves that are missing, many losses on another thread; what there is shows meanwhile."""
        sources = {name: self._source(run) for name, run in self._runs.items()}
        missing = {name: source for name, source in sources.items() if self._made_of.get(name) != source}
        if sum(len(source.summary) for source in missing.values()) <= _AT_ONCE:
            self._take({name: (source, source.curves()) for name, source in missing.items()})
            return
        self._take({})
        if not self._working:
            self._working = True
            work = {name: (source, source.curves) for name, source in missing.items()}
            in_background(self, lambda: {name: (source, of()) for name, (source, of) in work.items()}, self._worked)

    def _worked(self, made: dict[str, tuple[_Source, LossCurves]]) -> None:
        """Show what a thread has worked out, and go on with what has changed meanwhile."""
        self._working = False
        self._take(made)
        self._update()

    def _take(self, made: dict[str, tuple[_Source, LossCurves]]) -> None:
        """Show these curves beside those that are there already, of the runs that are to be shown."""
        for name, (source, curves) in made.items():
            self._made_of[name], self._curves[name] = source, curves
        self._made_of = {name: source for name, source in self._made_of.items() if name in self._runs}
        self._curves = {name: self._curves[name] for name in self._runs if name in self._curves}
        self._draw()
        if not self._zoomed:
            self.reset_zoom()

    def _draw(self) -> None:
        """Give the item what is to be drawn: the faint originals first, the active run last."""
        runs = sorted((self._runs[name] for name in self._curves), key=lambda run: run.active)
        lines: list[Line] = []
        if self.original.isChecked():
            for run in runs:
                lines.append(Line(self._curves[run.name].original, _faint(run.colour)))
        lines += [Line(self._curves[run.name].smooth, run.colour) for run in runs]
        self._item.set_lines(lines, self.logarithmic)

    def _source(self, run: PlottedRun) -> _Source:
        return _Source(run.summary, self.smoothness.value(), self.over_time)

    def _set(self, knob: str, value: object) -> None:
        """Tell of what the artist has set; a drag of the slider is one change, told of when it ends."""
        if not self._showing and not self._slider.isSliderDown():
            self.view_set.emit(knob, value)

    def _smoothness_changed(self, value: float) -> None:
        if round(1000 * value) != self._slider.value():
            self._slider.setValue(round(1000 * value))
        self._smoothing.start()
        self._set("smoothness", value)

    def _zoomed_by_hand(self, *_: object) -> None:
        self._zoomed = True

    def _axis_changed(self) -> None:
        self._axis.over_time = self.over_time
        self.plot.getPlotItem().setLabel("bottom", "Training time" if self.over_time else "Step")
        self._zoomed = False
        self._curves, self._made_of = {}, {}  # of the other axis
        self._update()

    def _log_changed(self) -> None:
        self.plot.getPlotItem().getAxis("left").setLogMode(False, self.logarithmic)
        self._draw()
        self.reset_zoom()

    def _mouse_moved(self, event: tuple[QPointF]) -> None:
        inside = self._view.sceneBoundingRect().contains(event[0])
        self.read_at(self._view.mapSceneToView(event[0]) if inside else None)

    def leaveEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        self.read_at(None)

    def read_at(self, point: QPointF | None) -> None:
        """Say which curve is nearest to a point of the graph, its step, loss and time; nothing without a point."""
        found = self._nearest(point) if point is not None else None
        for part in (self._cursor, self._mark):
            part.setVisible(found is not None)
        if found is None:
            self.read_out.setText(" ")
            return
        name, index = found
        run, curves = self._runs[name], self._curves[name]
        x, y = float(curves.smooth.x[index]), float(curves.smooth.y[index])
        shown_y = math.log10(max(y, LEAST)) if self.logarithmic else y
        self._cursor.setValue(x)
        self._mark.setData([x], [shown_y], brush=pg.mkBrush(run.colour))
        step = int(curves.step[index])
        summary = self._made_of[name].summary
        place = int(np.searchsorted(summary.step, step))
        time = "" if summary.foundry else f" &nbsp; after {run_format.duration(float(summary.seconds[place]))}"
        self.read_out.setText(
            f'<span style="color:{run.colour.name()}">{name}</span> &nbsp; step {step:,} &nbsp; '
            f"loss {run_format.loss(y)} &nbsp; original {run_format.loss(float(curves.original.y[index]))}{time}"
        )

    def _nearest(self, point: QPointF) -> tuple[str, int] | None:
        """Name and index of the point of a curve that is nearest in height, where the curve reaches that far."""
        best: tuple[float, str, int] | None = None
        for name, curves in self._curves.items():
            if not len(curves):
                continue
            index = curves.smooth.nearest(point.x())
            y = float(curves.smooth.y[index])
            distance = abs((math.log10(max(y, LEAST)) if self.logarithmic else y) - point.y())
            if best is None or distance < best[0]:
                best = distance, name, index
        return None if best is None else (best[1], best[2])


def _faint(colour: QColor) -> QColor:
    """What a colour is behind the smoothed curve."""
    ground = QColor(_GROUND)
    parts = zip(colour.getRgbF()[:3], ground.getRgbF()[:3], strict=True)
    return QColor.fromRgbF(*(_FAINT * own + (1 - _FAINT) * behind for own, behind in parts))
