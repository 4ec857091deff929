from dataclasses import replace

import pytest

from paircat.bench import goals, growth
from paircat.bench.piece import Piece, Place
from paircat.bench.results import Results


@pytest.fixture
def results() -> Results:
    return Results.begin("quick", Place("data"))


def learn(results: Results, task: str, name: str, seconds: float, **values: float) -> None:
    results.add(Piece("learn", task, name, seconds), {"iou": None, **values})


def measured_of(results: Results) -> dict[tuple[str, str], tuple[str, bool]]:
    return {(one.what, one.contestant): (one.measured, one.met) for one in goals.evaluate(results)}


def test_a_run_that_cannot_tell_says_nothing(results: Results) -> None:
    """Goals without a measurement are not there, met or not; nor is the section without any."""
    learn(results, "grade", "small", 60, psnr=40)
    assert goals.evaluate(results) == []
    assert goals.table(results) == ""


def test_pictures_are_held_against_the_probe(results: Results) -> None:
    """1.5 dB above it after 60 seconds, and its score in a third of the time; for each of PairCat's contestants."""
    learn(results, "grade", "probe", 60, psnr=35.0)
    learn(results, "grade", "small", 60, psnr=36.5)
    learn(results, "grade", "small-fp32", 60, psnr=36.4)
    learn(results, "grade", "small", 20, psnr=34.9)
    assert measured_of(results) == {
        ("grade: 60 s above the probe's 60 s", "small"): ("+1.50 dB", True),
        ("grade: 60 s above the probe's 60 s", "small-fp32"): ("+1.40 dB", False),
        ("grade: 20 s above the probe's 60 s", "small"): ("-0.10 dB", False),
    }
    assert "1 of the 3" in goals.table(results)
    assert "| grade: 20 s above the probe's 60 s | at least +0 dB | small | -0.10 dB | **no** |" in goals.table(results)


def test_tunet_counts_with_its_better_preset(results: Results) -> None:
    """In equal time on restore, in little time on the others."""
    learn(results, "restore", "tunet", 120, psnr=24.9)
    learn(results, "restore", "tunet-best", 120, psnr=24.0)
    learn(results, "restore", "small", 120, psnr=25.5)
    learn(results, "deblur", "tunet", 240, psnr=29.0)
    learn(results, "deblur", "small", 12, psnr=33.0)
    learn(results, "tennis", "tunet", 90, psnr=10, iou=0.2)
    learn(results, "tennis", "small", 5, psnr=9, iou=0.25)
    results.add(Piece("nothing", "restore"), {"psnr": 23.2})
    found = measured_of(results)
    assert found["restore: 120 s above TuNet's 120 s", "small"] == ("+0.60 dB", False)
    assert found["restore: 120 s above doing nothing", "small"] == ("+2.30 dB", True)
    assert found["deblur: 12 s above TuNet's 240 s", "small"] == ("+4.00 dB", True)
    assert found["tennis: IoU of 5 s above TuNet's 90 s", "small"] == ("+0.05", True)


def test_a_matte_needs_its_overlap(results: Results) -> None:
    """0.88 after two minutes, 0.93 after five; and at five the larger size is to be the better one."""
    learn(results, "tennis", "small", 120, psnr=20, iou=0.881)
    learn(results, "tennis", "small", 300, psnr=20, iou=0.92)
    learn(results, "tennis", "medium", 300, psnr=20, iou=0.93)
    found = measured_of(results)
    assert found["tennis: IoU at 120 s", "small"] == ("0.881", True)
    assert found["tennis: IoU at 300 s", "small"] == ("0.920", False)
    assert found["tennis: IoU at 300 s", "medium"] == ("0.930", True)
    assert found["tennis: 300 s above small's", "medium"] == ("+0.010", True)


def test_one_bad_checkpoint_is_enough(results: Results) -> None:
    """The worst one counts, and its step is said; one that failed says nothing here."""
    worst = {"worst_margin": -0.004, "worst_step": 50, "worst_frame_margin": -1}
    results.add(Piece("checkpoints", "restore", "small", steps=100), worst)
    results.add(Piece("checkpoints", "deblur", "small", steps=100), {"error": "ended by SIGKILL"})
    (only,) = goals.evaluate(results)
    assert (only.measured, only.met) == ("-0.004 dB at step 50", False)


def test_a_fix_is_small_quick_and_leaves_the_rest_alone(results: Results) -> None:
    """Steps, the largest of all differences outside, and bit-equality with the gate."""
    values = {"inside": 30.0, "outside": 0.5 / 1024, "gated_equal": 1.0, "tiled_difference": 2e-4}
    results.add(Piece("fix", "fix", "small", steps=120), values)
    results.add(Piece("fix", "fix", "small", steps=240), {**values, "inside": 31.0, "gated_equal": 0.9999999})
    results.add(Piece("fix", "fix_whole", "small", steps=200), {"inside": 31.0})
    found = measured_of(results)
    assert found["fix: steps for the same PSNR as all over the frame", "small"] == ("1.20", True)
    assert found["fix: largest difference outside", "small"] == ("0.5/1024", True)
    assert found["fix: bit-equal outside, gated", "small"] == ("almost 100 %", False)
    assert found["inference: whole against tiled at 1080p", "small"] == ("2.0e-04", False)


def test_the_hdr_twin_keeps_score_sign_and_size(results: Results) -> None:
    """No worse than the display-referred task in the same time."""
    learn(results, "grade", "small", 60, psnr=36)
    learn(results, "grade_hdr", "small", 60, psnr=37, negatives=0.98, highlights=1.01)
    assert list(measured_of(results).values()) == [("+1.00 dB", True), ("98.0 %", False), ("101.0 %", True)]


def test_inference_and_training_have_limits(results: Results) -> None:
    """Time against TuNet's, memory against gigabytes; tiles that were chosen by hand do not count."""
    gib = 2**30
    for name, width, seconds, taken in (
        ("small", 1920, 2.0, gib),
        ("medium", 1920, 12.0, gib),
        ("small", 3840, 9.0, 3 * gib),
        ("tunet", 1920, 30.0, 4 * gib),
    ):
        results.add(
            Piece("infer", contestant=name, width=width, height=width * 9 // 16),
            {"frame_seconds": seconds, "peak_bytes": taken},
        )
    results.add(Piece("infer", contestant="small", width=1920, height=1080, tile=512), {"frame_seconds": 99.0})
    results.add(growth.MEMORY, {"peak_bytes": gib, "base_bytes": gib // 2, "waiting": 0.06, "step_seconds": 1})
    found = measured_of(results)
    assert found["inference: time at 1080p", "small"] == ("2.00 s of 30.00 s", True)
    assert found["inference: time at 1080p", "medium"] == ("12.00 s of 30.00 s", False)
    assert found["inference: memory at 1080p", "small"] == ("1024 MB", True)
    assert found["inference: memory at 4K", "small"] == ("3072 MB", False)
    assert found["training: memory over the start, crop 256, batch 4", "small"] == ("512 MB", True)
    assert found["training: share of a step spent waiting for data", "small"] == ("6.0 %", False)


def test_cost_is_to_grow_no_faster_than_linearly(results: Results) -> None:
    """An exponent of 2 is a failed goal, one of 0.5 is met."""
    for batch in (1, 2, 4):
        values = {"step_seconds": batch**2, "peak_bytes": batch**0.5, "base_bytes": 0, "waiting": 0.0}
        results.add(replace(growth.MEMORY, crop=128, batch=batch), values)
    found = measured_of(results)
    assert found["time by batch size: exponent", "small"] == ("2.00", False)
    assert found["memory by batch size: exponent", "small"] == ("0.50", True)
