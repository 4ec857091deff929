"""Head start: how much of what initial weights make of a picture is right for these pairs, before the first step.

The network's output is what a colour matrix and curves make of its input, plus a correction. All are weighed against
the pairs' ground truths by least squares, pulled towards taking the weights as they are. So a shot that was graded as
well starts graded; weights that fit start with all that they can do; and weights that do not are turned down, towards
the best matrix and curves alone, which is where a run without them starts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from paircat.engine.learn.crops import Crop, CropSampler, cut
from paircat.engine.learn.linear_fit import weighed
from paircat.engine.learn.network import Network
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan

_CROPS, _CROP_EDGE = 8, 192
_EVERY = 5  # pixels of them; odd, since a pixel's place among four matters to the head


def fit_to_pairs(network: Network, plan: Plan, store: PairStore, seed: int) -> str:
    """Set the network's linear layers to what fits the pairs best; returns the sentence that says how well they did.

    Raises:
        DataSetError, FrameError: a pair cannot be read.
    """
    inputs, corrections, wanted, rest = _samples(network, plan, store, seed)
    by_colour = inputs if network.curves is None else network.curves.features(inputs)
    features = np.concatenate([by_colour, corrections], axis=1)
    own = by_colour.shape[1]
    found = weighed(features, rest, ridge=1e-4)
    mixed = np.eye(corrections.shape[1], dtype=np.float32) + found.matrix[:, own:]
    network.add_by_colour(replace(found, matrix=found.matrix[:, :own]))
    with torch.no_grad():
        _mix(network.head, torch.from_numpy(mixed))
    before = np.abs(wanted - plan.linear.apply(inputs)).mean()
    after = np.abs(rest - found.apply(features)).mean()
    share = 100 * after / max(float(before), 1e-9)
    return f"Fitted to the pairs they leave {share:.0f} % of the difference that the best colour matrix leaves."


def _mix(head: nn.Conv2d, matrix: torch.Tensor) -> None:
    """Put a matrix of the output channels behind a layer that makes four pixels of each."""
    count = matrix.shape[0]
    assert head.bias is not None
    for values in (head.weight, head.bias):
        apart = values.reshape(count, 4, *values.shape[1:])
        values.copy_(torch.einsum("oc,cq...->oq...", matrix, apart).reshape(values.shape))


@torch.no_grad()
def _samples(network: Network, plan: Plan, store: PairStore, seed: int) -> tuple[np.ndarray, ...]:
    """Inputs, corrections, ground truths and what the network leaves of them, as it sees values: (pixels, channels)."""
    size = store.data_set.size
    edge = min(_CROP_EDGE, *size)
    sampler = CropSampler(len(store.data_set), size, edge, _CROPS, seed)
    sides: tuple[list[np.ndarray], ...] = ([], [], [], [])
    for crop in sampler.batch(0):
        before, wanted = _encoded(plan, store, crop)
        result = network(before)
        correction = result - network.by_colour(before)
        for side, values in zip(sides, (before, correction, wanted, wanted - result), strict=True):
            side.append(values[0].permute(1, 2, 0).flatten(0, 1)[::_EVERY].numpy())
    return tuple(np.concatenate(side) for side in sides)


def _encoded(plan: Plan, store: PairStore, crop: Crop) -> tuple[torch.Tensor, torch.Tensor]:
    before, after = (torch.from_numpy(np.ascontiguousarray(side)).permute(2, 0, 1)[None] for side in cut(store, crop))
    return plan.encoding_in.encode(before), plan.encoding_out.encode(after)
