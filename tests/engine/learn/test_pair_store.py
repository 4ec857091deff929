"""PairStore: any number of pairs within stated bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.pair_store import PairStore


def test_pairs_beyond_memory_go_to_the_disk_and_beyond_that_are_decoded_again(
    look_set: DataSet, tmp_path: Path
) -> None:
    """Two pairs fit into memory, one into the memory map, the fourth is decoded each time; all give the same pixels."""
    one = PairStore(look_set, 1 << 30).pair(0).nbytes
    store = PairStore(look_set, 2 * one, one, tmp_path)
    for _ in range(2):
        for index in range(4):
            pair = store.pair(index)
            np.testing.assert_array_equal(pair.input.expand(0, 0, 40, 48), look_set.load(index).input)
    assert store.memory_bytes == 2 * one
    assert store.decoded == 5
    assert len(list(tmp_path.glob("pairs-*/*"))) == 2
    store.close()
    assert not list(tmp_path.iterdir())


def test_maps_of_a_killed_process_are_swept_away(look_set: DataSet, tmp_path: Path) -> None:
    """Folders of processes that no longer exist do not pile up; those of living ones stay."""
    dead, alive = tmp_path / "pairs-999999999-abc", tmp_path / "pairs-1-abc"
    dead.mkdir()
    alive.mkdir()
    store = PairStore(look_set, 0, 1 << 30, tmp_path)
    store.pair(0)
    assert not dead.exists()
    assert alive.exists()
    store.close()
