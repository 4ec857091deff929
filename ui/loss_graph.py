"""LossGraph: the loss of each run by step or time, smoothed, with the original behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
from paircat.ui import run_words
from paircat.ui.curve import LossCurves

SMOOTHNESS = 0.6
_ZOOM = 1.5
_FAINT = 70
_LEAST_LOSS = 1e-12
_ROOM_FOR_END = 1.02  # so that the number of the last step fits below the axis


@dataclass(frozen=True, eq=False)
class PlottedRun:
    """What the graph needs of a run. The active one is drawn above the others."""

    name: str
    colour: QColor
    summary: Summary
    total_steps: int
    active: bool = False


class TimeAxis(pg.AxisItem):
    """Steps with thousands divided, or seconds as h:mm:ss."""

    over_time = False

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802  (Qt's name)
        return [run_words.duration(value) if self.over_time else f"{value:,.10g}" for value in values]


class _Lines:
    """The two lines of one run, and the curves they are cut from."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self.plot = plot
        self.faint = pg.PlotCurveItem(connect="all", skipFiniteCheck=True)
        self.line = pg.PlotCurveItem(connect="all", skipFiniteCheck=True)
        for item in (self.faint, self.line):
            plot.addItem(item, ignoreBounds=True)
        self.summary: Summary | None = None
        self.curves = LossCurves.of(Summary(), 0.0)

    def paint(self, run: PlottedRun, original: bool) -> None:
        pale = QColor(run.colour)
        pale.setAlpha(_FAINT)
        self.faint.setPen(pg.mkPen(pale, width=1))
        self.line.setPen(pg.mkPen(run.colour, width=1))
        self.faint.setVisible(original)
        self.faint.setZValue(1 if run.active else 0)
        self.line.setZValue(3 if run.active else 2)

    def cut(self, left: float, right: float, most: int, log: bool) -> None:
        """Give the lines the points that show between left and right."""
        for item, curve in ((self.faint, self.curves.original), (self.line, self.curves.smooth)):
            if item.isVisible():
                x, y = curve.between(left, right, most)
                item.setData(x, np.log10(np.maximum(y, _LEAST_LOSS)) if log else y)

    def remove(self) -> None:
        self.plot.removeItem(self.faint)
        self.plot.removeItem(self.line)


class LossGraph(QWidget):
    """Draws the runs it is given. Zooming and moving with the mouse, or with the buttons above it.

    Signals:
        refresh_asked: the button was pressed; whoever owns the runs reads them again.
    """

    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[str, PlottedRun] = {}
        self._lines: dict[str, _Lines] = {}
        self._zoomed = False
        self._axis = TimeAxis("bottom")
        self.plot = pg.PlotWidget(background="#1b1b1b", axisItems={"bottom": self._axis})
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
        self.setMinimumHeight(220)

    # -- what it shows ----------------------------------------------------------------------------------------------

    def set_runs(self, runs: list[PlottedRun]) -> None:
        """Show these runs and no others. Curves are worked out anew only where a summary is another than before."""
        self._runs = {run.name: run for run in runs}
        for name in set(self._lines) - set(self._runs):
            self._lines.pop(name).remove()
        for name, run in self._runs.items():
            lines = self._lines.setdefault(name, _Lines(self.plot.getPlotItem()))
            lines.paint(run, self.original.isChecked())
            if lines.summary is not run.summary:
                lines.summary = run.summary
                lines.curves = LossCurves.of(run.summary, self.smoothness.value(), self.over_time)
        if self._zoomed:
            self._cut()
        else:
            self.reset_zoom()

    @property
    def over_time(self) -> bool:
        return self.x_axis.currentIndex() == 1

    @property
    def logarithmic(self) -> bool:
        return self.log_scale.isChecked()

    def shown_points(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The points of a run's smooth line that are drawn now, as the axes have them."""
        return self._lines[name].line.getData()

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
        curves = [lines.curves for lines in self._lines.values() if len(lines.curves)]
        right = 1.0
        for name, lines in self._lines.items():
            end = 0 if self.over_time else self._runs[name].total_steps
            right = max(right, end, float(lines.curves.original.x[-1]) if len(lines.curves) else 0.0)
        shown = [item.original if self.original.isChecked() else item.smooth for item in curves]
        top = max((curve.ceiling for curve in shown), default=1.0)
        bottom = 0.0
        if self.logarithmic:
            bottom = math.log10(max(min((curve.floor for curve in shown), default=1e-3), _LEAST_LOSS))
            top = max(math.log10(max(top, _LEAST_LOSS)), bottom + 0.5)
        margin = 0.05 * (top - bottom) or 1.0
        self._view.setRange(
            xRange=(0, _ROOM_FOR_END * right),
            yRange=(bottom if not self.logarithmic else bottom - margin, top + margin),
            padding=0,
        )
        self._cut()

    # -- parts ------------------------------------------------------------------------------------------------------

    def _set_up_plot(self) -> None:
        item = self.plot.getPlotItem()
        self._view = item.getViewBox()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        item.setLabel("bottom", "Step")
        item.setLabel("left", "Loss")
        for side in ("bottom", "left"):
            axis = item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setTextPen("#b4b4b4")
            axis.setPen("#606060")
        item.getAxis("left").setWidth(64)
        self._view.disableAutoRange()
        self._view.sigRangeChangedManually.connect(self._zoomed_by_hand)
        self._view.sigRangeChanged.connect(lambda *_: self._cut_soon())
        self._view.sigResized.connect(lambda *_: self._cut_soon())
        self._cutting = QTimer(self, singleShot=True, interval=0)
        self._cutting.timeout.connect(self._cut)
        self._smoothing = QTimer(self, singleShot=True, interval=40)
        self._smoothing.timeout.connect(self._recompute)
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
        self.x_axis.addItems(["Steps", "Time"])
        self.x_axis.currentIndexChanged.connect(self._axis_changed)
        row.addWidget(self.x_axis)
        return row

    def _switches(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.log_scale = QCheckBox("Log Scale", toolTip="Losses by their order of magnitude.")
        self.log_scale.toggled.connect(self._log_changed)
        self.original = QCheckBox("Original", checked=True, toolTip="Every step's loss, faint behind the smoothed one.")
        self.original.toggled.connect(self._original_changed)
        tip = "How much of what came before is in each point of a curve; 0 is none."
        self.smoothness = QDoubleSpinBox(minimum=0.0, maximum=0.999, singleStep=0.05, decimals=3, toolTip=tip)
        self.smoothness.setValue(SMOOTHNESS)
        slider = QSlider(Qt.Orientation.Horizontal, minimum=0, maximum=999, value=round(1000 * SMOOTHNESS), toolTip=tip)
        slider.valueChanged.connect(lambda value: self.smoothness.setValue(value / 1000))
        self.smoothness.valueChanged.connect(lambda value: slider.setValue(round(1000 * value)))
        self.smoothness.valueChanged.connect(lambda _: self._smoothing.start())
        row.addWidget(self.log_scale)
        row.addWidget(self.original)
        row.addSpacing(8)
        row.addWidget(QLabel("Smoothness"))
        row.addWidget(slider, 1)
        row.addWidget(self.smoothness)
        return row

    # -- what happens -----------------------------------------------------------------------------------------------

    def _cut_soon(self) -> None:
        self._cutting.start()

    def _cut(self) -> None:
        left, right = self._view.viewRange()[0]
        most = max(200, int(self._view.width() / 2))  # each of these is two points
        for lines in self._lines.values():
            lines.cut(left, right, most, self.logarithmic)

    def _recompute(self) -> None:
        for name, lines in self._lines.items():
            lines.curves = LossCurves.of(self._runs[name].summary, self.smoothness.value(), self.over_time)
        self._cut()

    def _zoomed_by_hand(self, *_: object) -> None:
        self._zoomed = True

    def _axis_changed(self) -> None:
        self._axis.over_time = self.over_time
        self.plot.getPlotItem().setLabel("bottom", "Training time" if self.over_time else "Step")
        self._recompute()
        self.reset_zoom()

    def _log_changed(self) -> None:
        self.plot.getPlotItem().getAxis("left").setLogMode(False, self.logarithmic)
        self.reset_zoom()

    def _original_changed(self) -> None:
        for name, lines in self._lines.items():
            lines.paint(self._runs[name], self.original.isChecked())
        self._cut()

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
        run, curves = self._runs[name], self._lines[name].curves
        x, y = float(curves.smooth.x[index]), float(curves.smooth.y[index])
        shown_y = math.log10(max(y, _LEAST_LOSS)) if self.logarithmic else y
        self._cursor.setValue(x)
        self._mark.setData([x], [shown_y], brush=pg.mkBrush(run.colour))
        step = int(curves.step[index])
        place = int(np.searchsorted(run.summary.step, step))
        time = "" if run.summary.foundry else f" &nbsp; after {run_words.duration(float(run.summary.seconds[place]))}"
        self.read_out.setText(
            f'<span style="color:{run.colour.name()}">{name}</span> &nbsp; step {step:,} &nbsp; '
            f"loss {run_words.loss(y)} &nbsp; original {run_words.loss(float(curves.original.y[index]))}{time}"
        )

    def _nearest(self, point: QPointF) -> tuple[str, int] | None:
        """Name and index of the point of a curve that is nearest in height, where the curve reaches that far."""
        best: tuple[float, str, int] | None = None
        for name, lines in self._lines.items():
            if not len(lines.curves):
                continue
            index = lines.curves.smooth.nearest(point.x())
            y = float(lines.curves.smooth.y[index])
            distance = abs((math.log10(max(y, _LEAST_LOSS)) if self.logarithmic else y) - point.y())
            if best is None or distance < best[0]:
                best = distance, name, index
        return None if best is None else (best[1], best[2])
