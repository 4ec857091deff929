"""Samples: pixels of both sides at the same places, from pairs all along the shot."""

from __future__ import annotations

import numpy as np

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import LINEAR, Encoding
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.samples import encoded_samples, spread

AS_THEY_ARE = Encoding((LINEAR,) * 3)


def test_few_of_many_are_evenly_apart_with_both_ends() -> None:
    """Of a hundred the first and the last are there; of three all are."""
    assert spread(100, 4) == [0, 33, 66, 99]
    assert spread(3, 16) == [0, 1, 2]


def test_both_sides_are_of_the_same_places(look_set: DataSet) -> None:
    """The grade between the pairs is the one between the samples, and a seed draws the same ones again."""
    store = PairStore(look_set, 1 << 24, 0)
    inputs, targets = encoded_samples(store, AS_THEY_ARE, AS_THEY_ARE, 3)
    again, _ = encoded_samples(store, AS_THEY_ARE, AS_THEY_ARE, 3)
    pair = look_set.load(0)
    seen = {tuple(colour): tuple(graded) for colour, graded in zip(inputs, targets, strict=True)}
    found = [
        (tuple(colour), tuple(graded))
        for colour, graded in zip(pair.input.reshape(-1, 3), pair.ground_truth.reshape(-1, 3), strict=True)
    ]
    shared = [(colour, graded) for colour, graded in found if colour in seen]
    assert len(shared) > 100 and np.array_equal(inputs, again)
    np.testing.assert_allclose([seen[colour] for colour, _ in shared], [graded for _, graded in shared], atol=1e-6)
    store.close()
