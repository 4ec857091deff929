"""Start: the network a run begins with: a colour fit of the pairs, the weights of a .cat, or those that are shipped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.colour_curves import HINGES
from paircat.engine.learn.head_start import fit_to_pairs
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.samples import encoded_samples
from paircat.engine.learn.shipped_weights import FOLDER, shipped_weights
from paircat.engine.learn.transfer import Ends, Transfer
from paircat.engine.runs.checkpoint import CatHeader, load_cat, read_header
from paircat.engine.settings import InitialWeights, TrainingSettings

_WARM = "So it trains at full resolution from the first step."


def start_network(plan: Plan, store: PairStore, settings: TrainingSettings) -> tuple[Network, tuple[str, ...]]:
    """Build the network by seed; returns it with sentences that say what it started from.

    Raises:
        CheckpointError: the initial weights are of another model size, damaged, or not installed.
        DataSetError, FrameError: a pair cannot be read.
    """
    source = _source(settings)
    shape = plan.shape
    if source is not None and NetworkShape.from_json(read_header(source).network).hinges:
        shape = replace(shape, hinges=0 if shape.matte or shape.masked else HINGES)  # or its look would be lost
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(shape)
    if not plan.shape.matte:
        network.start_from(torch.from_numpy(plan.linear.matrix), torch.from_numpy(plan.linear.offset))
    seen, wanted = _placed(network, plan, store, settings.seed)
    if source is None:
        return network, _fitted(network, seen, wanted)
    ours = Ends.of(plan.shape, store.data_set.channels_in, store.data_set.channels_out)
    if settings.initial_weights == InitialWeights.CHECKPOINT:
        header, transfer = _load(network, source, ours)
        notes = f"Starts from {source.name}, step {header.step}.", *transfer.notes(), _WARM
        return network, notes if transfer.keeps_result else (*notes, *_fitted(network, seen, wanted))
    _, transfer = _load(network, source, ours)
    notes = f"Starts from the initial weights {settings.initial_weights} for {settings.model_size}.", *transfer.notes()
    if not transfer.keeps_result:
        notes += _fitted(network, seen, wanted)
    elif not plan.shape.matte and not plan.shape.masked:
        notes += (fit_to_pairs(network, plan, store, settings.seed),)
    return network, (*notes, _WARM)


def _source(settings: TrainingSettings) -> Path | None:
    """The .cat that a run starts from, if any."""
    if settings.initial_weights == InitialWeights.NONE:
        return None
    if settings.initial_weights == InitialWeights.CHECKPOINT:
        return Path(settings.checkpoint_file)
    return shipped_weights(settings.initial_weights, settings.model_size, FOLDER)


def _placed(network: Network, plan: Plan, store: PairStore, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the colour curves, where the network has any, the knots that suit the pairs; returns the pairs' samples."""
    if network.curves is None:
        return np.empty(0), np.empty(0)
    seen, wanted = encoded_samples(store, plan.encoding_in, plan.encoding_out, seed)
    network.curves.place(seen)
    return seen, wanted


@torch.no_grad()
def _fitted(network: Network, seen: np.ndarray, wanted: np.ndarray) -> tuple[str, ...]:
    """Set colour matrix and curves, where the network has any, to the best there are; returns what is to be said."""
    if network.shape.matte or network.shape.masked:
        return ()
    if network.curves is None:
        return ("Starts from the best colour matrix between input and ground truth.",)
    by_matrix = network.by_colour(torch.from_numpy(seen)[:, :, None, None])[:, :, 0, 0].numpy()
    network.add_by_colour(network.curves.fit(seen, wanted - by_matrix))
    return ("Starts from the best colour matrix and curves between input and ground truth.",)


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
