"""Start: the network a run begins with: a linear fit of the pairs, or the weights of an earlier .cat."""

from __future__ import annotations

from pathlib import Path

import torch

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.plan import Plan
from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.settings import InitialWeights, TrainingSettings


def start_network(plan: Plan, settings: TrainingSettings) -> tuple[Network, tuple[str, ...]]:
    """Build the network by seed; returns it with sentences that say what it started from.

    Raises:
        CheckpointError: the initial weights are of another model size, damaged, or not installed.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(plan.shape)
    if settings.initial_weights == InitialWeights.NONE:
        if plan.shape.matte:
            return network, ()
        network.start_from(torch.from_numpy(plan.linear.matrix), torch.from_numpy(plan.linear.offset))
        return network, ("Starts from the best colour matrix between input and ground truth.",)
    if settings.initial_weights == InitialWeights.CHECKPOINT:
        return network, _load(network, Path(settings.checkpoint_file))
    raise CheckpointError(
        f"The initial weights '{settings.initial_weights}' are not installed; choose None, or a .cat file."
    )


def _load(network: Network, path: Path) -> tuple[str, ...]:
    header, weights = load_cat(path)
    theirs = NetworkShape.from_json(header.network)
    if theirs.widths != network.shape.widths or theirs.middle != network.shape.middle:
        raise CheckpointError(
            f"'{path}' holds a {header.model_size} model of another size than the one to train; "
            f"set Model Size to {header.model_size}, or choose other initial weights."
        )
    own = network.state_dict()
    taken = {name: torch.from_numpy(value) for name, value in weights.items() if own[name].shape == value.shape}
    fresh = sorted({name.split(".")[0] for name in own if name not in taken})
    network.load_state_dict({**own, **taken})
    note = f"Starts from {path.name}, step {header.step}."
    if not fresh:
        return (note,)
    return (note, f"Other channels than there, so these layers start fresh: {', '.join(fresh)}.")
