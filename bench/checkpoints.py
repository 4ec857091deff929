"""Checkpoints: whether every network that a run saves, from the first, is better than leaving the picture as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paircat.bench import scores
from paircat.bench.piece import Piece, Place
from paircat.bench.tasks import Task
from paircat.engine.events import CheckpointReady, StepDone

FIRST = 25
"""Steps until the first checkpoint. Judged are this one, those at twice as many steps each, and the last."""


def margins(piece: Piece, place: Place) -> dict[str, Any]:
    """Train as an artist does who presses Stop after `piece.steps` steps: default settings, epochs included.

    Returns:
        checkpoints: for each that was judged its step, the divisor of the resolution that was trained last, and by how
            many dB it is better than doing nothing: `margin` as the mean over held-out frames, `frame_margin` on the
            worst of them. worst_margin and worst_step: of the worst mean.
    """
    from paircat.bench import product

    task = Task.needed(Path(place.data), piece.task)
    frames = list(task.heldout())
    nothing = [scores.psnr(before, truth, task) for before, truth in frames]
    running = product.trainer(task, product.settings(piece.contestant, checkpoint_interval=FIRST))
    found: list[dict[str, Any]] = []
    scale, seconds = 1, 0.0
    for event in running.run(lambda: running.progress.step >= piece.steps):
        match event:
            case StepDone():
                scale, seconds = event.scale, event.seconds
            case CheckpointReady() if event.step == piece.steps or _judged(event.step):
                predict = product.inference(product.loaded(event))
                better = [
                    scores.psnr(predict(before), truth, task) - floor
                    for (before, truth), floor in zip(frames, nothing, strict=True)
                ]
                mean = sum(better) / len(better)
                found.append({"step": event.step, "scale": scale, "margin": mean, "frame_margin": min(better)})
    worst = min(found, key=lambda one: float(one["margin"]))
    return {
        "checkpoints": found,
        "worst_margin": worst["margin"],
        "worst_step": worst["step"],
        "worst_frame_margin": min(one["frame_margin"] for one in found),
        "seconds": seconds,
        "notes": list(running.notes),
    }


def _judged(step: int) -> bool:
    """Whether it is FIRST times a power of two."""
    times, rest = divmod(step, FIRST)
    return rest == 0 and times & (times - 1) == 0
