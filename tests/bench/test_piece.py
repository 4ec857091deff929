import sys
from dataclasses import replace
from pathlib import Path

import pytest

from paircat.bench import piece
from paircat.bench.piece import Piece, Place


def test_a_learner_is_measured_in_a_process_of_its_own(place: Place) -> None:
    """Scores, speed and memory come back as plain values."""
    found = piece.run(Piece("learn", "matte", "small", 0.4), place)
    assert "error" not in found
    assert found["steps"] > 0
    assert found["seconds"] >= 0.4
    assert found["peak_bytes"] > found["base_bytes"] > 0
    assert found["psnr"] > 6 and 0 <= found["iou"] <= 1 and found["gflops"] > 0


def test_doing_nothing_is_scored_too(place: Place) -> None:
    """Noise against its half: the mean square of half of uniform noise is 1/12, which is 10.8 dB."""
    found = piece.measure(Piece("nothing", "grade"), place)
    assert found["psnr"] == pytest.approx(10.79, abs=0.1)


@pytest.mark.parametrize("contestant", ["small", "probe", "tunet"])
def test_inference_is_timed(place: Place, checkout: Path, contestant: str) -> None:
    """Seconds a frame and the most memory, of any contestant."""
    wanted = Piece("infer", contestant=contestant, width=96, height=64)
    found = piece.measure(wanted, replace(place, tunet=str(checkout)))
    assert found["frame_seconds"] > 0
    assert found["peak_bytes"] > 0 < found["base_bytes"]


def test_a_failure_is_a_result(place: Place) -> None:
    """A piece that cannot be measured does not end the run, and its reason is kept."""
    assert "no task 'tennis'" in piece.run(Piece("learn", "tennis", "probe", 1), place)["error"]
    assert "no contestant 'huge'" in piece.run(Piece("learn", "grade", "huge", 1), place)["error"]
    with pytest.raises(ValueError, match="smell"):
        piece.measure(Piece("smell"), place)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_one_that_is_killed_says_by_what(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where memory runs out the system kills without a word, and the words before it were about something else."""
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\necho a warning >&2\nkill -KILL $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(killed))
    assert piece.run(Piece("matmul"), place)["error"] == "ended by SIGKILL, as the system does where memory runs out"


def test_pieces_read_well() -> None:
    """The line that a run prints names all that tells a piece from others."""
    assert str(Piece("learn", "grade", "small", 60, repeat=1)) == "learn grade small 60 s #2"
    assert str(Piece("infer", contestant="probe", width=1920, height=1080)) == "infer probe 1920x1080"
    assert str(Piece("infer", contestant="small", width=96, height=64, tile=-1)) == "infer small 96x64 whole"
    assert str(Piece("fix", "fix", "small", steps=120)) == "fix fix small 120 steps"
    cost = Piece("cost", contestant="small", width=96, height=64, pairs=3, crop=32, batch=2)
    assert str(cost) == "cost small 96x64 3 pairs crop 32 batch 2"
