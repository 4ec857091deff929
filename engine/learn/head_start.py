"""Head start: how much of what initial weights make of a picture is right for these pairs, before the first step.

The network's output is a colour matrix of its input plus a correction. Both are weighed against the pairs' ground
truths by least squares, pulled towards taking the weights as they are. So a shot that was graded as well starts graded;
weights that fit start with all that they can do; and weights that do not are turned down, towards the best colour
matrix alone, which is where a run without them starts.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from paircat.engine.learn.crops import Crop, CropSampler, cut
from paircat.engine.learn.linear_fit import weighed
from paircat.engine.learn.network import Network
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan

_CROPS, _CROP_EDGE = 8, 192


def fit_to_pairs(network: Network, plan: Plan, store: PairStore, seed: int) -> str:
    """Set the network's linear layers to what fits the pairs best; returns the sentence that says how well they did.

    Raises:
        DataSetError, FrameError: a pair cannot be read.
    """
    inputs, corrections, wanted = _samples(network, plan, store, seed)
    colour, bias = network.colour.weight[:, :, 0, 0].detach().numpy(), network.colour.bias
    assert bias is not None
    plain = inputs @ colour.T + bias.detach().numpy()
    found = weighed(np.concatenate([inputs, corrections], axis=1), wanted - plain - corrections)
    own = inputs.shape[1]
    mixed = np.eye(corrections.shape[1], dtype=np.float32) + found.matrix[:, own:]
    with torch.no_grad():
        network.colour.weight += torch.from_numpy(found.matrix[:, :own])[:, :, None, None]
        bias += torch.from_numpy(found.offset)
        _mix(network.head, torch.from_numpy(mixed))
    before = np.abs(wanted - plan.linear.apply(inputs)).mean()
    after = np.abs(wanted - plain - corrections - found.apply(np.concatenate([inputs, corrections], axis=1))).mean()
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
def _samples(network: Network, plan: Plan, store: PairStore, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, corrections and ground truths of some crops as the network sees values: (pixels, channels) each."""
    size = store.data_set.size
    edge = min(_CROP_EDGE, *size)
    sampler = CropSampler(len(store.data_set), size, edge, _CROPS, seed)
    sides: tuple[list[np.ndarray], ...] = ([], [], [])
    for crop in sampler.batch(0):
        before, wanted = _encoded(plan, store, crop)
        correction = network(before) - network.colour(before)
        for side, values in zip(sides, (before, correction, wanted), strict=True):
            side.append(values[0].permute(1, 2, 0).flatten(0, 1).numpy())
    inputs, corrections, targets = (np.concatenate(side) for side in sides)
    return inputs, corrections, targets


def _encoded(plan: Plan, store: PairStore, crop: Crop) -> tuple[torch.Tensor, torch.Tensor]:
    before, after = (torch.from_numpy(np.ascontiguousarray(side)).permute(2, 0, 1)[None] for side in cut(store, crop))
    return plan.encoding_in.encode(before), plan.encoding_out.encode(after)
