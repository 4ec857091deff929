"""Widening: a network of the next larger Model Size that begins with what a smaller one has learnt.

Features are copied until there are as many as the larger size has, and whoever reads a feature that is there several
times reads a share of each, so that the result is the same (T. Chen, I. Goodfellow, J. Shlens, Net2Net, 2016,
arXiv:1511.05641, section 2.2). Each reader's shares are its own, so that copies do not stay alike in training. Blocks
that the larger size has more of begin as identity, as they do in any new network.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from paircat.engine.learn.network import Network, NetworkShape

_UNEVEN = 0.3, 0.7  # how large a share is, before those of a feature and its copies are made to add up to one
_AS_THEY_ARE = ("colour", "curves", "filter.weight", "filter.gain")  # what touches no features
_SUBPIXELS = 4  # of the features that are shuffled into the next finer level


def copied(old: int, new: int, random: np.random.Generator) -> np.ndarray:
    """Which old feature each new one copies: all once, in place; then others, none much more often than another."""
    again = np.concatenate([random.permutation(old) for _ in range(-(-new // old))])
    return np.concatenate([np.arange(old), again])[:new]


def shares(copies: np.ndarray, readers: int, random: np.random.Generator) -> np.ndarray:
    """(readers, new) what each reader takes of each feature; of a feature and its copies one together."""
    parts = random.uniform(*_UNEVEN, (readers, len(copies)))
    of_one = np.stack([np.bincount(copies, row) for row in parts])
    return (parts / of_one[:, copies]).astype(np.float32)


def widened(network: Network, shape: NetworkShape, seed: int) -> Network:
    """A network of `shape`, in the processor's memory, that gives what `network` gives.

    Args:
        shape: the same but for wider levels and more middle blocks.

    Raises:
        ValueError: the shape differs in more than that.
    """
    old = network.shape
    if (
        replace(shape, widths=old.widths, middle=old.middle) != old
        or len(old.widths) != len(shape.widths)
        or any(wide < narrow for narrow, wide in zip(old.widths, shape.widths, strict=True))
        or shape.middle < old.middle
    ):
        raise ValueError(f"A network of {shape} cannot be made of one of {old} by copying features.")
    random = np.random.default_rng(seed)
    levels = [copied(narrow, wide, random) for narrow, wide in zip(old.widths, shape.widths, strict=True)]
    weights = {name: values.cpu() for name, values in network.state_dict().items()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # of the further blocks
        wide = Network(shape)
    made = {name: values for name, values in weights.items() if name.startswith(_AS_THEY_ARE)}

    def make(name: str, written: np.ndarray | None, read: np.ndarray | None) -> None:
        """Of a convolution whose outputs are copied as `written` says, and its inputs as `read` does."""
        weight = weights[f"{name}.weight"]
        if read is not None:
            taken = torch.from_numpy(shares(read, len(weight), random)).to(weight)
            weight = weight[:, torch.from_numpy(read)] * taken[:, :, None, None]
        rows = torch.arange(len(weight)) if written is None else torch.from_numpy(written)
        made[f"{name}.weight"] = weight[rows]
        if f"{name}.bias" in weights:
            made[f"{name}.bias"] = weights[f"{name}.bias"][rows]

    make("stem", levels[0], None)
    make("head", None, levels[0])
    if shape.filtered:
        make("filter.stem", levels[0], None)
    if shape.keyed:
        make("key_stem", levels[0], None)
    if shape.masked:
        make("mask", None, levels[0])
    for level, (features, narrow) in enumerate(zip(levels, old.widths, strict=True)):
        deepest = level == len(levels) - 1
        for block in (f"middle.{n}" for n in range(old.middle)) if deepest else (f"enter.{level}", f"leave.{level}"):
            hidden = copied(narrow, len(features), random)
            make(f"{block}.a", hidden, features)
            make(f"{block}.b", features, hidden)
        if not deepest:
            finer = (features[:, None] * _SUBPIXELS + np.arange(_SUBPIXELS)).ravel()
            make(f"down.{level}", levels[level + 1], features)
            make(f"up.{level}", finer, levels[level + 1])
    wide.load_state_dict({**wide.state_dict(), **made})
    return wide
