"""Schedule: how large a step is, over the run."""

from __future__ import annotations

import itertools

import pytest

from paircat.engine.learn.schedule import change_weight, rate_factor


def test_the_rate_warms_up_stays_and_falls_to_nothing() -> None:
    """Small in the first steps, whole in the middle, none at the end."""
    assert rate_factor(0, 0.0) < 0.2
    assert rate_factor(250, 0.2) == 1
    assert 0 < rate_factor(900, 0.9) < rate_factor(800, 0.7) < 1
    assert rate_factor(1000, 1.0) == 0


def test_the_first_steps_of_a_new_network_are_larger() -> None:
    """Up to three times, and no more from the hundredth step on; who has learnt before goes on as ever."""
    assert max(rate_factor(step, 0.0, boosted=True) for step in range(1000)) == pytest.approx(3.0, rel=0.01)
    assert rate_factor(24, 0.0, boosted=True) == pytest.approx(2.0)
    assert all(rate_factor(step, 0.3, boosted=True) == rate_factor(step, 0.3) for step in range(99, 1000))
    assert max(rate_factor(step, 0.0) for step in range(1000)) == 1


def test_a_run_of_unknown_length_takes_finer_steps_as_it_goes_on() -> None:
    """With the inverse root of their number, and never none."""
    assert rate_factor(1_200, 0.0) == pytest.approx(0.5, rel=0.01)
    assert rate_factor(120_000, 0.0) == pytest.approx(0.05, rel=0.01)


def test_a_run_that_lasts_longer_than_planned_stands_still() -> None:
    """The rate never becomes negative."""
    assert rate_factor(10, 1.5) == 0


def test_few_changed_pixels_weigh_much_at_first_and_little_at_the_end() -> None:
    """So that they are seen, and that nothing else is touched; it never rises, whatever is known of the end."""
    assert change_weight(0, 0.0) == 0.5
    assert change_weight(400, 1.0) == pytest.approx(0.05)
    assert change_weight(100_000, 0.0) == pytest.approx(0.05)
    for total in (100, 1000, 0):
        weights = [change_weight(step, step / total if total else 0.0) for step in range(total or 5000)]
        assert all(later <= earlier for earlier, later in itertools.pairwise(weights))
