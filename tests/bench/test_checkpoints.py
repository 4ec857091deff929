import pytest

from paircat.bench import checkpoints, piece
from paircat.bench.piece import Piece, Place


def test_every_checkpoint_is_held_against_doing_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of doubled steps and the last; halving is linear, so each is better than the input."""
    monkeypatch.setattr(checkpoints, "FIRST", 2)
    found = piece.measure(Piece("checkpoints", "grade", "small", steps=7), place)
    assert [one["step"] for one in found["checkpoints"]] == [2, 4, 7]
    margins = [one["margin"] for one in found["checkpoints"]]
    assert found["worst_margin"] == min(margins) > 10
    assert found["worst_step"] == [2, 4, 7][margins.index(min(margins))]
    assert all(one["frame_margin"] <= one["margin"] for one in found["checkpoints"])
