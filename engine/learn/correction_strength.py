"""Correction strength: how much of a correction learnt on reduced pictures helps at full resolution.

Edges and noise look different at a quarter of the resolution, so a correction learnt there may do harm at first. The
strength at which it helps is fitted to the pairs themselves: they are there at full resolution, too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace

import torch

from paircat.engine.learn.crops import CropSampler, as_batch, fixed_crops
from paircat.engine.learn.network import Network
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan

Sides = tuple[torch.Tensor, torch.Tensor]

_CROPS = 12


def with_fitted_strength(network: Network, plan: Plan, store: PairStore, sampler: CropSampler) -> Network:
    """A copy whose correction has the strength that is best at full resolution, on random crops of the pairs.

    Raises:
        PairCatError: a pair has to be decoded again, and cannot be.
    """
    codings, where = (plan.encoding_in, plan.encoding_out), network.colour.weight.device
    pairs: list[Sides] = []
    for sides in fixed_crops(store, replace(sampler, importance=None), _CROPS):
        before, target = (coding.encode(as_batch([side], where)) for coding, side in zip(codings, sides, strict=True))
        pairs.append((before, target))
    return with_strength(network, fitted_strength(network, pairs))


@torch.no_grad()
def fitted_strength(network: Network, pairs: Iterable[Sides]) -> float:
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
def with_strength(network: Network, strength: float) -> Network:
    """A copy whose correction is `strength` times as strong."""
    scaled = copy.deepcopy(network)
    for part in scaled.head.parameters():
        part.mul_(strength)
    return scaled
