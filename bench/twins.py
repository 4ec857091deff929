"""Twins: the small fix beside the same damage all over the frame: how many more steps the small one takes."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from paircat.bench.contestants import ORDER
from paircat.bench.results import Results
from paircat.bench.table_format import number, percent, rows
from paircat.bench.tasks import TWINS


@dataclass(frozen=True)
class Needed:
    """Steps that the small fix takes for a PSNR, as a multiple of its twin's.

    Attributes:
        ratio: of the steps. side: 0 where the curve passes the PSNR, -1 where it was above it from its first point on,
            so that the ratio is at most this, and 1 where it does not reach it, so that the ratio is more than this.
    """

    ratio: float
    side: int = 0

    def __str__(self) -> str:
        return f"{('at most ', '', 'more than ')[self.side + 1]}{self.ratio:.2f}"


def curve(results: Results, task: str, contestant: str) -> list[tuple[float, float]]:
    """(steps, PSNR inside) of one of the twins."""
    points = []
    for steps in sorted(results.seen("steps", kind="fix", task=task, contestant=contestant)):
        inside = results.median("inside", kind="fix", task=task, contestant=contestant, steps=steps)
        if inside is not None:
            points.append((float(steps), inside))
    return points


def needed(small: list[tuple[float, float]], steps: float, psnr: float) -> Needed | None:
    """Where the small fix's curve, straight over the logarithm of steps, first reaches the PSNR of its twin.

    >>> str(needed([(120, 20.0), (480, 30.0)], 200, 25.0)), str(needed([(120, 20.0)], 100, 21.0))
    ('1.20', 'more than 1.20')
    """
    if not small:
        return None
    if small[0][1] >= psnr:
        return Needed(small[0][0] / steps, -1)
    for (first, low), (second, high) in itertools.pairwise(small):
        if high >= psnr:
            share = (psnr - low) / (high - low)
            return Needed(math.exp(math.log(first) + share * math.log(second / first)) / steps)
    return Needed(small[-1][0] / steps, 1)


def last(results: Results, small: str, whole: str, contestant: str) -> Needed | None:
    """The steps that the small fix needs for what its twin reached in its longest run."""
    reached = curve(results, whole, contestant)
    return needed(curve(results, small, contestant), *reached[-1]) if reached else None


def table(results: Results) -> str:
    """Every run of both, and from the twins' steps for the same PSNR the ratio."""
    lines = []
    for name in results.seen("contestant", ORDER, kind="fix"):
        for task, small in ((task, pair[0]) for pair in TWINS for task in pair):
            for steps, inside in curve(results, task, name):
                wanted = {"kind": "fix", "task": task, "contestant": name, "steps": steps}
                ratio = needed(curve(results, small, name), steps, inside) if task != small else None
                line = [name, task, f"{steps:g}", number(results.median("nothing_inside", **wanted)), number(inside)]
                line += ["" if ratio is None else str(ratio), number(results.median("gated_inside", **wanted))]
                line += [_levels(results.median(value, **wanted)) for value in ("outside", "gated_outside")]
                line += [percent(results.median(value, **wanted), 2) for value in ("equal", "gated_equal")]
                lines.append([*line, number(results.median("seconds", **wanted), 0)])
    header = ["", "task", "steps", "nothing", "PSNR inside", "steps of small", "gated", "outside", "gated"]
    header += ["equal", "gated", "seconds"]
    text = (
        "`fix`: a square of 40 pixels, elsewhere in every frame of 1920x1080, with wrong colours and a blur; `mark`: a "
        "tracking mark there. `fix_whole` and `mark_whole`: the same damage everywhere, "
        "judged in the same squares. *steps of small* is how many times as many steps the small fix takes for the same "
        "PSNR. *outside* is the largest difference to the plate beside the square, in parts of 1024; *equal* is the "
        "share of pixels there that are the plate's, bit for bit; *gated* is with the change gate, as Inference has it."
    )
    return f"## A small fix in a large frame\n\n{text}\n\n{rows(header, lines, 2)}" if lines else ""


def _levels(value: float | None) -> str:
    return "" if value is None else f"{value * 1024:.3g}/1024"
