"""ViewingScale: a network that knows objects of some sizes is shown them at those."""

from __future__ import annotations

import numpy as np
import pytest

from paircat.engine.learn.viewing_scale import applied_at_scale

KNOWN = (30, 120)


def square(height: int, width: int, edge: int) -> np.ndarray:
    """A bright square of `edge` pixels in the middle of a dark frame."""
    frame = np.zeros((height, width, 3), np.float32)
    top, left = (height - edge) // 2, (width - edge) // 2
    frame[top : top + edge, left : left + edge] = 1
    return frame


def test_light_is_shown_no_brighter_than_white() -> None:
    """A highlight, however bright, is nothing that such a set has learnt; the matte stays one."""
    shown: list[np.ndarray] = []

    def apply(pixels: np.ndarray) -> np.ndarray:
        shown.append(pixels)
        return pixels[:, :, :1]

    frame = square(600, 900, 200)
    frame[100:104, 100:104] = 3e38
    frame[500:504, 500:504] = -7
    found = applied_at_scale(frame, KNOWN, apply)
    assert all(pixels.min() >= 0 and pixels.max() <= 1 for pixels in shown)
    assert np.isfinite(found).all() and found[300, 450, 0] > 0.9 and found[20, 20, 0] < 0.1


@pytest.mark.parametrize(
    ("size", "edge", "widths"),
    [
        ((270, 480), 100, [480]),  # known as it is
        ((200, 300), 10, [300]),  # too small, but frames are not enlarged
        ((270, 480), 240, [480, 240]),  # too large: from further off
        ((1080, 1920), 200, [480]),  # known from afar
        ((1080, 1920), 800, [480, 288]),
        ((1080, 1920), 56, [480, 1028]),  # too small from afar: from nearer by
        ((1080, 1920), 0, [480, 1920]),  # nothing from afar: as it is
    ],
)
def test_objects_are_shown_at_sizes_that_are_known(size: tuple[int, int], edge: int, widths: list[int]) -> None:
    """The second look, where there is one, is from where the object is as large as the next that is known."""
    shown: list[int] = []

    def apply(pixels: np.ndarray) -> np.ndarray:
        shown.append(pixels.shape[1])
        return pixels[:, :, :1]

    frame = square(*size, edge)
    found = applied_at_scale(frame, KNOWN, apply)
    np.testing.assert_allclose(shown, widths, rtol=0.03)
    assert found.shape == (*size, 1) and found.dtype == np.float32
    assert np.mean((found > 0.5) != (frame[:, :, :1] > 0.5)) < 0.002
