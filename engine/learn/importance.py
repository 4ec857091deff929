"""ImportanceMap: how often crops show each place of a pair, so that small effects are not left to chance."""

from __future__ import annotations

import threading

import numpy as np

from paircat.engine.learn.crops import CELL
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.linear_fit import LinearMap
from paircat.engine.learn.pair_facts import PairFacts
from paircat.engine.learn.pair_store import PairStore


class ImportanceMap:
    """For each pair, how far the ground truth is from the best colour matrix, as probabilities for sampling crops.

    What no colour matrix explains is what the network is for: the edges of a deblurring, the place of a paint-out, the
    figure of a matte. A few numbers a pair are kept, so it can be asked of any number of pairs.
    """

    def __init__(
        self,
        store: PairStore,
        linear: LinearMap,
        encoding_in: Encoding,
        encoding_out: Encoding,
        facts: PairFacts | None = None,
    ) -> None:
        """`facts` are told of each pair that is measured, which is when it is first trained on."""
        self._facts = facts
        self._store = store
        self._linear = linear
        self._encodings = encoding_in, encoding_out
        self._probabilities: dict[int, np.ndarray] = {}
        self._lock = threading.Lock()

    def probabilities(self, index: int) -> np.ndarray:
        """Float64 (rows, columns) of cells of CELL x CELL pixels, in sum one; even where nothing differs."""
        found = self._probabilities.get(index)
        if found is None:
            found = self._measure(index)
            with self._lock:
                self._probabilities[index] = found
        return found

    def _measure(self, index: int) -> np.ndarray:
        height, width = self._store.data_set.size
        pair = self._store.pair(index)
        sides = [pixels.expand(0, 0, height, width) for pixels in (pair.input, pair.ground_truth)]
        before, after = (coding.encode_pixels(side) for coding, side in zip(self._encodings, sides, strict=True))
        if self._facts is not None:
            self._facts.add(sides[0], sides[1], before, after)
        cells = sums_by_cell(np.abs(after - self._linear.apply(before)).mean(axis=2))
        total = cells.sum()
        return cells / total if total > 0 else np.full_like(cells, 1 / cells.size)


def sums_by_cell(values: np.ndarray) -> np.ndarray:
    """Sums over cells of CELL x CELL pixels, of which the last may be smaller: (height, width) to (rows, columns)."""
    rows, columns = (np.arange(0, size, CELL) for size in values.shape)
    return np.add.reduceat(np.add.reduceat(values, rows, axis=0, dtype=np.float64), columns, axis=1)
