from pathlib import Path

import numpy as np
import pytest

from paircat.bench import fix, piece
from paircat.bench.inference import write_noise_task
from paircat.bench.piece import Piece, Place
from paircat.bench.tasks import Task


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The twins, of noise and its half all over: whoever does nothing is wrong outside of the square, too."""
    for name in ("fix", "fix_whole"):
        write_noise_task(tmp_path / name)
    return tmp_path


def test_squares_lie_inside_and_move() -> None:
    """Each frame has its own place, always the same, and all of it is in the frame."""
    places = [fix.square(frame, 50, 90) for frame in range(1, 20)]
    assert places == [fix.square(frame, 50, 90) for frame in range(1, 20)]
    assert len({(down.start, across.start) for down, across in places}) > 10
    for down, across in places:
        assert min(down.start, across.start) >= 0 and down.stop <= 50 and across.stop <= 90
        assert down.stop - down.start == across.stop - across.start == fix.EDGE


def test_inside_and_outside_are_judged_apart(data: Path) -> None:
    """A result that is right in the square, off by a tenth in one pixel beside it and the plate's elsewhere."""
    task = Task("fix", data / "fix")
    shown: list[np.ndarray] = []
    frames = iter(task.frames("heldout_gt"))

    def nearly(before: np.ndarray) -> np.ndarray:
        frame = next(frames)
        truth = task.pixels("heldout_gt", frame).copy()
        down, across = fix.square(frame, *truth.shape[:2])
        truth[(down.start - 1) % 64, (across.start - 1) % 64, 1] += 0.1
        shown.append(before)
        return truth

    found = fix.judge(task, nearly)
    assert found["inside"] == pytest.approx(120)
    assert found["outside"] == pytest.approx(0.1, abs=1e-6)
    beside = 64 * 64 - fix.EDGE**2
    assert found["equal"] == pytest.approx(1 - 1 / beside)
    assert len(shown) == len(task.frames("heldout_input"))


def test_the_twin_has_no_outside(data: Path) -> None:
    """What is damaged all over is judged in the squares alone."""
    task = Task("fix_whole", data / "fix_whole")
    found = fix.judge(task, lambda pixels: pixels)
    assert found["outside"] is None and found["equal"] is None
    assert found["inside"] == pytest.approx(10.8, abs=0.3)


def test_a_fix_is_trained_for_its_steps(data: Path) -> None:
    """Halving is linear, so three steps are far better than nothing; whole and tiled agree."""
    found = piece.measure(Piece("fix", "fix", "small-fp32", steps=3), Place(str(data), threads=1))
    assert found["steps"] == 3 and found["precision"] == "float32"
    assert found["inside"] > found["nothing_inside"] + 10
    assert found["gated_inside"] == found["inside"]  # all of the frame changes, so there is no gate
    assert found["tiled_difference"] < 1e-4
