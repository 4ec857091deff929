"""FewChanges: whether pairs are alike but for some places, and from which difference on a pixel of theirs is changed.

Where a paint-out went through a lossy file, such as an EXR of DWAA compression, every pixel differs a little. Nobody
can see that, or wants it learnt, so differences of some 255ths count as none where the rest of the frame cannot be told
from noise: too faint to be seen, none on the average of any place, and less in all than the changes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        exact = _found(store, encoding, [_Found(CHANGE_THRESHOLD, store.data_set.size)])
        if exact:
            return exact[0].result()
        lossy = _found(store, encoding, [_Lossy(threshold, store.data_set.size) for threshold in _LOSSY])
        return lossy[-1].result() if lossy else None


def _found(store: PairStore, encoding: Encoding, candidates: Sequence[_Found]) -> list[_Found]:
    """Those by whose threshold changes are few, after a look at spread pairs."""
    height, width = store.data_set.size
    chosen = spread(len(store.data_set), LOOK_AT_PAIRS)
    for pair in store.pairs(chosen):
        candidates = [found for found in candidates if found.may_be_few(len(chosen))]
        if not candidates:
            break
        before, after = (
            encoding.encode(as_batch([side.expand(0, 0, height, width)], _HERE))
            for side in (pair.input, pair.ground_truth)
        )
        for found in candidates:
            found.add(after - before)
    return [found for found in candidates if found.is_few]


@dataclass
class _Found:
    """What counts as changed from a threshold on, pair by pair."""

    threshold: float
    size: tuple[int, int]
    shares: list[float] = field(default_factory=list)
    _masks: list[np.ndarray] = field(default_factory=list)  # eight pixels a byte

    def may_be_few(self, pairs: int) -> bool:
        """Whether they still can be, however the rest of so many pairs looks."""
        return not any(self.shares) or is_sparse(self.shares + [0.0] * (pairs - len(self.shares)))

    def add(self, difference: torch.Tensor) -> None:
        """That of a pair: (1, C, H, W), coded."""
        changed = self._changed(difference)
        self.shares.append(changed_share(changed.to(difference.dtype)))
        self._masks.append(np.packbits(changed[0, 0].numpy()))

    def _changed(self, difference: torch.Tensor) -> torch.Tensor:
        return difference.abs().amax(dim=1, keepdim=True) > self.threshold

    @property
    def is_few(self) -> bool:
        return is_sparse(self.shares)

    def result(self) -> FewChanges:
        return FewChanges(self.threshold, float(np.mean(self.shares)), *component_sizes(self._changes()))

    def _changes(self) -> Iterator[np.ndarray]:
        height, width = self.size
        for packed in self._masks:
            yield np.unpackbits(packed, count=height * width).reshape(height, width).astype(bool)


@dataclass
class _Lossy(_Found):
    """The same where what differs less may be noise, but has to be such."""

    _inside: float = 0.0
    _outside: float = 0.0
    _values: int = 0
    _shading: float = 0.0
    _cells: int = 0

    def add(self, difference: torch.Tensor) -> None:
        super().add(difference)
        changed = self._changed(difference)
        squares, rest = difference.square(), difference * ~changed
        self._inside += float((squares * changed).sum())
        self._outside += float(rest.square().sum())
        self._values += int((~changed).sum()) * difference.shape[1]
        cells = F.avg_pool2d(rest, CELL, ceil_mode=True)
        self._shading += float(cells.square().sum())
        self._cells += cells.numel()

    @property
    def is_few(self) -> bool:
        """Whether what differs elsewhere is but noise that cannot be seen, too."""
        unseen = self._outside <= _UNSEEN**2 * self._values and self._shading <= _UNSHADED**2 * self._cells
        return super().is_few and unseen and self._inside >= _OF_ALL * (self._inside + self._outside)
