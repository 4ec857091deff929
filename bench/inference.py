"""Inference: how long a network takes over one frame, and how much memory."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from paircat.bench import memory
from paircat.bench.contestants import PRODUCT, RULER
from paircat.bench.piece import Piece, Place
from paircat.bench.tasks import Task
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image

_WARM_UP = (64, 64)
_RUNS_UP_TO = 2 << 20  # pixels; larger frames are timed once
_RUNS = 3

Apply = Callable[[np.ndarray], np.ndarray]


def applied(piece: Piece, place: Place) -> dict[str, Any]:
    """Seconds a frame, reading and writing left out, and the most memory, with and without what was there before."""
    apply = _network(piece, place)
    random = np.random.default_rng(0)
    apply(random.random((*_WARM_UP, 3), np.float32))
    frame = random.random((piece.height, piece.width, 3), np.float32)
    base = memory.now()
    memory.forget_peak()
    seconds = []
    for _ in range(_RUNS if frame.shape[0] * frame.shape[1] <= _RUNS_UP_TO else 1):
        started = time.perf_counter()
        apply(frame)
        seconds.append(time.perf_counter() - started)
    return {"frame_seconds": statistics.median(seconds), "peak_bytes": memory.peak(), "base_bytes": base}


def _network(piece: Piece, place: Place) -> Apply:
    if piece.contestant in PRODUCT:
        return _product(piece.contestant, piece.tile)
    if piece.contestant == RULER:
        from paircat.bench import probe

        net = probe.Probe().eval()
        return lambda pixels: probe.apply(net, pixels)
    from paircat.bench import tunet

    peer = tunet.network(Path(place.tunet)).eval()
    return lambda pixels: tunet.apply_in_tiles(peer, pixels, min(512, *pixels.shape[:2]))


def _product(name: str, tile_size: int) -> Apply:
    """PairCat's network, from a .cat that one step on two small pairs made; tile size 0: as it chooses them."""
    from paircat.bench import product

    with tempfile.TemporaryDirectory() as folder:
        write_noise_task(Path(folder))
        model = product.untrained(name, Task("noise", Path(folder)))
        return product.inference(model, tile_size=tile_size)


def write_noise_task(folder: Path, edge: int = 64, frames: int = 2) -> None:
    """A task of noise and its half, on the disk: enough to make a network do one step."""
    random = np.random.default_rng(0)
    window = Box(0, 0, edge, edge)
    header = Header(("R", "G", "B"), window, window)
    for prefix in ("", "heldout_"):
        for part in ("input", "gt"):
            (folder / f"{prefix}{part}").mkdir(parents=True, exist_ok=True)
        for frame in range(1, frames + 1):
            pixels = random.random((edge, edge, 3), np.float32)
            for part, values in (("input", pixels), ("gt", pixels * np.float32(0.5))):
                image = Image(header, values)
                write_image(folder / f"{prefix}{part}" / f"noise.{frame:04d}.png", image, data_type="uint8")
