"""Goals: what PairCat is to reach, beside what a run measured. Goals of which a run cannot tell are left out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paircat.bench import growth, twins
from paircat.bench.contestants import ORDER, PEERS, PRODUCT, RULER
from paircat.bench.results import Results
from paircat.bench.table_format import megabytes, number, percent, rows
from paircat.bench.tasks import TWINS

_GIB = 2**30
_PICTURES = ("grade", "deblur")
_LINEAR = 1.05  # an exponent that a measurement cannot tell from 1


@dataclass(frozen=True)
class Goal:
    """One goal of one contestant.

    Attributes:
        what, target: what is measured, and what it should be. measured: what it is. met: whether that suffices.
    """

    what: str
    target: str
    contestant: str
    measured: str
    met: bool


def evaluate(results: Results) -> list[Goal]:
    """All goals of which the run can tell."""
    found: list[Goal] = []
    for part in (_pictures, _restore, _tennis, _peer, _saved, _fix, _hdr, _inference, _memory, _growth, _sizes):
        found += part(results)
    return found


def table(results: Results) -> str:
    found = evaluate(results)
    lines = [[one.what, one.target, one.contestant, one.measured, "yes" if one.met else "**no**"] for one in found]
    met = sum(one.met for one in found)
    head = f"## Goals\n\n{met} of the {len(found)} that this run can tell of are met."
    return f"{head}\n\n{rows(['', 'goal', 'who', 'measured', 'met'], lines, 3)}" if found else ""


def _score(results: Results, score: str, task: str, name: str, seconds: float) -> float | None:
    return results.median(score, kind="learn", task=task, contestant=name, seconds=seconds)


def _best_peer(results: Results, score: str, task: str, seconds: float) -> float | None:
    """The better of TuNet's presets."""
    found = [value for name in PEERS if (value := _score(results, score, task, name, seconds)) is not None]
    return max(found, default=None)


def _gain(
    results: Results, what: str, task: str, ours: float, theirs: float | None, least: float, score: str = "psnr"
) -> Iterator[Goal]:
    """How much better each of PairCat's contestants is than another's score."""
    unit = "" if score == "iou" else " dB"
    for name in PRODUCT:
        value = _score(results, score, task, name, ours)
        if value is not None and theirs is not None:
            gain = value - theirs
            yield Goal(f"{task}: {what}", f"at least {least:+g}{unit}", name, f"{gain:+.2f}{unit}", gain >= least)


def _pictures(results: Results) -> Iterator[Goal]:
    for task in _PICTURES:
        probe = _score(results, "psnr", task, RULER, 60)
        yield from _gain(results, "60 s above the probe's 60 s", task, 60, probe, 1.5)
        yield from _gain(results, "20 s above the probe's 60 s", task, 20, probe, 0)


def _restore(results: Results) -> Iterator[Goal]:
    yield from _gain(
        results, "120 s above TuNet's 120 s", "restore", 120, _best_peer(results, "psnr", "restore", 120), 1
    )
    nothing = results.median("psnr", kind="nothing", task="restore")
    for seconds in sorted(results.seen("seconds", kind="learn", task="restore")):
        yield from _gain(results, f"{seconds:g} s above doing nothing", "restore", seconds, nothing, 0)


def _tennis(results: Results) -> Iterator[Goal]:
    for seconds, least in ((120, 0.88), (300, 0.93)):
        for name in PRODUCT:
            value = _score(results, "iou", "tennis", name, seconds)
            if value is not None:
                yield Goal(f"tennis: IoU at {seconds} s", f"at least {least}", name, f"{value:.3f}", value >= least)


def _peer(results: Results) -> Iterator[Goal]:
    for task in _PICTURES:
        theirs = _best_peer(results, "psnr", task, 240)
        yield from _gain(results, "12 s above TuNet's 240 s", task, 12, theirs, 0)
    theirs = _best_peer(results, "iou", "tennis", 90)
    yield from _gain(results, "IoU of 5 s above TuNet's 90 s", "tennis", 5, theirs, 0, "iou")


def _saved(results: Results) -> Iterator[Goal]:
    for piece, result in results.pieces:
        if piece.kind == "checkpoints" and "error" not in result:
            worst = result["worst_margin"]
            measured = f"{worst:+.3f} dB at step {result['worst_step']}"
            what = f"{piece.task}: every checkpoint up to step {piece.steps} above doing nothing"
            yield Goal(what, "at least +0 dB", piece.contestant, measured, worst >= 0)


def _fix(results: Results) -> Iterator[Goal]:
    for small, whole in TWINS:
        for name in results.seen("contestant", ORDER, kind="fix", task=small):
            ratio = twins.last(results, small, whole, name)
            if ratio is not None:
                met = ratio.ratio <= 1.2 and ratio.side <= 0
                what = f"{small}: steps for the same PSNR as all over the frame"
                yield Goal(what, "at most 1.2 times", name, str(ratio), met)
            mine = {"kind": "fix", "task": small, "contestant": name}
            far = max(results.values("outside", **mine), default=None)
            if far is not None:
                measured = f"{far * 1024:.3g}/1024"
                yield Goal(f"{small}: largest difference outside", "at most 1/1024", name, measured, far <= 1 / 1024)
            equal = min(results.values("gated_equal", **mine), default=None)
            if equal is not None:
                yield Goal(f"{small}: bit-equal outside, gated", "100 %", name, percent(equal, 2), equal == 1)


def _hdr(results: Results) -> Iterator[Goal]:
    for seconds in sorted(results.seen("seconds", kind="learn", task="grade_hdr")):
        for name in PRODUCT:
            shown = _score(results, "psnr", "grade", name, seconds)
            text = f"{seconds:g} s above grade's {seconds:g} s"
            yield from (one for one in _gain(results, text, "grade_hdr", seconds, shown, 0) if one.contestant == name)
            negatives, highlights = (
                _score(results, value, "grade_hdr", name, seconds) for value in ("negatives", "highlights")
            )
            if negatives is not None:
                what = f"grade_hdr: {seconds:g} s, negatives that stay negative"
                yield Goal(what, "at least 99 %", name, percent(negatives, 1), negatives >= 0.99)
            if highlights is not None:
                what = f"grade_hdr: {seconds:g} s, size of what is above one"
                yield Goal(what, "95 to 105 %", name, percent(highlights, 1), abs(highlights - 1) <= 0.05)


def _inference(results: Results) -> Iterator[Goal]:
    def of(value: str, name: str, width: int) -> float | None:
        return results.median(value, kind="infer", contestant=name, width=width, tile=0)

    theirs = of("frame_seconds", "tunet", 1920)
    for name, share, text in (("small", 0.1, "a tenth of TuNet's"), ("medium", 1 / 3, "a third of TuNet's")):
        ours = of("frame_seconds", name, 1920)
        if ours is not None and theirs is not None:
            measured = f"{ours:.2f} s of {theirs:.2f} s"
            yield Goal("inference: time at 1080p", f"at most {text}", name, measured, ours <= share * theirs)
    for name, width, most in (("small", 1920, 1.5), ("small", 3840, 2.5), ("medium", 3840, 2.5)):
        taken = of("peak_bytes", name, width)
        if taken is not None:
            frame = "1080p" if width == 1920 else "4K"
            met = taken < most * _GIB
            yield Goal(f"inference: memory at {frame}", f"under {most} GB", name, megabytes(taken), met)
    for name in results.seen("contestant", ORDER, kind="fix"):
        apart = max(results.values("tiled_difference", kind="fix", contestant=name), default=None)
        if apart is not None:
            yield Goal("inference: whole against tiled at 1080p", "at most 1e-4", name, f"{apart:.1e}", apart <= 1e-4)


def _memory(results: Results) -> Iterator[Goal]:
    for piece, result in results.pieces:
        if piece == growth.MEMORY and "error" not in result:
            over = result["peak_bytes"] - result["base_bytes"]
            what = f"training: memory over the start, crop {piece.crop}, batch {piece.batch}"
            yield Goal(what, "under 1 GB", piece.contestant, megabytes(over), over < _GIB)


def _growth(results: Results) -> Iterator[Goal]:
    for row in growth.measured(results):
        for what, points in (("time", row.seconds), ("memory", row.bytes)):
            exponent = growth.slope(points)
            measured = number(exponent)
            yield Goal(
                f"{what} by {row.axis.name}: exponent", "at most 1", row.contestant, measured, exponent <= _LINEAR
            )
    for name in results.seen("contestant", ORDER, kind="cost"):
        waiting = max(results.values("waiting", kind="cost", contestant=name), default=None)
        if waiting is not None:
            what = "training: share of a step spent waiting for data"
            yield Goal(what, "at most 5 %", name, percent(waiting, 1), waiting <= 0.05)


def _sizes(results: Results) -> Iterator[Goal]:
    for task in results.seen("task", kind="learn", seconds=300):
        score = "iou" if results.values("iou", kind="learn", task=task) else "psnr"
        for larger, smaller in (("medium", "small"), ("large", "medium")):
            ours, theirs = (_score(results, score, task, name, 300) for name in (larger, smaller))
            if ours is not None and theirs is not None:
                measured = f"{ours - theirs:+.3f}" if score == "iou" else f"{ours - theirs:+.2f} dB"
                yield Goal(f"{task}: 300 s above {smaller}'s", "at least +0", larger, measured, ours >= theirs)
