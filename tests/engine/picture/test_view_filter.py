"""Tests of engine/picture/view_filter.py."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture import color
from paircat.engine.picture.view_filter import ViewFilter, axis_codes, view_filter

ACES = "sRGB - Display/ACES 2.0 - SDR 100 nits (Rec.709)"


def test_each_channel_goes_through_its_axis() -> None:
    """A table that swaps red and blue and halves green does so at any width, also one that no plane's row ends at."""
    axis = np.linspace(0, 1, 5, dtype=np.float32)
    red, green, blue = np.meshgrid(axis, axis, axis, indexing="ij")
    table = np.stack([blue, green / 2, red], axis=-1)
    codes = np.random.default_rng(3).integers(0, 65536, (7, 19, 3)).astype(np.uint16)
    made = ViewFilter(table, 19, 7).apply(codes).astype(int)
    wanted = np.stack([codes[:, :, 2], codes[:, :, 1] / 2, codes[:, :, 0]], axis=-1)
    assert np.abs(made - wanted).max() <= 2


def test_codes_follow_the_axis_and_bad_values_have_one() -> None:
    """NaN and negative light lie at the lower end, infinity at the upper one."""
    codes = axis_codes(np.array([np.nan, -1.0, 0.0, 0.18, np.inf], np.float32))
    assert codes[0] == codes[1] == codes[2] == 0 and 0 < codes[3] < codes[4] == 65535


def test_a_filter_is_made_once_a_size() -> None:
    """Its table takes a second to load."""
    assert view_filter(ACES, 32, 16) is view_filter(ACES, 32, 16)
    assert view_filter(ACES, 16, 32) is not view_filter(ACES, 32, 16)


def test_without_pyav_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that is not there is told either way."""
    monkeypatch.setitem(sys.modules, "av", None)
    assert view_filter(ACES, 21, 11) is None
    with pytest.raises(PairCatError, match="no view"):
        view_filter("sRGB - Display/nope", 21, 11)
    assert color.NO_VIEW in color.views()
