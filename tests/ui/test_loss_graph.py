"""The loss graph: what is drawn, zoom, smoothing, read-out."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton

from paircat.engine.runs.summary import Summary
from paircat.ui.loss_graph import LossGraph, PlottedRun


def run_of(name="a", steps=200, total=400, level=1.0, foundry=False):
    step = np.arange(1, steps + 1)
    loss = level / np.sqrt(step) + 0.02 * (step % 2)
    seconds = np.zeros(steps) if foundry else step * 0.5
    summary = Summary(step, loss, seconds, np.ones(steps, int), foundry=foundry)
    return PlottedRun(name, QColor("#40a0f0"), summary, total)


@pytest.fixture
def graph(qtbot):
    """A graph with one run of 200 of 400 steps."""
    made = LossGraph()
    qtbot.addWidget(made)
    made.resize(640, 420)
    made.show()
    made.set_runs([run_of()])
    return made


def press(graph, qtbot, text):
    qtbot.mouseClick(graph.findChild(QToolButton, f"graph {text}"), Qt.MouseButton.LeftButton)


def test_axis_runs_to_the_total_steps(graph):
    """From 0 to where the longest run is to end."""
    (left, right), _ = graph.view_range()
    assert left == 0 and 400 <= right <= 410
    graph.set_runs([run_of(), run_of("b", 100, 1000)])
    assert 1000 <= graph.view_range()[0][1] <= 1025


def test_the_whole_plot_is_painted_anew(graph, qtbot):
    """The curves' item covers what the axes show, also after those have changed."""
    graph.set_runs([run_of("b", 100, 1000)])
    qtbot.waitUntil(lambda: graph._item.boundingRect() == graph._view.viewRect())
    assert graph._item.boundingRect().width() > 900


def test_smoothness_is_six_tenths_and_changes_the_curve(graph, qtbot):
    """The smoothed line wavers less than the losses, and with 0 it is the losses."""
    assert graph.smoothness.value() == 0.6

    def wavers():
        return np.abs(np.diff(graph.curves("a").smooth.y[-50:])).max()

    assert wavers() < 0.012
    graph.smoothness.setValue(0.0)
    qtbot.waitUntil(lambda: wavers() > 0.018)


def colours(graph):
    """How many pixels of the plot are strongly, and how many faintly, of the run's colour."""
    image = graph.plot.grab().toImage()
    blues = [image.pixelColor(x, y).blue() for x in range(80, image.width()) for y in range(0, image.height() - 60)]
    return sum(blue > 220 for blue in blues), sum(70 < blue < 130 for blue in blues)


def test_original_is_faint_behind_and_can_be_hidden(graph):
    """It is on at first; what is drawn is looked at."""
    strong, faint = colours(graph)
    assert strong > 50 and faint > 50
    graph.original.setChecked(False)
    strong, fainter = colours(graph)
    assert strong > 50 and fainter < faint / 4


def test_zoom_buttons_and_reset(graph, qtbot):
    """Each changes its own axis; Reset Zoom shows all again."""
    (left, right), (bottom, top) = graph.view_range()
    press(graph, qtbot, "X +")
    assert graph.view_range()[0][1] - graph.view_range()[0][0] == pytest.approx((right - left) / 1.5)
    press(graph, qtbot, "X −")
    assert graph.view_range()[0][1] == pytest.approx(right)
    press(graph, qtbot, "Y +")
    assert graph.view_range()[1][0] == pytest.approx(bottom)  # the low losses stay in sight
    assert graph.view_range()[1][1] < top
    press(graph, qtbot, "Reset Zoom")
    assert np.allclose(graph.view_range(), ((left, right), (bottom, top)))


def test_new_steps_do_not_undo_the_zoom(graph, qtbot):
    """A run that grows is followed where all of it shows, and left alone where the artist looks at a part."""
    press(graph, qtbot, "X +")
    before = graph.view_range()
    graph.set_runs([run_of(steps=300, total=4000)])
    assert graph.view_range() == before


def test_log_scale(graph):
    """Heights are orders of magnitude then."""
    graph.log_scale.setChecked(True)
    losses = graph.curves("a").original.y
    _, (bottom, top) = graph.view_range()
    assert bottom < np.log10(losses.min()) < np.log10(losses.max()) < top
    assert top - bottom < 1.2 * np.log10(losses.max() / losses.min())
    graph.read_at(QPointF(100, np.log10(0.1)))
    assert "step 100" in graph.read_out.text()


def test_over_time_and_a_run_without_times(graph):
    """x is seconds of training; Nuke's own run has none and is left out."""
    graph.set_runs([run_of(), run_of("nuke", foundry=True)])
    graph.x_axis.setCurrentIndex(1)
    assert graph.curves("a").smooth.x[-1] == 100
    assert not len(graph.curves("nuke"))


def test_read_out_names_run_step_and_losses(graph, qtbot):
    """Of the curve nearest to the cursor."""
    graph.set_runs([run_of(), run_of("other", level=5.0)])
    graph.read_at(QPointF(100, 0.1))
    text = graph.read_out.text()
    assert ">a<" in text and "step 100" in text and "0:50" in text
    graph.read_at(QPointF(100, 3.0))
    assert ">other<" in graph.read_out.text()
    graph.read_at(None)
    assert not graph.read_out.text().strip()


def test_runs_that_are_gone_are_no_longer_drawn(graph):
    """One curve for each run it was given last."""
    graph.set_runs([])
    assert graph.names() == [] and colours(graph)[0] == 0
    graph.read_at(QPointF(1, 1))
    assert not graph.read_out.text().strip()


def test_refresh_is_asked_for(graph, qtbot):
    """The graph reads nothing itself."""
    with qtbot.waitSignal(graph.refresh_asked):
        press(graph, qtbot, "Refresh")


def test_long_curves_are_worked_out_while_the_window_goes_on(graph, qtbot):
    """What was there shows meanwhile; what came last is shown in the end, exactly."""
    long = [run_of("b", 80_000, 80_000), run_of("c", 80_000, 80_000, level=2.0)]
    graph.set_runs([run_of(), long[0]])
    assert graph.working
    graph.set_runs(long)
    qtbot.waitUntil(lambda: graph.names() == ["b", "c"] and not graph.working)
    assert np.array_equal(graph.curves("c").original.y, long[1].summary.loss)
    graph.smoothness.setValue(0.0)
    qtbot.waitUntil(lambda: np.array_equal(graph.curves("b").smooth.y, long[0].summary.loss))
