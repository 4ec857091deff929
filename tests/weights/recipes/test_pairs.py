"""Pairs: input and ground truth of a set on disk, and the Op that reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paircat.weights.recipes.pairs import ALPHA, prepare

CALLS = "calls"


def numbered(folder: str, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Pair `number`, in whose pixels the number stands; leaves a mark that it was made."""
    (Path(folder) / f"{CALLS}.{number}").touch()
    return np.full((16, 16, 3), number, np.uint8), np.full((16, 16, 1), 255 - number, np.uint8)


def test_pairs_come_in_order_and_are_made_once(tmp_path: Path) -> None:
    """Frame 1 is number 0, whichever process made it; a second call finds them on disk."""
    import functools

    make = functools.partial(numbered, str(tmp_path))
    pairs = prepare(tmp_path, "set", 40, 16, ALPHA, make)
    assert str(pairs.input.frame_range()) == "1-40"
    for frame in (1, 17, 40):
        assert (pairs.input.render(frame).pixels == np.float32((frame - 1) / 255)).all()
        assert (pairs.ground_truth.render(frame).pixels == np.float32((256 - frame) / 255)).all()
    assert pairs.ground_truth.header(1).channels == ("A",)
    for mark in tmp_path.glob(f"{CALLS}.*"):
        mark.unlink()
    assert prepare(tmp_path, "set", 40, 16, ALPHA, make) == pairs
    assert not list(tmp_path.glob(f"{CALLS}.*"))
