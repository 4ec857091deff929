"""Findings: what the numbers of a run say about how to go on, in the words of the manual's advice. It knows no Qt."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from paircat.engine.runs.run import RunState
from paircat.engine.runs.summary import Summary
from paircat.engine.training_estimate import TrainingEstimate
from paircat.ui.folder_watch import RunSnapshot

_STILL_FALLS = 0.03  # of its height, over the last quarter of the steps at full resolution
_ENOUGH_ROWS = 40
_LARGE_FRAME = 6  # crops side by side in the longer edge, from which on a crop shows little of the whole
_FEW_PAIRS = 3
_CUT_SHORT = (RunState.STOPPED, RunState.INTERRUPTED)


class Action(enum.Enum):
    """What a piece of advice offers to do."""

    GO_ON = "Resume"
    RESUME = "Double the Epochs and Resume"
    FULL_RESOLUTION = "Finish at Full Resolution"
    LARGER_MODEL = "Take a Larger Model"
    LARGER_CROP = "Take Larger Crops"
    COMPARE = "Compare Input and GroundTruth"
    LATER = ""


@dataclass(frozen=True)
class Finding:
    """One piece of advice.

    Attributes:
        applies: the numbers say that it is meant for this run; the others are for the artist's own eyes to decide.
    """

    title: str
    text: str
    action: Action
    applies: bool = False


def findings(snapshot: RunSnapshot | None, estimate: TrainingEstimate | None) -> list[Finding]:
    """All advice, that which applies first."""
    pairs = len(estimate.frames) if estimate else 0
    fall = _fall(snapshot.summary) if snapshot is not None else None
    all_of_it = [
        _resolution(snapshot),
        _epochs(snapshot, fall),
        _model(fall),
        _crop(estimate),
        _order(pairs),
        _variety(pairs),
        _blank(),
    ]
    return sorted(all_of_it, key=lambda item: not item.applies)


def _resolution(snapshot: RunSnapshot | None) -> Finding:
    never = (
        snapshot is not None
        and snapshot.info.state in _CUT_SHORT
        and len(snapshot.summary) > 0
        and not snapshot.summary.foundry
        and snapshot.summary.scale[-1] > 1
    )
    return Finding(
        "Full resolution",
        "The run ended before it came to full resolution, so fine detail was never trained."
        if never
        else "A multi-resolution run that is stopped early may never have seen fine detail; the line below says so.",
        Action.FULL_RESOLUTION if never else Action.LATER,
        never,
    )


def _epochs(snapshot: RunSnapshot | None, fall: float | None) -> Finding:
    info = snapshot.info if snapshot is not None else None
    ended = info is not None and info.state in (RunState.FINISHED, *_CUT_SHORT)
    falls = bool(ended and fall is not None and fall > _STILL_FALLS)
    fell = f"The loss fell by {fall or 0:.0%} over the last quarter of the steps"
    left = info.total_steps - info.steps if info is not None and info.state in _CUT_SHORT and info.resumable else 0
    if left > 0:
        text = fell if falls else "While the curve still falls, more steps make the result better"
        return Finding("More epochs", f"{text}. Resume it: {left:,} steps are left.", Action.GO_ON, falls)
    text = "While the curve still falls, more Epochs make the result better. Where it is level, they change little."
    return Finding("More epochs", f"{fell}: more Epochs are worth their time." if falls else text, Action.RESUME, falls)


def _model(fall: float | None) -> Finding:
    level = fall is not None and abs(fall) <= _STILL_FALLS
    text = "Complex work, such as paint and beauty repairs, can need a larger Model Size. It starts a new run."
    if level:
        text = (
            "The curve is level. Where the Output still differs from GroundTruth, a larger Model Size can learn more."
        )
    return Finding("Model size", text, Action.LARGER_MODEL)


def _crop(estimate: TrainingEstimate | None) -> Finding:
    edge = max(estimate.width, estimate.height) if estimate else 0
    small = bool(estimate and estimate.crop_size and edge >= _LARGE_FRAME * estimate.crop_size)
    text = "Large frames, and work that depends on what lies around it, are learnt better from a larger Crop Size."
    if small and estimate is not None:
        text = (
            f"A crop of {estimate.crop_size} pixels shows little of a frame of {estimate.width}×{estimate.height}. "
            "Where the work depends on what lies around it, take a larger Crop Size."
        )
    return Finding("Crop size", text, Action.LARGER_CROP, small)


def _order(pairs: int) -> Finding:
    text = (
        "Input and GroundTruth must show the same frames in the same order, and lie exactly over each other. Nothing "
        "hurts more than one pair that does not fit. Step through them once."
    )
    return Finding("The pairs", text, Action.COMPARE if pairs else Action.LATER)


def _variety(pairs: int) -> Finding:
    few = 0 < pairs < _FEW_PAIRS
    text = (
        "Where the Preview is bad on frames that were not trained, add pairs that show what is missing: other framing, "
        "defocus, shadows, motion."
    )
    if few:
        text = f"There {'is one pair' if pairs == 1 else f'are {pairs} pairs'} only. " + text
    return Finding("More pairs", text, Action.LATER, few)


def _blank() -> Finding:
    text = "A row of the contact sheet that is blank in GroundTruth is a crop with nothing to learn; some are normal."
    return Finding("Blank rows", text, Action.LATER)


def _fall(summary: Summary) -> float | None:
    """By which share the loss fell over the last quarter of the steps at the last resolution; None with too few."""
    last = summary.loss[summary.scale == summary.scale[-1]] if len(summary) else np.empty(0)
    last = last[np.isfinite(last)]
    quarter = len(last) // 4
    if quarter < _ENOUGH_ROWS // 4:
        return None
    before = float(np.mean(last[-2 * quarter : -quarter]))
    return (before - float(np.mean(last[-quarter:]))) / before if before > 0 else None
