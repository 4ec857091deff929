"""Learnt channels: which channels of ground truths there are to learn, where they have the input's own beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.losses import is_matte
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.samples import LOOK_AT_PAIRS, spread
from paircat.engine.learn.value_statistics import ValueStatistics
from paircat.engine.picture.channels import canonical
from paircat.engine.settings import Target, TrainingSettings

_ROUNDING = 2.0**-11
"""Of a half float, in proportion to the value: a plate and a ground truth may be stored differently."""


def is_same(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether two pictures, float32 of one shape, have the same values but for the rounding of half floats."""
    return bool((np.abs(after - before) <= _ROUNDING * np.maximum(np.abs(before), np.abs(after))).all())


def with_matte_alone(data_set: DataSet, store: PairStore, target: Target) -> tuple[DataSet, tuple[str, ...]]:
    """The pairs with nothing but the matte to learn, where ground truths are the plate with a matte in its alpha.

    It is learnt as a matte then, and the plate's colours are not touched. An alpha that is a matte in the input too,
    and is mended, is learnt like any picture. Reads up to sixteen spread pairs where there may be such a matte.

    Args:
        store: of these pairs.

    Returns:
        The pairs as they are, where that is not so; and sentences for the log.

    Raises:
        DataSetError, FrameError: a pair cannot be read.
    """
    names_in, names_out, mattes = data_set.channels_in, data_set.channels_out, _mattes(data_set)
    if target == Target.PICTURE or not mattes:
        return data_set, ()
    beside = tuple(name for name in names_out if name not in mattes)
    height, width = data_set.size
    has_mattes = set(mattes) <= set(names_in)
    inputs, targets = [], []
    for pair in store.pairs(spread(len(data_set), LOOK_AT_PAIRS)):
        before, after = (side.expand(0, 0, height, width) for side in (pair.input, pair.ground_truth))
        if not is_same(before[:, :, _places(beside, names_in)], after[:, :, _places(beside, names_out)]):
            return data_set, ()
        if has_mattes:
            inputs.append(ValueStatistics.of(before[:, :, _places(mattes, names_in)]))
        targets.append(ValueStatistics.of(after[:, :, _places(mattes, names_out)]))
    mended = has_mattes and is_matte(inputs, mattes)
    if mended or not (target == Target.MATTE or is_matte(targets, mattes)):
        return data_set, ()
    where = "all pairs" if len(data_set) <= LOOK_AT_PAIRS else f"the {LOOK_AT_PAIRS} pairs looked at"
    note = f"Only {', '.join(mattes)} is learnt: {', '.join(beside)} are the same in {where}, and so left as they are."
    return replace(data_set, channels_out=mattes), (note,)


def learnt_pairs(
    data_set: DataSet, settings: TrainingSettings, channels_out: Sequence[str] = ()
) -> tuple[DataSet, PairStore, tuple[str, ...]]:
    """The pairs with the channels that are to be learnt, the store of them, and sentences for the log.

    Args:
        channels_out: what a run that goes on was begun with, which may be the matte alone; none for a new run.

    Raises:
        DataSetError, FrameError: a pair cannot be read.
    """
    sizes = settings.cache_megabytes << 20, settings.disk_cache_megabytes << 20
    if channels_out:
        if tuple(channels_out) == _mattes(data_set):
            data_set = replace(data_set, channels_out=tuple(channels_out))
        return data_set, PairStore(data_set, *sizes), ()
    store = PairStore(data_set, *sizes)
    chosen, notes = with_matte_alone(data_set, store, settings.target)
    if notes:
        store.close()
        store = PairStore(chosen, *sizes)
    return chosen, store, notes


def _mattes(data_set: DataSet) -> tuple[str, ...]:
    """The alphas of the ground truths, where all that is beside them is in the input, too; else none."""
    names = data_set.channels_out
    mattes = tuple(name for name in names if canonical(name).rpartition(".")[2] == "A")
    beside = set(names) - set(mattes)
    return mattes if beside and beside <= set(data_set.channels_in) else ()


def _places(names: Sequence[str], among: Sequence[str]) -> list[int]:
    return [among.index(name) for name in names]
