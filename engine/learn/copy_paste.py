"""CopyPaste: copy-paste augmentation: changes of the pairs in other places, where pairs show few and small ones.

Six marks on six grounds are less to learn from than marks on all that a shot shows (D. Dwibedi et al.,
2017, arXiv:1708.01642; G. Ghiasi et al., 2021, arXiv:2012.07177). What the input has of a change is pasted onto an
unchanged place of a crop: as the degradation model predicts it there (degradation_model.py), plus the residual where
that is large, such as the shape of a mark. The ground truth stays, so the network has to find it and take it out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paircat.engine.learn.change_mask import CHANGE_THRESHOLD, changed_pixels
from paircat.engine.learn.compact_pixels import rounded
from paircat.engine.learn.connected_components import bounding_boxes
from paircat.engine.learn.degradation_model import REACH, DegradationModel, Patch
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.flaws import are_flaws
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.samples import LOOK_AT_PAIRS, spread

NOTE = "Changes are made again in other places, to learn them on other grounds; not in the last part of the run."
"""For the log, where the augmentation is used."""

_MOST_PATCHES = 64
_EXPLAINED = 0.1  # of the change: what is left of less is noise of the fit, and not worth to be carried along


class CopyPaste:
    """The patches that can be pasted onto crops. It keeps at most 64 patches, none larger than a crop.

    Attributes:
        patches, degradation: what changes look like, and the model of how they come about.
    """

    def __init__(
        self,
        patches: Sequence[Patch],
        degradation: DegradationModel,
        encoding: Encoding,
        limits: tuple[float, float],
        dtype: np.dtype,
        threshold: float = CHANGE_THRESHOLD,
    ) -> None:
        """
        Args:
            limits: smallest and largest encoded value of the inputs. dtype: the type that holds the inputs exactly.
            threshold: encoded values that are further apart are changed.
        """
        self.patches = patches
        self.degradation = degradation
        self._encoding = encoding
        self._limits = limits
        self._dtype = dtype
        self._threshold = threshold
        carried = degradation.residual > _EXPLAINED
        self._residuals = [
            patch.before - degradation.apply(patch.after) if carried else np.zeros_like(patch.before)
            for patch in patches
        ]

    @classmethod
    def of(
        cls, store: PairStore, encoding: Encoding, crop_size: int, threshold: float = CHANGE_THRESHOLD
    ) -> CopyPaste | None:
        """From the changes of up to sixteen spread pairs; coded values further apart than the threshold are changed.

        Returns:
            None where there is nothing to be made again: changes are larger than a crop, or of one pair only; or it is
            the ground truth that has something which its surroundings have not, which is added and not taken out.

        Raises:
            DataSetError, FrameError: a pair cannot be read.
        """
        height, width = store.data_set.size
        patches: list[Patch] = []
        types: set[np.dtype] = set()
        low, high = np.inf, -np.inf
        chosen = spread(len(store.data_set), LOOK_AT_PAIRS)
        for index, pair in zip(chosen, store.pairs(chosen), strict=True):
            before, after = (
                encoding.encode_pixels(side.expand(0, 0, height, width)) for side in (pair.input, pair.ground_truth)
            )
            types.add(pair.input.dtype)  # that of a black frame is smaller than the others'
            low, high = min(low, float(before.min())), max(high, float(before.max()))
            changed = changed_pixels(before, after, threshold)
            found = [box for box in bounding_boxes(changed) if max(side.stop - side.start for side in box) <= crop_size]
            for rows, columns in (found[place] for place in spread(len(found), _MOST_PATCHES)):
                around = _widened(rows, height), _widened(columns, width)
                own = changed[around].copy()
                own[: rows.start - around[0].start] = own[rows.stop - around[0].start :] = False
                own[:, : columns.start - around[1].start] = own[:, columns.stop - around[1].start :] = False
                patches.append(Patch(before[around].copy(), after[around].copy(), own, index))
        share = sum(int(patch.changed.sum()) for patch in patches) / (len(chosen) * height * width)
        patches = [patches[place] for place in spread(len(patches), _MOST_PATCHES)]
        if not patches or not are_flaws(patches, share, threshold):
            return None
        degradation = DegradationModel.fit(patches)
        if degradation is None:
            return None
        return cls(patches, degradation, encoding, (low, high), np.result_type(*types), threshold)

    def apply(self, before: np.ndarray, after: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """The input of a crop with a change pasted into it, float32 (height, width, channels), as files have values.

        Where the place that is drawn has a change already, it is `before` itself.
        """
        chosen = int(random.integers(len(self.patches)))
        patch, residual = self.patches[chosen], self._residuals[chosen]
        rows, columns = (
            _drawn(length, size, random) for length, size in zip(before.shape[:2], patch.changed.shape, strict=True)
        )
        place = rows.here, columns.here
        changed = patch.changed[rows.there, columns.there]
        if not changed.any():
            return before
        here, there = (self._encoding.encode_pixels(side[place]) for side in (before, after))
        if changed_pixels(here, there, self._threshold).any():
            return before
        around = tuple(_widened(side.here, size) for side, size in zip((rows, columns), before.shape[:2], strict=True))
        inner = tuple(
            slice(side.here.start - wide.start, side.here.stop - wide.start)
            for side, wide in zip((rows, columns), around, strict=True)
        )
        degraded = self.degradation.apply(self._encoding.encode_pixels(after[around]))[inner]
        degraded = degraded + residual[rows.there, columns.there]
        pixels = rounded(self._encoding.decode_pixels(np.clip(degraded, *self._limits)), self._dtype)
        result = before.copy()
        result[place] = np.where(changed[:, :, None], pixels, before[place])
        return result


class _Overlap:
    """Along one side, the part of a crop that a patch lies on, and which part of the patch that is."""

    def __init__(self, start: int, size: int, length: int) -> None:
        self.here = slice(max(0, start), min(length, start + size))
        self.there = slice(self.here.start - start, self.here.stop - start)


def _drawn(length: int, size: int, random: np.random.Generator) -> _Overlap:
    """Anywhere in the crop, also over its edge by up to half."""
    return _Overlap(int(random.integers(-(size // 2), max(1, length - size // 2))), size, length)


def _widened(span: slice, most: int) -> slice:
    return slice(max(0, span.start - REACH), min(most, span.stop + REACH))
