"""Initial network: a colour fit of the pairs, the weights of a .cat, or the pretrained ones of the package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from paircat.engine.learn.colour_curves import HINGES
from paircat.engine.learn.colour_key import colour_key
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.pretrained_weights import FOLDER, pretrained_weights
from paircat.engine.learn.samples import encoded_crops, encoded_samples
from paircat.engine.learn.transfer import ChannelLayout, Transfer
from paircat.engine.learn.warm_start import fit_to_pairs
from paircat.engine.learn.widening import widened
from paircat.engine.runs.checkpoint import CatHeader, load_cat, other_size, read_header
from paircat.engine.settings import InitialWeights, TrainingSettings

_KEYED = "Colour alone tells nearly all of the matte: starts from the best key of the colours."
_WARM = "So it trains at full resolution from the first step."


def initial_network(plan: Plan, store: PairStore, settings: TrainingSettings) -> tuple[Network, tuple[str, ...]]:
    """Build the network by seed; returns it with sentences that say what it started from.

    Raises:
        CheckpointError: the initial weights are of another model size, damaged, or not installed.
        DataSetError, FrameError: a pair cannot be read.
    """
    source = _source(settings)
    from_run = settings.initial_weights == InitialWeights.CHECKPOINT
    origin = None if source is None else _Origin.read(source, plan, store, from_run)
    shape = plan.shape if origin is None else origin.shape(plan.shape)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = Network(shape)
    if not shape.matte:
        network.start_from(torch.from_numpy(plan.linear.matrix), torch.from_numpy(plan.linear.offset))
    if network.curves is not None:
        network.curves.place(encoded_samples(store, plan.encoding_in, plan.encoding_out, settings.seed)[0])
    if origin is None:
        return network, _fitted(network, plan, store, settings.seed)
    origin.apply(network, settings.seed)
    named = f"{origin.path.name}, step {origin.header.step}"
    if not from_run:
        named = f"the initial weights {settings.initial_weights} for {origin.header.model_size}"
        if origin.header.model_size != settings.model_size:
            named += f", their features copied until there are as many as {settings.model_size} has"
    notes = f"Starts from {named}.", *origin.transfer.notes()
    if not origin.transfer.keeps_result:
        notes += _fitted(network, plan, store, settings.seed)
    elif not from_run and not shape.matte and not shape.masked:
        notes += (fit_to_pairs(network, plan, store, settings.seed),)
    return network, (*notes, _WARM)


@dataclass(frozen=True)
class _Origin:
    """The .cat that a run starts from, and how its channels become the run's."""

    path: Path
    header: CatHeader
    transfer: Transfer
    from_run: bool

    @classmethod
    def read(cls, path: Path, plan: Plan, store: PairStore, from_run: bool) -> _Origin:
        header = read_header(path)
        theirs = ChannelLayout.of(NetworkShape.from_json(header.network), header.channels_in, header.channels_out)
        ours = ChannelLayout.of(plan.shape, store.data_set.channels_in, store.data_set.channels_out)
        transfer = Transfer.between(theirs, ours)
        before, after = (Encoding(tuple(header.encoding[side])) for side in ("in", "out"))
        recoded = (before.curved, after.curved) != (plan.encoding_in.curved, plan.encoding_out.curved)
        if from_run and not ours.matte and transfer.whole and recoded:
            transfer = replace(transfer, out=None, recoded=True)
        return cls(path, header, transfer, from_run)

    def shape(self, ours: NetworkShape) -> NetworkShape:
        """The shape that the pairs ask for, with curves where the .cat has some, or its look would be lost.

        What goes on with a run's result keeps its filter, or has none; beside a set's network there may be a new one.
        """
        theirs = NetworkShape.from_json(self.header.network)
        if ours.masked:
            return ours
        if ours.matte:
            return replace(ours, hinges=theirs.hinges if theirs.matte and self.transfer.keeps_result else ours.hinges)
        filtered, light = ours.filtered, ours.light
        if self.transfer.keeps_result:
            light = theirs.light and self.transfer.whole  # it filters the very channels that it gives
            filtered = (theirs.filtered and light == theirs.light) or (ours.filtered and not self.from_run)
        return replace(ours, hinges=HINGES if theirs.hinges else ours.hinges, filtered=filtered, light=light)

    def apply(self, network: Network, seed: int) -> None:
        """Give the network the weights; those of a smaller set are widened.

        Raises:
            CheckpointError: they are of another model size, or damaged.
        """
        header, arrays = load_cat(self.path)
        weights = {name: torch.from_numpy(value) for name, value in arrays.items()}
        theirs = NetworkShape.from_json(header.network)
        wanted = replace(theirs, widths=network.shape.widths, middle=network.shape.middle)
        if theirs != wanted:
            if self.from_run:
                raise other_size(self.path, header)
            small = Network(theirs)
            small.load_state_dict(weights)
            weights = widened(small, wanted, seed).state_dict()
        self.transfer.apply(network, weights)


def _source(settings: TrainingSettings) -> Path | None:
    """The .cat that a run starts from, if any."""
    if settings.initial_weights == InitialWeights.NONE:
        return None
    if settings.initial_weights == InitialWeights.CHECKPOINT:
        return Path(settings.checkpoint_file)
    return pretrained_weights(settings.initial_weights, settings.model_size, FOLDER)


@torch.no_grad()
def _fitted(network: Network, plan: Plan, store: PairStore, seed: int) -> tuple[str, ...]:
    """Set matrix, curves and filter, where the network has them, to the best there are; returns what is to be said."""
    if network.shape.masked or (network.shape.matte and network.curves is None):
        return ()
    if network.curves is not None:
        seen, wanted = encoded_samples(store, plan.encoding_in, plan.encoding_out, seed)
        if network.shape.keyed:
            network.add_by_colour(colour_key(network.curves, seen, wanted))
            return (_KEYED,)
    parts = ["colour matrix"]
    if network.curves is not None:
        by_matrix = network.by_colour(torch.from_numpy(seen)[:, :, None, None])[:, :, 0, 0].numpy()
        network.add_by_colour(network.curves.fit(seen, wanted - by_matrix))
        parts.append("curves")
    if network.filter is not None:
        crops = encoded_crops(store, plan.encoding_in, plan.encoding_out, seed)
        network.fit_filter([(before, wanted - network.by_colour(before)) for before, wanted in crops])
        parts = ["filter of light"] if network.shape.light else [*parts, "filter of the surroundings"]
    *first, last = parts
    fit = f"{', '.join(first)} and {last}" if first else last
    at_once = " It trains at full resolution from the first step." if network.filter is not None else ""
    return (f"Starts from the best {fit} between input and ground truth.{at_once}",)
