"""Samples: pixels of a few pairs as the network sees values, to fit by least squares what it starts from."""

from __future__ import annotations

import numpy as np
import torch

from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.pair_store import PairStore

LOOK_AT_PAIRS = 16
_PIXELS = 1 << 16


def spread(count: int, most: int) -> list[int]:
    """At most `most` indices out of `count`, first and last among them, evenly apart."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, most))})


def encoded_samples(
    store: PairStore, encoding_in: Encoding, encoding_out: Encoding, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Encoded pixels of spread pairs, drawn by seed: float32 (samples, channels in) and (samples, channels out).

    Raises:
        DataSetError, FrameError: a pair cannot be read.
    """
    random = np.random.default_rng(seed)
    height, width = store.data_set.size
    chosen = spread(len(store.data_set), LOOK_AT_PAIRS)
    share = min(height * width, _PIXELS // len(chosen))
    sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for index in chosen:
        places = random.choice(height * width, share, replace=False)
        pair = store.pair(index)
        for side, compact in zip(sides, (pair.input, pair.ground_truth), strict=True):
            side.append(compact.expand(0, 0, height, width).reshape(height * width, -1)[places])
    inputs, targets = (
        coding.encode(torch.from_numpy(np.concatenate(side))[:, :, None, None])[:, :, 0, 0].numpy()
        for coding, side in zip((encoding_in, encoding_out), sides, strict=True)
    )
    return inputs, targets
