"""Plan: what the settings come to for this data set on this device: batch, crop, steps, network and coding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from paircat.engine.errors import DataSetError
from paircat.engine.learn import growth
from paircat.engine.learn.batch_shape import choose_batch_size, choose_crop_size, too_few
from paircat.engine.learn.change_mask import CHANGE_THRESHOLD, UNIFORM_SHARE
from paircat.engine.learn.colour_curves import HINGES, ColourCurves
from paircat.engine.learn.colour_key import is_keyed
from paircat.engine.learn.copy_paste import CopyPaste
from paircat.engine.learn.crops import CropSampler
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.device import Device
from paircat.engine.learn.encoding import LOG, Encoding
from paircat.engine.learn.few_changes import FewChanges
from paircat.engine.learn.importance import ImportanceMap
from paircat.engine.learn.initial_checkpoint import InitialCheckpoint
from paircat.engine.learn.learnt_channels import is_same
from paircat.engine.learn.light_filter import LightFilter
from paircat.engine.learn.linear_fit import LinearMap
from paircat.engine.learn.local_filter import Crops, LocalFilter, is_worth_it, judged
from paircat.engine.learn.losses import is_coverage, is_matte
from paircat.engine.learn.network import NetworkShape
from paircat.engine.learn.object_shape import ObjectShape
from paircat.engine.learn.pair_facts import PairFacts
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.samples import LOOK_AT_PAIRS, encoded_crops, encoded_samples, spread
from paircat.engine.learn.value_statistics import ValueStatistics
from paircat.engine.settings import InitialWeights, ModelSize, Target, TrainingSettings, total_steps

_LARGE_CELL = 4
_LARGE_OBJECT = 200  # pixels; bench/LOG.md has what either is worth at 70, 140, 290 and 580
_MOST_THIN = 0.01  # of the objects' area; bench/LOG.md has what either is worth at 0.00, 0.04, 0.10 and 0.17
_EXPLAINED = 0.01  # coded difference: 40 dB
_OF_NOTHING = 0.5  # of the coded difference that doing nothing leaves, a matrix that explains the pairs leaves less
_NOTHING_TO_LEARN = (
    "Input and GroundTruth are the same in every pair looked at, so there is nothing to learn; check the files and "
    "channels of both."
)
_LOSSY = (
    "What differs by less than {:.2g} all over the frame is taken for the noise of a file that was compressed, and "
    "stays as it is."
)
_LOSSES = {
    "matte": "Ground truth is a matte: cross entropy and Dice loss.",
    "picture": "Ground truth is a picture: loss of absolute and squared difference.",
    "changes": (
        "Ground truth is the input with changes in {:.2g} % of the frame: absolute difference loss of what changes, "
        "cross entropy and Dice loss of where; all else stays as it is. Full resolution from the first step."
    ),
}


@dataclass(frozen=True)
class Plan:
    """What is fixed for a run when it starts, and kept when it is resumed.

    Attributes:
        shape: the network. encoding_in, encoding_out: coding of the values on both sides of it.
        linear: the best colour matrix, on coded values.
        notes: sentences that say what was chosen and why, for log and panel.
        smallest_change, largest_change: pixels of a change in one piece, where changes are few; else 0.
        change_threshold: coded values that are further apart are changed.
        grows_to: the size that the network is still to grow to; None once it has.
        kept: channels that are the same before and after in all pairs looked at, such as an alpha beside a grade.
    """

    crop_size: int
    batch_size: int
    shape: NetworkShape
    encoding_in: Encoding
    encoding_out: Encoding
    linear: LinearMap
    notes: tuple[str, ...] = ()
    smallest_change: int = 0
    largest_change: int = 0
    change_threshold: float = CHANGE_THRESHOLD
    grows_to: ModelSize | None = None
    kept: tuple[str, ...] = ()

    @classmethod
    def make(
        cls, data_set: DataSet, store: PairStore, settings: TrainingSettings, device: Device, memories: int = 1
    ) -> Plan:
        """Decide; reads up to sixteen spread pairs to see the values' ranges and whether the target is a matte.

        Args:
            memories: among how many memories such as the device's the crops of a step are spread.

        Raises:
            DataSetError: the batch is larger than the number of pairs, or a crop size that was asked for larger than
                the frame; or as DataSet.load.
            CheckpointError: the run begins as an earlier one, whose .cat cannot be read.
        """
        inputs, targets, same = _statistics(data_set, store)
        matte = _is_matte(data_set, settings.target, inputs, targets)
        begun = InitialCheckpoint.of(settings)
        cell, cell_note = _cell(data_set, store, begun) if matte else (NetworkShape.cell, "")
        crop_size, crop_note = choose_crop_size(data_set, settings, device, cell)
        few: FewChanges | None = None
        if data_set.channels_in == data_set.channels_out and not matte:
            both = _encoding(inputs + targets)
            few = FewChanges.of(store, both)
        if begun is not None and not begun.goes_on(data_set.channels_in, data_set.channels_out):
            begun = None
        masked = few is not None or (begun is not None and begun.shape.masked and not matte)
        ends = len(data_set.channels_in), len(data_set.channels_out)
        linear, hinges, filtered, light = LinearMap.identity(ends[0]), 0, False, False
        if masked:  # what stays as it is has to look alike on both sides
            encoding_in = encoding_out = both if begun is None else begun.coding(both, both)[0]
        else:
            encoding_in, encoding_out = _encodings(store, inputs, targets, settings.seed)
            if begun is not None:
                encoding_in, encoding_out = begun.coding(encoding_in, encoding_out)
            seen, wanted = encoded_samples(store, encoding_in, encoding_out, settings.seed)
            linear = LinearMap.fit(seen, wanted)
            fresh = settings.initial_weights == InitialWeights.NONE
            if matte:
                hinges = HINGES if fresh and is_keyed(seen, wanted) else 0
            else:
                left = wanted - linear.apply(seen)
                same_channels = data_set.channels_in == data_set.channels_out
                hinges = HINGES if _curved(seen, left, math.inf if same_channels else wanted.var(axis=0).mean()) else 0
                # A grade's glow has a linear part too, but takes no fewer steps for it, and its negatives suffer.
                if not hinges:
                    crops = encoded_crops(store, encoding_in, encoding_out, settings.seed)
                    by_matrix, by_filter = judged(_left_of(crops, linear), LocalFilter)
                    filtered = is_worth_it(by_matrix, by_filter)
                    if fresh and _all_log(encoding_in, encoding_out) and _in_light(crops, by_filter):
                        linear, filtered, light = LinearMap.identity(ends[0]), True, True
        shape = NetworkShape.of_size(settings.model_size, *ends, matte, masked, hinges, filtered, cell, light)
        batch_size, batch_note = choose_batch_size(data_set, settings, device, shape, crop_size, memories)
        notes: tuple[str, ...] = (
            data_set.note,
            crop_note,
            batch_note,
            _LOSSES["matte" if matte else "changes" if masked else "picture"].format(100 * few.share if few else 0),
            f"Input: {encoding_in.describe(data_set.channels_in)}. "
            f"GroundTruth: {encoding_out.describe(data_set.channels_out)}.",
        )
        notes += (cell_note,) if cell_note else ()
        threshold = few.threshold if few else CHANGE_THRESHOLD
        notes += (_LOSSY.format(threshold),) if threshold != CHANGE_THRESHOLD else ()
        kept = same if same != data_set.channels_out else ()
        if kept:
            where = "all pairs" if len(data_set) <= LOOK_AT_PAIRS else f"the {LOOK_AT_PAIRS} pairs looked at"
            notes += (f"The same in {where}, and so left as it is: {', '.join(kept)}.",)
        elif same:
            notes += (_NOTHING_TO_LEARN,)
        plan = cls(crop_size, batch_size, shape, encoding_in, encoding_out, linear, notes, kept=kept)
        if few:
            plan = replace(plan, smallest_change=few.smallest, largest_change=few.largest, change_threshold=threshold)
        return plan.beginning_as(growth.starting_size(settings), settings.model_size)

    def beginning_as(self, size: ModelSize, wanted: ModelSize) -> Plan:
        """With the network of `size` at first, which grows to the one that is wanted."""
        if size == wanted:
            return self
        return replace(
            self, shape=self.shape.resized(size), grows_to=wanted, notes=(*self.notes, growth.note(size, wanted))
        )

    def sampler(self, store: PairStore, settings: TrainingSettings, facts: PairFacts | None = None) -> CropSampler:
        """What draws the crops of the steps; `facts` are told of each pair."""
        importance = ImportanceMap(store, self.linear, self.encoding_in, self.encoding_out, facts)
        return CropSampler(
            len(store.data_set),
            store.data_set.size,
            self.crop_size,
            self.batch_size,
            settings.seed,
            settings.flips,
            settings.quarter_turns,
            importance.probabilities,
            UNIFORM_SHARE if self.shape.masked else CropSampler.uniform_share,
            self.shape.grid,
        )

    def copy_paste(self, store: PairStore) -> CopyPaste | None:
        """What is put onto crops as well: changes made again, where they are few. Pairs are read to find them."""
        if not self.shape.masked:
            return None
        return CopyPaste.of(store, self.encoding_in, self.crop_size, self.change_threshold)

    def total_steps(self, settings: TrainingSettings, pairs: int) -> int:
        """All steps of the run by the settings; with a time limit alone, 0 for unknown."""
        if settings.steps:
            return settings.steps
        return 0 if settings.minutes else max(1, total_steps(settings.epochs, pairs, self.batch_size))

    def to_json(self) -> dict[str, Any]:
        return {
            "crop_size": self.crop_size,
            "batch_size": self.batch_size,
            "shape": self.shape.to_json(),
            "encoding_in": self.encoding_in.to_json(),
            "encoding_out": self.encoding_out.to_json(),
            "linear": self.linear.to_json(),
            "smallest_change": self.smallest_change,
            "largest_change": self.largest_change,
            "change_threshold": self.change_threshold,
            "grows_to": self.grows_to and str(self.grows_to),
            "kept": list(self.kept),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        return cls(
            data["crop_size"],
            data["batch_size"],
            NetworkShape.from_json(data["shape"]),
            Encoding(tuple(data["encoding_in"])),
            Encoding(tuple(data["encoding_out"])),
            LinearMap.from_json(data["linear"]),
            smallest_change=data.get("smallest_change", 0),
            largest_change=data.get("largest_change", 0),
            change_threshold=data.get("change_threshold", CHANGE_THRESHOLD),
            grows_to=ModelSize(data["grows_to"]) if data.get("grows_to") else None,
            kept=tuple(data.get("kept", ())),
        )

    def on_resume(self, settings: TrainingSettings, pairs: int) -> Plan:
        """The plan of a run that goes on.

        A batch size set by hand may have changed, and to a larger Model Size it grows; the rest is the network's. What
        the settings ask for in vain is reported in the notes.

        Raises:
            DataSetError: the batch is larger than the number of pairs.
        """
        batch_size = settings.batch_size or self.batch_size
        if batch_size > pairs and not settings.batch_size:
            raise DataSetError(
                f"There are {pairs} pairs now, fewer than the {batch_size} crops a step that the run was begun with. "
                f"Set Batch Size to {pairs} or less, or put the frames back that it was trained on."
            )
        if batch_size > pairs:
            raise too_few(pairs, batch_size)
        size, wanted = self.grows_to or self.shape.size, settings.model_size
        notes: tuple[str, ...] = ()
        if list(ModelSize).index(wanted) > list(ModelSize).index(size):
            notes += (growth.note_on_resume(self.shape.size, wanted),)
        elif wanted != size:
            notes += (f"It stays {size}: a network only ever grows. Start a new run for Model Size {wanted}.",)
            wanted = size
        if settings.crop_size not in (0, self.crop_size):
            notes += (
                f"It keeps its crop size of {self.crop_size}; start a new run for Crop Size {settings.crop_size}.",
            )
        grows_to = wanted if wanted != self.shape.size else None
        return replace(self, batch_size=batch_size, grows_to=grows_to, notes=notes)


def _is_matte(
    data_set: DataSet, target: Target, inputs: Sequence[ValueStatistics], targets: Sequence[ValueStatistics]
) -> bool:
    """Whether ground truths are learnt as coverages.

    Raises:
        DataSetError: they were said to be, and have values that no coverage has.
    """
    if target == Target.MATTE and not is_coverage(targets):
        whole = ValueStatistics.over(targets)
        raise DataSetError(
            f"Ground truth has values from {whole.low.min():.3g} to {whole.high.max():.3g}; a matte lies between 0 and "
            "1. Set Ground truth is to Auto or Picture, or Channels Out to the channel of the matte."
        )
    if target != Target.AUTO:
        return target == Target.MATTE
    # A matte that is mended begins as it is, like any picture; one found in a picture has nothing to begin as.
    mended = data_set.channels_in == data_set.channels_out and is_matte(inputs, data_set.channels_in)
    alone = len(data_set.channels_out) == 1 and not set(data_set.channels_out) <= set(data_set.channels_in)
    return not mended and is_matte(targets, data_set.channels_out, alone)


def _cell(data_set: DataSet, store: PairStore, begun: InitialCheckpoint | None) -> tuple[int, str]:
    """Edge of the squares that a matte is learnt on, and the sentence that says why where it is not the usual one.

    What tells a large object from its surroundings is further apart, so the network is shown more of a picture at once.
    Hair would suffer: it is hardly wider than such a square. An earlier run's network goes on with its own.
    """
    if begun is not None and begun.shape.matte:
        return begun.shape.cell, ""
    height, width = data_set.size
    pairs = store.pairs(spread(len(data_set), LOOK_AT_PAIRS))
    found = ObjectShape.of(pair.ground_truth.expand(0, 0, height, width) for pair in pairs)
    if found.size < _LARGE_OBJECT or found.thin > _MOST_THIN:
        return NetworkShape.cell, ""
    return (
        _LARGE_CELL,
        f"Objects are about {found.size:.0f} pixels across: the network works on cells of 4x4 pixels, not 2x2.",
    )


def _statistics(
    data_set: DataSet, store: PairStore
) -> tuple[list[ValueStatistics], list[ValueStatistics], tuple[str, ...]]:
    """What spread pairs look like, inputs and targets; one pair at a time is in memory as floats.

    Returns:
        Also the channels of the targets that are the inputs' own in all of these pairs.
    """
    height, width = data_set.size
    inputs, targets = [], []
    names_in, names_out = data_set.channels_in, data_set.channels_out
    same = {name for name in names_out if name in names_in}
    for pair in store.pairs(spread(len(data_set), LOOK_AT_PAIRS)):
        before, after = (side.expand(0, 0, height, width) for side in (pair.input, pair.ground_truth))
        inputs.append(ValueStatistics.of(before))
        targets.append(ValueStatistics.of(after))
        for name in tuple(same):
            if not is_same(before[:, :, names_in.index(name)], after[:, :, names_out.index(name)]):
                same.remove(name)
    return inputs, targets, tuple(name for name in names_out if name in same)


def _curved(seen: np.ndarray, left: np.ndarray, variance: float) -> bool:
    """Whether colour curves help with what a matrix leaves: (samples, channels in) and (samples, channels out)."""
    curves = ColourCurves(seen.shape[1], left.shape[1])
    curves.place(seen)
    return curves.help_with(seen, left, variance)


def _all_log(encoding_in: Encoding, encoding_out: Encoding) -> bool:
    """Whether as many channels come out as go in, and all are seen behind a logarithm."""
    return encoding_in == encoding_out and set(encoding_in.kinds) == {LOG}


def _in_light(crops: Crops, left_else: float) -> bool:
    """Whether a filter of light, which makes a matrix needless, does more than matrix and filter of what is coded.

    Args:
        left_else: the mean square that these leave.
    """
    as_it_is = LinearMap.identity(crops[0][0].shape[1])
    nothing, left = judged(_left_of(crops, as_it_is), LightFilter)
    return is_worth_it(nothing, left) and left < left_else


def _left_of(crops: Crops, linear: LinearMap) -> Crops:
    """The crops with what a matrix leaves of their ground truths."""
    matrix, offset = torch.from_numpy(linear.matrix), torch.from_numpy(linear.offset)[:, None, None]
    return [(before, wanted - torch.einsum("oc,nchw->nohw", matrix, before) - offset) for before, wanted in crops]


def _encodings(
    store: PairStore, inputs: list[ValueStatistics], targets: list[ValueStatistics], seed: int
) -> tuple[Encoding, Encoding]:
    """The coding of both sides: by their ranges, but light that a matrix explains is left as it is.

    A gain or a colour matrix is one in light alone; behind a logarithm it is a look that has to be learnt.
    """
    before, after = _encoding(inputs), _encoding(targets)
    if LOG in (*before.kinds, *after.kinds):
        light = Encoding.light(len(before.kinds)), Encoding.light(len(after.kinds))
        seen, wanted = encoded_samples(store, *light, seed)
        guessed = LinearMap.fit(seen, wanted).apply(seen)
        missed = after.encode_pixels(guessed[None]) - after.encode_pixels(wanted[None])
        most = _EXPLAINED
        if seen.shape == wanted.shape:  # of subtle work doing nothing misses little, too: that explains nothing
            nothing = after.encode_pixels(seen[None]) - after.encode_pixels(wanted[None])
            most = min(most, _OF_NOTHING * float(np.sqrt(np.mean(nothing**2))))
        if np.sqrt(np.mean(missed**2)) < most:
            return light
    return before, after


def _encoding(statistics: list[ValueStatistics]) -> Encoding:
    whole = ValueStatistics.over(statistics)
    return Encoding.for_ranges(whole.low, whole.high)
