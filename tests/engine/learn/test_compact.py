"""Compact: pixels come back exactly, from the smallest type that can do it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paircat.engine.learn.compact import Compact, Filed

STEPS = np.arange(64 * 3, dtype=np.float32).reshape(8, 8, 3)


@pytest.mark.parametrize(
    ("pixels", "kind"),
    [
        (STEPS / np.float32(255), np.uint8),
        (STEPS * 300 / np.float32(65535), np.uint16),
        (STEPS - 100, np.float16),
        (STEPS / np.float32(7) - 3, np.float32),
        (np.full((2, 2, 1), 1e30, np.float32), np.float32),
        (np.full((2, 2, 1), np.float32(-0.0)), np.uint8),
    ],
)
def test_pixels_come_back_exactly_from_the_smallest_type(pixels: np.ndarray, kind: type) -> None:
    """8 and 16 bit steps, halves and floats each find their type and lose nothing."""
    packed = Compact.pack(pixels)
    assert packed.values.dtype == kind
    np.testing.assert_array_equal(packed.expand(0, 0, *pixels.shape[:2]), pixels)


def test_expand_gives_the_part_that_was_asked_for() -> None:
    """Only the square that a crop wants is expanded."""
    pixels = STEPS / np.float32(255)
    np.testing.assert_array_equal(Compact.pack(pixels).expand(2, 3, 4, 5), pixels[2:6, 3:8])


@pytest.mark.parametrize("kind", [np.uint8, np.float16, np.float32])
def test_parts_from_a_file_are_those_from_memory(kind: type, tmp_path: Path) -> None:
    """Corners, the middle, and the whole picture, in each of the types."""
    values = (np.random.default_rng(5).random((24, 36, 3)) * 200).astype(kind)
    in_memory = Compact(values)
    filed = Filed.write(in_memory, tmp_path / "pair")
    for part in ((0, 0, 8, 8), (16, 28, 8, 8), (5, 7, 10, 9), (0, 0, 24, 36)):
        np.testing.assert_array_equal(filed.expand(*part), in_memory.expand(*part))
