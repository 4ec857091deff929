"""Samples: pixels of both sides at the same places, from pairs all along the shot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from patterns import LookOp, PatternOp

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import LINEAR, Encoding
from paircat.engine.learn.local_filter import as_cells
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.samples import encoded_crops, encoded_samples, spread
from paircat.engine.picture.frames import FrameRange

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


def test_crops_begin_at_even_pixels_and_show_both_sides(pattern: PatternOp) -> None:
    """A network that works on 2x2 pixels at a time meets the same four as in the whole frame."""
    wide = DataSet.open(
        replace(pattern, width=150, height=131), LookOp(replace(pattern, width=150, height=131)), FrameRange(())
    )
    store = PairStore(wide, 1 << 24, 0)
    crops = encoded_crops(store, AS_THEY_ARE, AS_THEY_ARE, 3)
    whole = as_cells(torch.from_numpy(wide.load(0).input).permute(2, 0, 1)[None])
    cells = as_cells(crops[0][0])
    places = [
        (row, column)
        for row in range(whole.shape[2] - cells.shape[2] + 1)
        for column in range(whole.shape[3] - cells.shape[3] + 1)
        if torch.equal(whole[:, :, row : row + cells.shape[2], column : column + cells.shape[3]], cells)
    ]
    assert len(places) == 1 and crops[0][1].shape == crops[0][0].shape
    store.close()
