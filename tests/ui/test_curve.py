"""Curves: what is drawn of many steps, and smoothing."""

import numpy as np
import pytest
from scipy.signal import lfilter

from paircat.engine.runs.summary import Summary
from paircat.ui.curve import Curve, LossCurves, moving_average


@pytest.fixture
def curve():
    """Ten thousand noisy points with one spike."""
    y = np.random.default_rng(1).random(10000)
    y[7321] = 50.0
    return Curve(np.arange(10000.0), y)


@pytest.mark.parametrize(("left", "right"), [(0, 10000), (7000, 9000), (-5000, 20000), (7300, 7900)])
def test_every_column_of_pixels_has_the_extremes_of_its_points(curve, left, right):
    """However many steps a pixel stands for, the highest and lowest of them show, at their place."""
    width = 300
    column, low, high = curve.columns(left, right, width)
    place = (curve.x - left) * width / (right - left)
    inside = (place >= 0) & (place < width)
    assert column.min() >= 0 and column.max() < width and (np.diff(column) > 0).all()
    assert high.max() == curve.y[inside].max() == 50.0
    assert abs(int(column[high.argmax()]) - int(place[7321])) <= 1
    for which in range(1, len(column) - 1, 17):  # a block of steps may reach into the next column
        points = curve.y[inside & (place.astype(int) == column[which])]
        near = slice(which - 1, which + 2)
        assert low[near].min() <= points.min() and high[near].max() >= points.max()


def test_columns_hang_together(curve):
    """Each reaches to the one before, so that no gaps show where a curve jumps."""
    _, low, high = curve.columns(0, 10000, 300)
    assert (low[1:] <= high[:-1]).all() and (high[1:] >= low[:-1]).all()


def test_zoomed_in_every_point_shows(curve):
    """The points are those of the run, with one more beyond either edge."""
    x, y = curve.points(100, 110)
    assert x.tolist() == list(range(99, 112)) and curve.count(100, 110) == 13
    assert (y == curve.y[99:112]).all()


def test_empty_curve_and_places_outside_of_it(curve):
    """A run without a step yet, and a view beside the curve, draw nothing and fail at nothing."""
    empty = Curve(np.empty(0), np.empty(0))
    assert empty.count(0, 1) == 0 and len(empty.points(0, 1)[0]) == 0
    assert curve.count(20000, 30000) <= 2


def test_ceiling_leaves_single_spikes_out(curve):
    """One wild step does not flatten the rest; of few points all count."""
    assert curve.ceiling < 2
    assert Curve(np.arange(3.0), np.array([1.0, 9.0, 2.0])).ceiling == 9
    assert curve.floor == curve.y.min()


def test_nearest_point(curve):
    """The point below the cursor, also beyond the ends."""
    assert [curve.nearest(x) for x in (-5, 3.4, 3.6, 1e9)] == [0, 3, 4, 9999]


@pytest.mark.parametrize("smoothness", [0.3, 0.6, 0.999])
def test_moving_average_is_the_exponential_one(smoothness):
    """The same as the recursion, value by value, beginning with the first loss."""
    values = np.random.default_rng(2).random(5000)
    expected, _ = lfilter([1 - smoothness], [1, -smoothness], values, zi=[smoothness * values[0]])
    assert np.allclose(moving_average(values, smoothness), expected, rtol=0, atol=1e-12)
    assert (moving_average(values, 0.0) == values).all()


def test_losses_that_are_no_numbers_are_left_out():
    """They are neither drawn nor do they spoil the average."""
    loss = np.array([1.0, np.nan, 3.0, np.inf])
    curves = LossCurves.of(Summary(np.arange(1, 5), loss, np.arange(4.0), np.ones(4, int)), 0.5)
    assert curves.step.tolist() == [1, 3]
    assert curves.smooth.y.tolist() == [1.0, 2.0]


def test_run_without_times_has_no_curve_over_time():
    """Nuke's own files hold no times."""
    summary = Summary(np.arange(3), np.ones(3), np.zeros(3), np.ones(3, int), foundry=True)
    assert len(LossCurves.of(summary, 0.6)) == 3
    assert len(LossCurves.of(summary, 0.6, over_time=True)) == 0
