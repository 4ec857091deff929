"""The axes of the loss graph: numbers that can be read."""

from itertools import pairwise

import numpy as np
import pytest

from paircat.ui.loss_axes import LossAxis, log_ticks


@pytest.mark.parametrize("pixels", [60, 120, 250, 600])
@pytest.mark.parametrize("low", [-5.3, -2.0, -0.04, 1.7])
@pytest.mark.parametrize("span", [0.02, 0.3, 0.7, 1.0, 1.6, 2.5, 4.0, 9.0])
def test_numbers_of_a_log_scale_never_touch(low, span, pixels):
    """However much of it is seen: a line of text apart, inside of what is seen, and at least two where they fit."""
    ticks = log_ticks(low, low + span, pixels)
    assert all(after - before >= 20 * span / pixels for before, after in pairwise(ticks))
    assert all(low <= tick <= low + span for tick in ticks)
    assert len(ticks) >= (2 if pixels >= 120 else 1)


def test_numbers_of_a_log_scale_are_round():
    """Two digits at most over whole decades, three within a small part of one."""
    axis = LossAxis("left")
    assert axis.logTickStrings(log_ticks(-3, 0, 300), 1.0, 1.0)[:4] == ["0.001", "0.002", "0.005", "0.01"]
    near = axis.logTickStrings(log_ticks(np.log10(0.031), np.log10(0.049), 200), 1.0, 1.0)
    assert near and all(len(text) <= 5 for text in near)


def test_nothing_to_see_has_no_numbers():
    """A graph without height, or without a range, as it is before it is laid out."""
    assert log_ticks(0, 0, 100) == [] and log_ticks(-1, 1, 0) == []
