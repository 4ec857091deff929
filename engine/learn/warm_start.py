"""Warm start: initial weights are fitted to these pairs by least squares, before the first step.

The network's output is what a colour matrix and curves make of its input, plus a correction. All are weighed against
the pairs' ground truths by least squares, pulled towards taking the weights as they are. So a shot that was graded as
well starts graded; weights that fit start with all that they can do; and weights that do not are turned down, towards
the best matrix and curves alone, which is where a run without them starts. Then the head, the last layer of the
correction, is fitted in the same way, kernel by kernel, together with the local filter where the pairs ask for one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from paircat.engine.learn.crops import Crop, CropSampler, cut
from paircat.engine.learn.linear_fit import Sums, weighed
from paircat.engine.learn.local_filter import CELLS, as_cells, filter_pulls, inner, windows
from paircat.engine.learn.network import Network
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.samples import encoded_crops

_CROPS, _CROP_EDGE = 8, 192
_HEAD_RIDGE, _SAMPLES_PER_WEIGHT = 1e-4, 5
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
    _fit_head(network, plan, store, seed)
    before = np.abs(wanted - plan.linear.apply(inputs)).mean()
    *_, left = _samples(network, plan, store, seed)
    share = 100 * np.abs(left).mean() / max(float(before), 1e-9)
    return f"Fitted to the pairs they leave {share:.0f} % of the difference that the best colour matrix leaves."


@torch.no_grad()
def _fit_head(network: Network, plan: Plan, store: PairStore, seed: int) -> None:
    """Set the head, and the local filter where there is one, to what fits the pairs best: both are linear layers."""
    crops = encoded_crops(store, plan.encoding_in, plan.encoding_out, seed)
    head, sums = network.head, Sums()
    local = None if network.filter is None or network.filter.weight.any() else network.filter  # a set's own stays
    if local is not None:
        nn.init.zeros_(local.stem.weight)  # so that what the head sees stays what the set's features are
    for before, wanted in crops:
        cells = as_cells(before)
        _, seen = network.features(before, network.by_colour(before))
        columns = [windows(seen[:, :, : cells.shape[2], : cells.shape[3]], head.kernel_size[0])]
        if local is not None:
            columns.append(windows(cells, CELLS))
        sums.add(torch.cat(columns, dim=1), inner(as_cells(wanted - network(before))))
    if sums.count < _SAMPLES_PER_WEIGHT * len(sums.sizes):
        return
    of_head = head.weight[0].numel()
    pulls = _HEAD_RIDGE * sums.sizes
    if local is not None:
        pulls[of_head:] = filter_pulls(sums.sizes[of_head:])
    matrix, offset = (torch.from_numpy(part) for part in sums.solved(pulls))
    head.weight.add_(matrix[:, :of_head].reshape(head.weight.shape))
    head.bias.add_(offset)  # type: ignore[union-attr]
    if local is not None:
        local.set(matrix[:, of_head:].numpy(), crops)


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
