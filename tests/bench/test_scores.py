import math
from pathlib import Path

import numpy as np
import pytest

from paircat.bench import scores
from paircat.bench.scores import Score, score_frame
from paircat.bench.tasks import Task

PICTURE, MATTE, LINEAR = (Task(name, Path()) for name in ("grade", "matte", "grade_hdr"))


def grey(value: float) -> np.ndarray:
    return np.full((32, 32, 3), value, np.float32)


def test_psnr_is_for_a_peak_of_one() -> None:
    """A difference of a tenth everywhere is 20 dB."""
    assert score_frame(grey(0.6), grey(0.5), PICTURE).psnr == pytest.approx(20, abs=1e-4)


def test_identical_pictures_are_finite_and_similar() -> None:
    """A perfect result does not turn means into infinity."""
    score = score_frame(grey(0.5), grey(0.5), PICTURE)
    assert score.psnr == pytest.approx(120)
    assert score.ssim == pytest.approx(1)


def test_display_referred_outputs_are_clipped() -> None:
    """What lies beyond white is white on a screen."""
    assert score_frame(grey(1.5), grey(1.0), PICTURE).psnr == pytest.approx(120)


def test_scene_linear_outputs_are_judged_unclipped_after_a_log() -> None:
    """Being wrong above one counts, as much as the log of it is wrong."""
    found = score_frame(grey(12.0), grey(6.0), LINEAR).psnr
    difference = 0.7 / math.log(51) * math.log(601 / 301)
    assert found == pytest.approx(-20 * math.log10(difference), abs=1e-3)


def test_log_encoding_has_an_exact_inverse() -> None:
    """Negatives keep their sign, highlights their size."""
    values = np.array([-0.05, -1e-4, 0, 0.18, 1, 12], np.float32)
    assert np.allclose(scores.decode(scores.encode(values)), values, rtol=1e-5, atol=1e-7)
    assert scores.encode(np.ones(1, np.float32))[0] == pytest.approx(0.7)


def test_overlap_counts_both_kinds_of_mistakes() -> None:
    """Half of the figure found and as much beside it: one third."""
    truth, output = grey(0), grey(0)
    truth[:, :16], output[:, 8:24] = 1, 1
    assert score_frame(output, truth, MATTE).iou == pytest.approx(1 / 3)
    assert score_frame(output, truth, PICTURE).iou is None


def test_scene_linear_results_are_asked_for_sign_and_size() -> None:
    """Half of the negatives lost their sign; highlights came out a tenth too bright. Display values are not asked."""
    truth = grey(2.0)
    truth[:16] = -0.05
    output = truth * np.float32(1.1)
    output[:8] = 0.01
    found = score_frame(output, truth, LINEAR)
    assert (found.negatives, found.highlights) == (pytest.approx(0.5), pytest.approx(1.1))
    assert score_frame(grey(0.5), grey(0.5), LINEAR).negatives is None
    assert score_frame(output, truth, PICTURE).highlights is None


def test_psnr_alone_is_the_same() -> None:
    """Of display and of scene-linear values."""
    for task in (PICTURE, LINEAR):
        assert scores.psnr(grey(0.6), grey(0.5), task) == score_frame(grey(0.6), grey(0.5), task).psnr


def test_means_are_over_frames() -> None:
    """Each frame counts the same, whatever its score."""
    assert scores.mean([Score(20, 0.5, 0.2), Score(30, 0.75, 0.4)]) == Score(25, 0.625, pytest.approx(0.3))
    assert scores.mean([Score(20, 0.5)]).iou is None


def test_judging_sees_held_out_frames_only(data: Path) -> None:
    """A prediction that is right on them scores as right, and no training frame is asked for."""
    task = Task("grade", data / "grade")
    seen = []

    def half(pixels: np.ndarray) -> np.ndarray:
        seen.append(pixels)
        return pixels / 2

    assert scores.judge(task, half).psnr > 50
    assert len(seen) == len(task.frames("heldout_input"))
