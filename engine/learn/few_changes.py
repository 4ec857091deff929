"""FewChanges: whether pairs are alike but for some places, and from which difference on a pixel of theirs is changed.

Where a paint-out went through a lossy file, such as an EXR of DWAA compression, every pixel differs a little. Nobody
can see that, or wants it learnt, so differences of some 255ths count as none where the rest of the frame cannot be told
from noise: too faint to be seen, none on the average of any place, and less in all than the changes are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F

from paircat.engine.learn.change_mask import CELL, CHANGE_THRESHOLD, changed_share, is_sparse
from paircat.engine.learn.connected_components import component_sizes
from paircat.engine.learn.crops import as_batch
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.samples import LOOK_AT_PAIRS, spread

_LOSSY = 4 / 255, 8 / 255
_UNSEEN = 1 / 255  # root mean square of what is no change, at most
_UNSHADED = 0.25 / 255  # the same of the mean of each cell: noise has none, the faintest vignette has
_OF_ALL = 0.5  # of the squared difference, at least, lies in the changes
_HERE = torch.device("cpu")


@dataclass(frozen=True)
class FewChanges:
    """
    Attributes:
        threshold: coded values that are further apart are changed.
        share: how much of a frame has a change in it, 0..1, on the average of the pairs looked at.
        smallest, largest: pixels of a change in one piece.
    """

    threshold: float
    share: float
    smallest: int
    largest: int

    @classmethod
    def of(cls, store: PairStore, encoding: Encoding) -> FewChanges | None:
        """Look at some spread pairs, at no more than it takes to see that changes are not few: None then.

        Raises:
            DataSetError, FrameError: a pair cannot be read.
        """
        height, width = store.data_set.size
        chosen = spread(len(store.data_set), LOOK_AT_PAIRS)
        exact, *lossy = (_Found(threshold, (height, width)) for threshold in (CHANGE_THRESHOLD, *_LOSSY))
        for index in chosen:
            open_ = [found for found in (exact, *lossy) if found.may_be_few(len(chosen))]
            if not open_:
                return None
            pair = store.pair(index)
            before, after = (
                encoding.encode(as_batch([side.expand(0, 0, height, width)], _HERE))
                for side in (pair.input, pair.ground_truth)
            )
            for found in open_:
                found.add(after - before)
        if is_sparse(exact.shares):
            return exact.result()
        good = [found for found in lossy if is_sparse(found.shares) and found.is_all_there_is_to_see]
        return good[-1].result() if good else None


@dataclass
class _Found:
    """What counts as changed from a threshold on, pair by pair."""

    threshold: float
    size: tuple[int, int]
    shares: list[float] = field(default_factory=list)
    _masks: list[np.ndarray] = field(default_factory=list)  # eight pixels a byte
    _inside: float = 0.0
    _outside: float = 0.0
    _values: int = 0
    _shading: float = 0.0
    _cells: int = 0

    def may_be_few(self, pairs: int) -> bool:
        """Whether they still can be, however the rest of so many pairs looks."""
        return not any(self.shares) or is_sparse(self.shares + [0.0] * (pairs - len(self.shares)))

    def add(self, difference: torch.Tensor) -> None:
        """That of a pair: (1, C, H, W), coded."""
        changed = difference.abs().amax(dim=1, keepdim=True) > self.threshold
        squares, rest = difference.square(), difference * ~changed
        self._inside += float((squares * changed).sum())
        self._outside += float(rest.square().sum())
        self._values += int((~changed).sum()) * difference.shape[1]
        cells = F.avg_pool2d(rest, CELL, ceil_mode=True)
        self._shading += float(cells.square().sum())
        self._cells += cells.numel()
        self.shares.append(changed_share(changed.to(difference.dtype)))
        self._masks.append(np.packbits(changed[0, 0].numpy()))

    @property
    def is_all_there_is_to_see(self) -> bool:
        """Whether what differs elsewhere is but noise that cannot be seen."""
        unseen = self._outside <= _UNSEEN**2 * self._values and self._shading <= _UNSHADED**2 * self._cells
        return unseen and self._inside >= _OF_ALL * (self._inside + self._outside)

    def result(self) -> FewChanges:
        return FewChanges(self.threshold, float(np.mean(self.shares)), *component_sizes(self._changes()))

    def _changes(self) -> Iterator[np.ndarray]:
        height, width = self.size
        for packed in self._masks:
            yield np.unpackbits(packed, count=height * width).reshape(height, width).astype(bool)
