"""Run words: how a run's numbers are written for people: durations, sizes, rates, time left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paircat.engine.learn.stages import Stages
from paircat.engine.runs.run import RunState
from paircat.engine.runs.summary import Summary
from paircat.engine.settings import TrainingSettings
from paircat.ui.folder_watch import RunSnapshot

_RATE_SECONDS = 20.0
_LIKELY_CROP = 128

SEPARATOR = "   ·   "

STATES = {
    RunState.TRAINING: "Training",
    RunState.FINISHED: "Finished",
    RunState.STOPPED: "Stopped",
    RunState.INTERRUPTED: "Interrupted",
    RunState.FOUNDRY: "Made by Nuke",
}


@dataclass(frozen=True)
class Pace:
    """How fast a run goes. `left` is seconds, or NaN where nothing says when it ends."""

    steps_per_second: float
    left: float

    @classmethod
    def of(cls, summary: Summary, settings: TrainingSettings | None = None) -> Pace:
        """From the last 20 seconds of training; steps still to come at a finer resolution count for their pixels."""
        if len(summary) < 2 or not summary.seconds[-1]:
            return cls(math.nan, math.nan)
        first = int(np.searchsorted(summary.seconds, summary.seconds[-1] - _RATE_SECONDS))
        first = max(first, int(np.searchsorted(-summary.scale, -summary.scale[-1])))  # of this resolution only
        first = min(first, len(summary) - 2)
        seconds = float(summary.seconds[-1] - summary.seconds[first])
        rate = float(summary.step[-1] - summary.step[first]) / seconds if seconds > 0 else math.nan
        total = int(summary.facts.get("total_steps") or 0)
        if total <= summary.last_step:
            return cls(rate, 0.0 if total else math.nan)
        cost = _cost_to_come(summary.last_step, total, int(summary.scale[-1]), settings or TrainingSettings())
        return cls(rate, (total - summary.last_step) * cost / rate)


def _cost_to_come(step: int, total: int, scale: int, settings: TrainingSettings) -> float:
    """The mean time of the steps to come, where the time of one now is 1."""
    stages = Stages(settings.crop_size or _LIKELY_CROP, settings.multi_resolution)
    shares = np.linspace(step / total, 1, 200, endpoint=False)
    return float(np.mean([(scale / min(stages.scale(share, round(share * total)), scale)) ** 2 for share in shares]))


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
    return f"{value:.4g}" if math.isfinite(value) else "–"


def resolution(scale: int) -> str:
    """What a divisor of the resolution is called."""
    return "full resolution" if scale == 1 else f"1/{scale} resolution"


def progress(snapshot: RunSnapshot) -> str:
    """State, step, loss, resolution, pace, elapsed and left, in one line."""
    return SEPARATOR.join(facts(snapshot))


def facts(snapshot: RunSnapshot) -> list[str]:
    """What `progress` says, one by one."""
    info, summary = snapshot.info, snapshot.summary
    steps = f"step {info.steps:,}" + (f" of {info.total_steps:,}" if info.total_steps > info.steps else "")
    parts = [STATES[info.state], steps, f"loss {loss(info.loss)}"]
    if len(summary) and not summary.foundry:
        parts.append(resolution(int(summary.scale[-1])))
    if snapshot.training:
        pace = Pace.of(summary, snapshot.settings)
        if math.isfinite(pace.steps_per_second):
            parts.append(f"{pace.steps_per_second:.3g} steps/s")
        parts.append(f"{duration(info.seconds)} elapsed")
        parts.append(f"{duration(pace.left)} left" if math.isfinite(pace.left) else "time left unknown")
    elif info.seconds:
        parts.append(f"{duration(info.seconds)} of training")
    return parts
