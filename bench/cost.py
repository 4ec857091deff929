"""Cost: what a step of training takes, in seconds, memory and time spent waiting for data, by what is asked of it."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from paircat.bench import memory
from paircat.bench.piece import Piece, Place
from paircat.bench.tasks import Task
from paircat.engine.events import StepDone
from paircat.engine.learn import trainer as training
from paircat.engine.learn.batches import Batch, BatchFeed
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image

_WARM_STEPS = 2
_ROUNDS = 6  # over all pairs; each is decoded at its first, and searched for what differs at one of the next
_STEPS = 14
_BLOCK = 8


def of_a_step(piece: Piece, place: Place) -> dict[str, Any]:
    """Train a few steps at full resolution on as many pairs of the size, with the crop and batch size, as are asked.

    Returns:
        step_seconds: the median, once every pair has been seen. waiting: share of those steps' time in which they stood
        still for their crops to be decoded and cut. first_waits: seconds of that in the steps before, while pairs are
        decoded and looked at for the first time. peak_bytes: the most resident memory; base_bytes: what the
        interpreter, torch and PairCat took before the data.
    """
    from paircat.bench import product

    base = memory.now()
    with tempfile.TemporaryDirectory() as folder:
        write_pairs(Path(folder), piece.height, piece.width, piece.pairs)
        memory.forget_peak()
        warm = _WARM_STEPS + _ROUNDS * -(-piece.pairs // piece.batch)
        asked = {"crop_size": piece.crop, "batch_size": piece.batch, "multi_resolution": False}
        with _waits() as waited:
            running = product.trainer(
                Task("cost", Path(folder)), product.settings(piece.contestant, steps=warm + _STEPS, **asked), grown=True
            )
            ends = [event.seconds for event in running.run() if isinstance(event, StepDone)]
            peak = memory.peak()
    steps = np.diff(ends)[warm - 1 :]
    return {
        "step_seconds": statistics.median(steps),
        "waiting": sum(waited[warm:]) / float(steps.sum()),
        "first_waits": sum(waited[:warm]),
        "peak_bytes": peak,
        "base_bytes": base,
    }


@contextmanager
def _waits() -> Iterator[list[float]]:
    """While it is open, Trainers note how many seconds each step waited for its batch."""
    waited: list[float] = []

    class Timed(BatchFeed):
        def get(self, step: int, scale: int) -> Batch:
            started = time.perf_counter()
            batch = super().get(step, scale)
            waited.append(time.perf_counter() - started)
            return batch

    before = training.BatchFeed
    training.BatchFeed = Timed  # type: ignore[misc]
    try:
        yield waited
    finally:
        training.BatchFeed = before  # type: ignore[misc]


def write_pairs(folder: Path, height: int, width: int, pairs: int) -> None:
    """Pairs of 8-bit PNG files: soft noise and its half. All are copies of one, which costs as much to decode."""
    random = np.random.default_rng(0)
    small = random.random((-(-height // _BLOCK), -(-width // _BLOCK), 3), np.float32)
    pixels = small.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)[:height, :width]
    window = Box(0, 0, width, height)
    header = Header(("R", "G", "B"), window, window)
    for part, values in (("input", pixels), ("gt", pixels * np.float32(0.5))):
        (folder / part).mkdir(parents=True, exist_ok=True)
        first = folder / part / "noise.0001.png"
        write_image(first, Image(header, np.ascontiguousarray(values)), data_type="uint8")
        for frame in range(2, pairs + 1):
            shutil.copyfile(first, first.with_name(f"noise.{frame:04d}.png"))
