"""Trust: how much of what a network has learnt on reduced pictures holds on pictures as they are.

Edges and noise look different at a quarter of the resolution, so a correction learnt there may do harm at first. The
share of it that helps is known from the pairs themselves: they are there at full resolution, too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace

import torch

from paircat.engine.learn.batches import as_batch
from paircat.engine.learn.crops import CropSampler, shown
from paircat.engine.learn.network import Network
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan

Sides = tuple[torch.Tensor, torch.Tensor]

_CROPS = 12


def trusted(network: Network, plan: Plan, store: PairStore, sampler: CropSampler) -> Network:
    """A copy whose correction is as strong as it helps at full resolution, on crops from anywhere in the pairs.

    Raises:
        PairCatError: a pair has to be decoded again, and cannot be.
    """
    codings, where = (plan.encoding_in, plan.encoding_out), network.colour.weight.device
    pairs: list[Sides] = []
    for sides in shown(store, replace(sampler, interest=None), _CROPS):
        before, target = (coding.encode(as_batch([side], where)) for coding, side in zip(codings, sides, strict=True))
        pairs.append((before, target))
    return weakened(network, correction_share(network, pairs))


@torch.no_grad()
def correction_share(network: Network, pairs: Iterable[Sides]) -> float:
    """The factor, 0..1, that makes the correction beyond matrix and curves come nearest to the targets (least squares).

    Args:
        network: of a picture, not of a matte.
        pairs: encoded inputs and targets, each (N, C, H, W), at full resolution.
    """
    wanted = given = 0.0
    for before, target in pairs:
        by_colour = network.by_colour(before)
        correction = network(before) - by_colour
        wanted += ((target - by_colour) * correction).sum().item()
        given += correction.square().sum().item()
    return min(max(wanted / given, 0.0), 1.0) if given else 1.0


@torch.no_grad()
def weakened(network: Network, share: float) -> Network:
    """A copy whose correction is `share` times as strong."""
    weaker = copy.deepcopy(network)
    for part in weaker.head.parameters():
        part.mul_(share)
    return weaker
