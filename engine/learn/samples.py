"""Samples: pixels of a few pairs as the network sees values, to fit by least squares what it starts from."""

from __future__ import annotations

import numpy as np
import torch

from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.pair_store import PairStore

LOOK_AT_PAIRS = 16
_PIXELS = 1 << 16
_CROPS, _CROP_EDGE = 24, 96


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
        for side, pixels in zip(sides, (pair.input, pair.ground_truth), strict=True):
            side.append(pixels.expand(0, 0, height, width).reshape(height * width, -1)[places])
    inputs, targets = (
        coding.encode(torch.from_numpy(np.concatenate(side))[:, :, None, None])[:, :, 0, 0].numpy()
        for coding, side in zip((encoding_in, encoding_out), sides, strict=True)
    )
    return inputs, targets


def encoded_crops(
    store: PairStore, encoding_in: Encoding, encoding_out: Encoding, seed: int
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Encoded squares of spread pairs, drawn by seed and beginning at even pixels: (1, channels in, H, W) and out.

    Raises:
        DataSetError, FrameError: a pair cannot be read.
    """
    random = np.random.default_rng(seed)
    height, width = store.data_set.size
    chosen = spread(len(store.data_set), LOOK_AT_PAIRS)
    edges = min(height, _CROP_EDGE), min(width, _CROP_EDGE)
    each = min(-(-_CROPS // len(chosen)), -(-height * width // (edges[0] * edges[1])))
    crops = []
    for index in np.repeat(chosen, each):
        free = height - edges[0], width - edges[1]
        top, left = (2 * int(random.integers(most // 2 + 1)) for most in free)
        pair = store.pair(int(index))
        before, after = (
            torch.from_numpy(side.expand(top, left, *edges)).permute(2, 0, 1)[None].contiguous()
            for side in (pair.input, pair.ground_truth)
        )
        crops.append((encoding_in.encode(before), encoding_out.encode(after)))
    return crops
