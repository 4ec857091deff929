"""BatchFeed: batches made ahead are the ones that would be made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from paircat.engine.learn.batches import BatchFeed
from paircat.engine.learn.compact_pixels import PixelFile
from paircat.engine.learn.crops import CropSampler, cut
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.pair_store import PairStore, StoredPair

SAMPLER = CropSampler(4, (40, 48), 32, 3, seed=1, flips=True, quarter_turns=True)


@contextmanager
def feed(store: PairStore, scale_of: Callable[[int], int], share: slice = slice(None)) -> Iterator[BatchFeed]:
    made = BatchFeed(store, SAMPLER, torch.device("cpu"), scale_of, share)
    try:
        yield made
    finally:
        made.close()


def wanted(store: PairStore, step: int, scale: int, share: slice = slice(None)) -> np.ndarray:
    return np.stack([cut(store, crop, scale)[0] for crop in SAMPLER.batch(step)[share]]).transpose(0, 3, 1, 2)


def test_what_was_made_ahead_is_what_was_asked_for(look_set: DataSet) -> None:
    """In order, after a jump, and where the resolution was guessed wrongly."""
    store = PairStore(look_set, 1 << 30)
    with feed(store, lambda step: 2 if step < 3 else 1) as batches:
        for step, scale in ((0, 2), (1, 2), (2, 1), (3, 1), (4, 1), (9, 1), (10, 2)):
            np.testing.assert_array_equal(batches.get(step, scale).input.numpy(), wanted(store, step, scale))


def test_a_share_of_each_batch_is_that_part_of_it(look_set: DataSet) -> None:
    """So the shares of several processes add up to the whole."""
    store = PairStore(look_set, 1 << 30)
    with feed(store, lambda step: 1, slice(1, 3)) as batches:
        for step in range(3):
            np.testing.assert_array_equal(batches.get(step, 1).input.numpy(), wanted(store, step, 1, slice(1, 3)))


def test_it_tells_where_the_pairs_are_and_how_many_looks_found_one(look_set: DataSet, tmp_path: Path) -> None:
    """Four pairs, of which one has room in memory and one on the disk: the other two are decoded anew."""
    first = PairStore(look_set, 1 << 30).pair(0)
    file_bytes = sum(PixelFile.of(side).nbytes for side in (first.input, first.ground_truth))
    store = PairStore(look_set, first.nbytes, file_bytes, tmp_path)
    with feed(store, lambda step: 1) as batches:
        for step in range(12):
            batches.get(step, 1)
        batches.close()
        report = batches.report(12)
    assert (report.step, report.pairs, report.in_memory, report.on_disk) == (12, 4, 1, 1)
    assert report.hit_rate == 1 - store.decoded / store.asked
    assert 0.3 < report.hit_rate < 0.6
    assert report.decode_threads >= 1 and report.steps_ahead >= report.decode_threads and report.waited > 0
    store.close()


def test_a_reader_computes_with_one_thread_and_leaves_the_others_to_the_training(look_set: DataSet) -> None:
    """A second team of OpenMP's would slow every step down; the trainer's own number of threads stays."""
    torch.set_num_threads(2)
    counts: list[int] = []

    class Watched(PairStore):
        def pair(self, index: int) -> StoredPair:
            counts.append(torch.get_num_threads())
            return super().pair(index)

    with feed(Watched(look_set, 1 << 30), lambda step: 1) as batches:
        batches.get(0, 1)  # made here
        here = len(counts)
        batches.get(1, 1)
    assert set(counts[:here]) >= {2} and set(counts[here:]) | {1} == {1}
    assert torch.get_num_threads() == 2
