"""Run format: how a run's numbers are written for people: durations, sizes, rates, time left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paircat.engine.learn.stages import Stages
from paircat.engine.runs.run import RunInfo, RunState
from paircat.engine.runs.summary import Summary
from paircat.engine.settings import TrainingSettings
from paircat.ui.folder_watch import RunSnapshot

_RATE_SECONDS = 20.0
_WARM_UP = 3  # steps
_ENOUGH_SECONDS = 2.0
_LIKELY_CROP = 128

SEPARATOR = "   ·   "

STATES = {
    RunState.TRAINING: "Training",
    RunState.FINISHED: "Finished",
    RunState.STOPPED: "Stopped",
    RunState.INTERRUPTED: "Interrupted",
    RunState.FOUNDRY: "Made by Nuke",
}
FINISHING = "Finishing"


@dataclass(frozen=True)
class Pace:
    """How fast a run goes. `left` is seconds, or NaN where nothing says when it ends."""

    steps_per_second: float
    left: float

    @classmethod
    def of(cls, summary: Summary, settings: TrainingSettings | None = None) -> Pace:
        """From the last 20 seconds of training; steps still to come at a finer resolution count for what they take."""
        seconds = _step_seconds(summary)
        if seconds is None:
            return cls(math.nan, math.nan)
        rate = 1 / seconds[int(summary.scale[-1])]
        total = int(summary.facts.get("total_steps") or 0)
        if total <= summary.last_step:
            return cls(rate, 0.0 if total else math.nan)
        return cls(rate, _seconds_to_come(summary.last_step, total, seconds, settings or TrainingSettings()))


def _step_seconds(summary: Summary) -> dict[int, float] | None:
    """What a step takes at each resolution that was trained, the present one last; None before anything is known.

    The first steps of a sitting and of a resolution are slow ones, and say nothing of those to come. Until a sitting
    has others nothing is known, since the ones before may have been another machine's.
    """
    if len(summary) < 2 or not summary.seconds[-1]:
        return None
    sitting = int(np.searchsorted(summary.step, int(summary.facts.get("step") or 0), side="right"))
    if not _is_warm(summary, sitting):
        return None
    found: dict[int, float] = {}
    for scale in sorted(set(summary.scale.tolist()), reverse=True):
        rows = np.flatnonzero(summary.scale == scale)
        first, last = int(rows[0]), int(rows[-1])
        recent = int(np.searchsorted(summary.seconds, summary.seconds[last] - _RATE_SECONDS))
        warm = max(first, sitting if sitting < last else 0) + _WARM_UP
        begin = min(max(recent, warm), last - 1) if last > first else max(first - 1, 0)
        spent = float(summary.seconds[last] - summary.seconds[begin])
        if spent > 0 and last > begin:
            found[scale] = spent / float(summary.step[last] - summary.step[begin])
    return found if int(summary.scale[-1]) in found else None


def _is_warm(summary: Summary, sitting: int) -> bool:
    """Whether a sitting, which begins in this row, has gone on for long enough after its slow steps."""
    last, warm = len(summary) - 1, sitting + _WARM_UP
    if sitting > last:  # it has not begun: what is known is of the one before
        return True
    return last > warm and (
        last - warm >= _WARM_UP or float(summary.seconds[last] - summary.seconds[warm]) >= _ENOUGH_SECONDS
    )


def _seconds_to_come(step: int, total: int, known: dict[int, float], settings: TrainingSettings) -> float:
    """How long the steps from `step` to `total` take, where steps at some resolutions are known."""
    stages = Stages(settings.crop_size or _LIKELY_CROP, settings.multi_resolution)
    now = min(known)
    shares = np.linspace(step / total, 1, 200, endpoint=False)
    scales = [min(stages.scale(share, round(share * total)), now) for share in shares]
    return (total - step) * float(np.mean([_at_scale(scale, known) for scale in scales]))


def _at_scale(scale: int, known: dict[int, float]) -> float:
    """The seconds of a step at a resolution: one part is the same for all of them, the other goes by the pixels.

    Both parts follow from two resolutions that are known. With one alone, what is likely stands in between.
    """
    if scale in known:
        return known[scale]
    finest, *coarser = sorted(known)
    if not coarser:
        return known[finest] * finest / scale
    by_pixels = (known[finest] - known[coarser[0]]) / (finest**-2 - coarser[0] ** -2)
    return known[finest] + max(by_pixels, 0.0) * (scale**-2 - finest**-2)


def duration(seconds: float) -> str:
    """
    >>> [duration(seconds) for seconds in (7.4, 125, 7384, float("nan"))]
    ['0:07', '2:05', '2:03:04', '–']
    """
    if not math.isfinite(seconds):
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def size(count: float) -> str:
    """
    >>> [size(count) for count in (900, 1_500_000, 3_200_000_000)]
    ['900 bytes', '1.5 MB', '3.2 GB']
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count:.0f} bytes"


def loss(value: float) -> str:
    """Four digits that count, as short as can be.

    >>> loss(0.0123456), loss(0.00001234), loss(0.0)
    ('0.01235', '1.234e-5', '0')
    """
    return f"{value:.4g}".replace("e-0", "e-") if math.isfinite(value) else "–"


def resolution(scale: int) -> str:
    """What a divisor of the resolution is called."""
    return "full resolution" if scale == 1 else f"1/{scale} resolution"


def state(info: RunInfo) -> str:
    """How a run stands, in a word or two."""
    return FINISHING if info.finishing else STATES[info.state]


def full_seconds(summary: Summary, steps: int) -> float:
    """How long so many steps at full resolution take; NaN before anything is known."""
    known = _step_seconds(summary)
    return math.nan if known is None else steps * _at_scale(1, known)


def about(seconds: float) -> str:
    """A time that was estimated, in words.

    >>> [about(seconds) for seconds in (20, 95, 3 * 3600, float("nan"))]
    ['about a minute', 'about 2 minutes', 'about 3 hours', '']
    """
    if not math.isfinite(seconds):
        return ""
    if seconds < 90:
        return "about a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 120 else f"about {round(minutes / 60)} hours"


def progress(snapshot: RunSnapshot) -> str:
    """State, step, loss, resolution, pace, elapsed and left, in one line."""
    return SEPARATOR.join(facts(snapshot))


def facts(snapshot: RunSnapshot) -> list[str]:
    """What `progress` says, one by one."""
    info, summary = snapshot.info, snapshot.summary
    steps = f"step {info.steps:,}" + (f" of {info.total_steps:,}" if info.total_steps > info.steps else "")
    parts = [state(info), steps, f"loss {loss(info.loss)}"]
    if len(summary) and not summary.foundry:
        parts.append(resolution(int(summary.scale[-1])))
    if snapshot.training and summary.end:  # of the sitting before: nothing is known of this one yet
        parts.append(f"{duration(info.seconds)} elapsed")
    elif snapshot.training:
        pace = Pace.of(summary, snapshot.settings)
        if math.isfinite(pace.steps_per_second):
            parts.append(f"{pace.steps_per_second:.3g} steps/s")
        parts.append(f"{duration(info.seconds)} elapsed")
        if math.isfinite(pace.left):
            parts.append(f"{duration(pace.left)} left")
        else:
            parts.append("estimating time left" if math.isnan(pace.steps_per_second) else "time left unknown")
    elif info.seconds:
        parts.append(f"{duration(info.seconds)} of training")
    return parts
