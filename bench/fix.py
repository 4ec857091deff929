"""Fix: a small part of a large frame is damaged, all else has to stay as it is. Its twin is damaged all over.

Both are judged in the same squares of the same held-out frames, so that what differs is only how much of the frame asks
to be learnt. Run to run the number of steps is what is given, not the time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from paircat.bench import memory, scores
from paircat.bench.piece import Piece, Place
from paircat.bench.tasks import TWINS, Task

_SMALL = tuple(small for small, _ in TWINS)
EDGE = 40
_TILE = 1024  # a network sees so far around each that smaller ones would be mostly margin


def square(frame: int, height: int, width: int) -> tuple[slice, slice]:
    """Where a frame is damaged: rows and columns of a square of EDGE pixels, elsewhere in every frame."""
    random = np.random.default_rng(frame)
    top, left = (int(random.integers(length - EDGE + 1)) for length in (height, width))
    return slice(top, top + EDGE), slice(left, left + EDGE)


def fixed(piece: Piece, place: Place) -> dict[str, Any]:
    """Train so many steps and judge: PSNR inside, and what happened outside, without the change gate and with it."""
    from paircat.bench import product

    task = Task.needed(Path(place.data), piece.task)
    base = memory.now()
    done = product.trained(task, product.settings(piece.contestant, steps=piece.steps))
    found = {
        "steps": done.steps,
        "seconds": done.seconds,
        "peak_bytes": done.peak_bytes,
        "base_bytes": base,
        "precision": done.precision,
        "notes": list(done.notes),
        "threshold": done.model.gate,
        "nothing_inside": judge(task, lambda pixels: pixels)["inside"],
    }
    plain = judge(task, product.inference(done.model, gate=False))
    gated = judge(task, product.inference(done.model, gate=True)) if done.model.gate else plain
    found |= {**plain, **{f"gated_{name}": value for name, value in gated.items()}}
    if task.name in _SMALL:
        before = next(task.heldout())[0]
        whole, tiled = (product.inference(done.model, gate=False, tile_size=size)(before) for size in (-1, _TILE))
        found["tiled_difference"] = float(np.abs(whole - tiled).max())
    return found


def judge(task: Task, predict: Callable[[np.ndarray], np.ndarray]) -> dict[str, float | None]:
    """Over all held-out frames.

    Returns:
        inside: mean PSNR in the squares, dB. outside: the largest absolute difference to the plate beside them.
        equal: share of the pixels beside them that are the plate's, bit for bit. The last two are None for the twin,
        which has no outside.
    """
    inside: list[float] = []
    largest, equal, pixels = 0.0, 0, 0
    for frame in task.frames("heldout_input"):
        before, truth = task.pixels("heldout_input", frame), task.pixels("heldout_gt", frame)
        output = predict(before)
        where = square(frame, *truth.shape[:2])
        inside.append(scores.psnr(output[where], truth[where], task))
        beside = np.ones(truth.shape[:2], bool)
        beside[where] = False
        largest = max(largest, float(np.abs(output - truth)[beside].max()))
        equal += int((output == truth).all(axis=2)[beside].sum())
        pixels += int(beside.sum())
    everywhere = task.name not in _SMALL
    return {
        "inside": sum(inside) / len(inside),
        "outside": None if everywhere else largest,
        "equal": None if everywhere else equal / pixels,
    }
