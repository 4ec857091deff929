"""Estimate words: what the Training tab says of what a training would come to."""

from __future__ import annotations

from paircat.engine.settings import TrainingSettings, total_steps
from paircat.engine.training_estimate import TrainingEstimate
from paircat.ui.folder_watch import RunSnapshot


def gpu_line(estimate: TrainingEstimate | None) -> str:
    """What the Training tab says about the GPU."""
    if estimate is None:
        return "Looking …"
    return estimate.gpu or "Not available"


def info_line(estimate: TrainingEstimate | None) -> str:
    """Channels in, channels of the ground truth, batch size, total steps; N/A while they are not known."""
    known = estimate or TrainingEstimate()
    batch = "N/A"
    if known.batch_size:
        batch = f"{known.batch_size}{' (Auto)' if known.auto_batch else ''}"
    steps = f"{known.total_steps:,}" if known.total_steps else "N/A"
    pairs = f"{len(known.frames)} of {known.width}×{known.height}" if known.frames else "N/A"
    return (
        f"Channels in {_short(known.channels_in)}   ·   ground truth {_short(known.channels_out)}\n"
        f"Pairs {pairs}   ·   batch size {batch}\n"
        f"Total steps {steps}"
    )


def resume_line(estimate: TrainingEstimate | None, run: RunSnapshot, settings: TrainingSettings | None) -> str:
    """What Resume would do with a run on these pairs; empty while that is not known.

    Args:
        settings: those that it would go on with.
    """
    pairs = len(estimate.frames) if estimate is not None else 0
    batch = (settings.batch_size or run.batch_size) if settings is not None else 0
    if settings is None or not (pairs and batch) or run.info.resume_step is None:
        return ""
    begin, end = run.info.resume_step, max(1, total_steps(settings.epochs, pairs, batch))
    what = f"steps {begin:,} to {end:,}" if end > begin else f"nothing, its {end:,} steps are done"
    return f"Resume of '{run.name}': batch size {batch}   ·   {what}"


def _short(names: tuple[str, ...]) -> str:
    if not names:
        return "N/A"
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} and {len(names) - 5} more"
