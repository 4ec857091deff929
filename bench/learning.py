"""Learning: one contestant on one task for one time budget, trained and then judged on the held-out frames."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from paircat.bench import memory, scores
from paircat.bench.contestants import ORDER, PEERS, PRODUCT, RULER
from paircat.bench.learner import Learnt
from paircat.bench.piece import Piece, Place
from paircat.bench.tasks import Task


def learnt(piece: Piece, place: Place) -> dict[str, Any]:
    """Train and judge: the held-out scores, steps a second, memory and GFLOP/s."""
    task = Task.needed(Path(place.data), piece.task)
    train = _contestant(piece.contestant, place)
    base = memory.now()
    started = time.perf_counter()
    result = train(task, piece.seconds)
    whole = time.perf_counter() - started
    score = scores.judge(task, result.predict)
    return {
        **score.to_json(),
        "steps": result.steps,
        "seconds": result.seconds,
        "seconds_beside": whole - result.seconds,
        "steps_per_second": result.steps / result.seconds,
        "gflops": result.flops() / result.seconds / 1e9,
        "peak_bytes": result.peak_bytes,
        "base_bytes": base,
        "notes": list(result.notes),
        "precision": result.precision,
    }


def untouched(piece: Piece, place: Place) -> dict[str, Any]:
    """The scores of doing nothing."""
    return scores.judge(Task.needed(Path(place.data), piece.task), lambda pixels: pixels).to_json()


def _contestant(name: str, place: Place) -> Any:
    """A function of task and seconds. Only the contestant's own module is imported: it counts in its memory."""

    def product(task: Task, seconds: float) -> Learnt:
        return paircat.train(task, seconds, name)

    def peer(task: Task, seconds: float) -> Learnt:
        return tunet.train(task, seconds, name, Path(place.tunet))

    if name in PRODUCT:
        from paircat.bench import product as paircat

        return product
    if name in PEERS:
        from paircat.bench import tunet

        return peer
    if name == RULER:
        from paircat.bench import probe

        return probe.train
    sys.exit(f"There is no contestant '{name}'; there are {', '.join(ORDER)}.")
