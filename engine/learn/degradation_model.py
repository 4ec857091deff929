"""DegradationModel: how ground truths became inputs where they differ, as far as colours and a blur explain it.

A degradation that a few small patches show can be synthesized in other places, if it is known how it comes about. The
forward model is mostly simpler than its inverse: a curve over each colour, colours that are mixed, a blur. So it is
fitted by least squares, from ground truth to input, and cross-validated on pairs that it was not fitted to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

REACH = 8
"""Radius in pixels of the widest blur: four of its standard deviations."""

_BLURS = (0.0, 1.0, 2.0)  # standard deviations in pixels
_KINDS: tuple[tuple[int, tuple[float, ...]], ...] = ((0, (0.0,)), (0, _BLURS), (4, _BLURS), (8, _BLURS))
_RIDGE = 1e-5
_PIXELS = 20000  # of all patches together
_SAMPLES_PER_FEATURE = 5


@dataclass(frozen=True)
class Patch:
    """A change with what surrounds it, in encoded values.

    Attributes:
        before, after: float32 (height, width, channels), of input and ground truth.
        changed: bool (height, width), where they differ because of this change.
        pair: which pair it is of.
    """

    before: np.ndarray
    after: np.ndarray
    changed: np.ndarray
    pair: int


@dataclass(frozen=True)
class DegradationModel:
    """A least squares fit over hinges of the colours, at several blurs.

    Attributes:
        hinges: kinks of the curve over each channel, evenly between 0 and 1. blurs: standard deviations in pixels.
        mean, spread: float64 (features,), what features are standardized by. weights: float64 (features + 1, channels).
        residual: root mean square of what is unexplained over that of the change, on pairs that it was not fitted to.
    """

    hinges: int
    blurs: tuple[float, ...]
    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    residual: float

    @classmethod
    def fit(cls, patches: Sequence[Patch]) -> DegradationModel | None:
        """The best kind by leave-one-out cross-validation over pairs; None where fewer than two pairs have patches."""
        pairs = sorted({patch.pair for patch in patches})
        if len(pairs) < 2:
            return None
        found = [cls._fit_kind(hinges, blurs, patches, pairs) for hinges, blurs in _KINDS]
        return min((item for item in found if item is not None), key=lambda item: item.residual, default=None)

    @classmethod
    def _fit_kind(
        cls, hinges: int, blurs: tuple[float, ...], patches: Sequence[Patch], pairs: Sequence[int]
    ) -> DegradationModel | None:
        every = -(-sum(int(patch.changed.sum()) for patch in patches) // _PIXELS)
        seen, wanted, change, of = [], [], [], []
        for patch in patches:
            rows = np.flatnonzero(patch.changed)[::every]
            features = _features(patch.after, hinges, blurs)
            seen.append(features.reshape(-1, features.shape[2])[rows])
            wanted.append(patch.before.reshape(-1, patch.before.shape[2])[rows].astype(np.float64))
            change.append(wanted[-1] - patch.after.reshape(-1, patch.after.shape[2])[rows])
            of.append(np.full(len(rows), patch.pair))
        inputs, targets, owners = np.concatenate(seen), np.concatenate(wanted), np.concatenate(of)
        if len(inputs) < _SAMPLES_PER_FEATURE * inputs.shape[1]:
            return None
        mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
        standardized = np.pad((inputs - mean) / spread, ((0, 0), (0, 1)), constant_values=1.0)
        of_pair = [_Moments.of(standardized[owners == pair], targets[owners == pair]) for pair in pairs]
        of_all = _Moments.total(of_pair)
        residual = 0.0
        for pair, moments in zip(pairs, of_pair, strict=True):
            others = (of_all - moments).ridge_regression()
            residual += float(np.square(targets[owners == pair] - standardized[owners == pair] @ others).sum())
        whole = float(np.square(np.concatenate(change)).sum())
        return cls(hinges, blurs, mean, spread, of_all.ridge_regression(), (residual / max(whole, 1e-12)) ** 0.5)

    def apply(self, after: np.ndarray) -> np.ndarray:
        """What the input would be of a ground truth, float32 (height, width, channels) both, encoded.

        Weighted first and blurred then, which is the same and leaves few channels to blur: it is done for every paste.
        """
        scaled = self.weights[:-1] / self.spread[:, None]
        basis = _hinge_basis(after, self.hinges)
        degraded = self.weights[-1] - self.mean @ scaled
        for blur, weights in zip(self.blurs, np.split(scaled, len(self.blurs)), strict=True):
            degraded = degraded + _blurred(basis @ weights, blur)
        return degraded.astype(np.float32)


def _features(after: np.ndarray, hinges: int, blurs: Sequence[float]) -> np.ndarray:
    """Float64 (height, width, features): the channels, their hinges, and all of those at each blur."""
    basis = _hinge_basis(after, hinges)
    return np.concatenate([_blurred(basis, blur) for blur in blurs], axis=2)


def _hinge_basis(after: np.ndarray, hinges: int) -> np.ndarray:
    kinks = np.linspace(0, 1, hinges + 2)[1:-1]
    return np.concatenate([after, *(np.maximum(after - kink, 0) for kink in kinks)], axis=2).astype(np.float64)


def _blurred(values: np.ndarray, blur: float) -> np.ndarray:
    return ndimage.gaussian_filter(values, (blur, blur, 0), mode="nearest") if blur else values


@dataclass(frozen=True)
class _Moments:
    """All that a least squares fit has to know of its samples; those of several pairs are summed, or left out again."""

    count: int
    gram: np.ndarray
    cross: np.ndarray

    @classmethod
    def of(cls, standardized: np.ndarray, targets: np.ndarray) -> _Moments:
        return cls(len(standardized), standardized.T @ standardized, standardized.T @ targets)

    @classmethod
    def total(cls, parts: Sequence[_Moments]) -> _Moments:
        grams, crosses = ([item.gram for item in parts], [item.cross for item in parts])
        return cls(sum(item.count for item in parts), np.sum(grams, axis=0), np.sum(crosses, axis=0))

    def __sub__(self, other: _Moments) -> _Moments:
        return _Moments(self.count - other.count, self.gram - other.gram, self.cross - other.cross)

    def ridge_regression(self) -> np.ndarray:
        """Weights; the last one, the offset, is hardly penalized."""
        penalty = np.full(len(self.gram), _RIDGE * self.count)
        penalty[-1] = 1e-9
        return np.linalg.solve(self.gram + np.diag(penalty), self.cross)
