"""Estimate words: what the Training tab says of what a training would come to."""

from __future__ import annotations

from paircat.engine.training_estimate import TrainingEstimate


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


def _short(names: tuple[str, ...]) -> str:
    if not names:
        return "N/A"
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} and {len(names) - 5} more"
