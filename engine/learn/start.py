"""Start: the network a run begins with: a linear fit of the pairs, the weights of a .cat, or those that are shipped."""

from __future__ import annotations

from pathlib import Path

import torch

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.head_start import fit_to_pairs
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.shipped_weights import FOLDER, shipped_weights
from paircat.engine.learn.transfer import Ends, Transfer
from paircat.engine.runs.checkpoint import CatHeader, load_cat
from paircat.engine.settings import InitialWeights, TrainingSettings

_WARM = "So it trains at full resolution from the first step."


def start_network(plan: Plan, store: PairStore, settings: TrainingSettings) -> tuple[Network, tuple[str, ...]]:
    """Build the network by seed; returns it with sentences that say what it started from.

    Raises:
        CheckpointError: the initial weights are of another model size, damaged, or not installed.
        DataSetError, FrameError: a pair cannot be read.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(plan.shape)
    if not plan.shape.matte:
        network.start_from(torch.from_numpy(plan.linear.matrix), torch.from_numpy(plan.linear.offset))
    if settings.initial_weights == InitialWeights.NONE:
        linear = "Starts from the best colour matrix between input and ground truth."
        return network, () if plan.shape.matte or plan.shape.masked else (linear,)
    ours = Ends.of(plan.shape, store.data_set.channels_in, store.data_set.channels_out)
    if settings.initial_weights == InitialWeights.CHECKPOINT:
        path = Path(settings.checkpoint_file)
        header, transfer = _load(network, path, ours)
        return network, (f"Starts from {path.name}, step {header.step}.", *transfer.notes(), _WARM)
    path = shipped_weights(settings.initial_weights, settings.model_size, FOLDER)
    _, transfer = _load(network, path, ours)
    notes = f"Starts from the initial weights {settings.initial_weights} for {settings.model_size}.", *transfer.notes()
    if transfer.keeps_result and not plan.shape.matte and not plan.shape.masked:
        notes += (fit_to_pairs(network, plan, store, settings.seed),)
    return network, (*notes, _WARM)


def _load(network: Network, path: Path, ours: Ends) -> tuple[CatHeader, Transfer]:
    header, weights = load_cat(path)
    theirs = NetworkShape.from_json(header.network)
    if theirs.widths != network.shape.widths or theirs.middle != network.shape.middle:
        raise CheckpointError(
            f"'{path}' holds a {header.model_size} model of another size than the one to train; "
            f"set Model Size to {header.model_size}, or choose other initial weights."
        )
    transfer = Transfer.between(Ends.of(theirs, header.channels_in, header.channels_out), ours)
    transfer.apply(network, {name: torch.from_numpy(value) for name, value in weights.items()})
    return header, transfer
