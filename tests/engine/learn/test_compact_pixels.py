"""CompactPixels: pixels come back exactly, from the smallest type that can do it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paircat.engine.errors import DataSetError
from paircat.engine.learn.compact_pixels import TILE, CompactPixels, PixelFile

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
    packed = CompactPixels.pack(pixels)
    assert packed.values.dtype == kind
    np.testing.assert_array_equal(packed.expand(0, 0, *pixels.shape[:2]), pixels)


def test_expand_gives_the_part_that_was_asked_for() -> None:
    """Only the square that a crop wants is expanded."""
    pixels = STEPS / np.float32(255)
    np.testing.assert_array_equal(CompactPixels.pack(pixels).expand(2, 3, 4, 5), pixels[2:6, 3:8])


@pytest.fixture(params=[np.uint8, np.float16, np.float32])
def in_memory(request: pytest.FixtureRequest) -> CompactPixels:
    """A picture of more than one tile each way, that fills none of the last ones."""
    size = TILE + 24, 2 * TILE + 36, 3
    return CompactPixels((np.random.default_rng(5).random(size) * 200).astype(request.param))


def test_parts_from_a_file_are_those_from_memory(in_memory: CompactPixels, tmp_path: Path) -> None:
    """Corners, one tile, over the edges of several, and the whole picture, in each of the types."""
    pixel_file = PixelFile.write(in_memory, tmp_path / "pair")
    height, width = in_memory.values.shape[:2]
    whole = 0, 0, height, width
    for part in ((0, 0, 8, 8), (height - 8, width - 8, 8, 8), (5, 7, 10, 9), (0, 64, 64, 64), (60, 60, 20, 80), whole):
        np.testing.assert_array_equal(pixel_file.expand(*part), in_memory.expand(*part))


def test_a_file_takes_what_is_counted(in_memory: CompactPixels, tmp_path: Path) -> None:
    """The bound on the disk is of bytes that are really there, those that fill the last tiles with them."""
    pixel_file = PixelFile.write(in_memory, tmp_path / "pair")
    assert pixel_file.nbytes == (tmp_path / "pair").stat().st_size


@pytest.mark.parametrize("harm", ["gone", "short"])
def test_a_file_that_was_removed_or_cut_is_reported(harm: str, tmp_path: Path) -> None:
    """Who clears the cache folder while a run trains reads what happened and what to do."""
    pixel_file = PixelFile.write(CompactPixels(np.zeros((80, 80, 3), np.uint8)), tmp_path / "pair")
    if harm == "gone":
        (tmp_path / "pair").unlink()
    else:
        (tmp_path / "pair").write_bytes(b"abc")
    with pytest.raises(DataSetError, match=r"pair' held a decoded pair .* Resume the run"):
        pixel_file.expand(0, 0, 70, 70)
