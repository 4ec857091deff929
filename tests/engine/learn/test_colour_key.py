"""Colour key: a matte of the colours alone is found at once, and only where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.learn.colour_curves import ColourCurves
from paircat.engine.learn.colour_key import colour_key, is_keyed

RANDOM = np.random.default_rng(0)


def colours(count: int = 6000) -> np.ndarray:
    return RANDOM.random((count, 3), np.float32)


def screen(seen: np.ndarray, softness: float) -> np.ndarray:
    """Of what is not green: coverage that falls over so much of a difference of channels."""
    green = seen[:, 1] - np.maximum(seen[:, 0], seen[:, 2])
    return np.clip(0.5 - (green - 0.1) / softness, 0, 1)[:, None].astype(np.float32)


@pytest.mark.parametrize("softness", [0.3, 1e-6])
def test_a_screen_is_keyed_at_once(softness: float) -> None:
    """Soft or hard, nearly all of the coverage of colours that were not fitted is told right."""
    seen, others = colours(), colours()
    curves = ColourCurves(3, 1)
    curves.place(seen)
    key = colour_key(curves, seen, screen(seen, softness))
    logits = key.apply(curves.features(others))
    assert np.isfinite(key.matrix).all() and ((logits > 0) == (screen(others, softness) > 0.5)).mean() > 0.97


def test_a_matte_of_colours_is_a_key() -> None:
    """Such as that of a screen, and of a luminance."""
    seen = colours()
    assert is_keyed(seen, screen(seen, 0.3)) and is_keyed(seen, (seen.mean(axis=1, keepdims=True) > 0.5) * 1.0)


def test_a_matte_of_something_else_is_none() -> None:
    """Neither of what has any colour, nor of what is only likelier to have one."""
    seen = colours()
    assert not is_keyed(seen, (RANDOM.random((len(seen), 1)) > 0.5) * 1.0)
    noisy = np.where(RANDOM.random((len(seen), 1)) < 0.15, 0.5, screen(seen, 0.3))
    assert not is_keyed(seen, np.where(RANDOM.random((len(seen), 1)) < 0.1, 1 - noisy, noisy))


def test_an_empty_matte_is_none() -> None:
    """Nothing varies, so nothing is explained."""
    seen = colours()
    assert not is_keyed(seen, np.zeros((len(seen), 1)))
