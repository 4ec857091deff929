"""Colour key: the matte that a pixel's colour alone gives, found before the first step where it is nearly all there is.

A green screen, a sky or a luminance key is a function of colour, and logistic regression over the colour and its curves
has it within a second, where a network takes hundreds of steps. Its maximum likelihood is found by Newton's method,
which here is iteratively reweighted least squares (T. Hastie, R. Tibshirani and J. Friedman, 2009, The Elements of
Statistical Learning, second edition, section 4.4.1), with the step halved wherever it would not lead down.
"""

from __future__ import annotations

import numpy as np

from paircat.engine.learn.colour_curves import ColourCurves
from paircat.engine.learn.linear_fit import LinearMap

_RIDGE = 1e-5
_TURNS, _HALVINGS = 30, 8
_ENOUGH = 1e-5  # of the loss: less than this gained by a turn is the end
_LEFT = 0.1  # of the coverage's variance, at most, on pixels that the fit has not seen
_JUDGED = 3  # every third sample is kept out of the fit when it is asked whether a key is there


def colour_key(curves: ColourCurves, colours: np.ndarray, coverage: np.ndarray) -> LinearMap:
    """What to weigh the colours themselves and then their hinges with, so that a sigmoid of the sum is the coverage.

    Args:
        colours: encoded, (samples, channels in). coverage: 0..1, (samples, channels out).
    """
    features = _with_one(curves.features(colours))
    found = np.stack([_fitted(features, channel) for channel in np.clip(coverage, 0, 1).T.astype(np.float64)])
    return LinearMap(found[:, :-1].astype(np.float32), found[:, -1].astype(np.float32))


def is_keyed(colours: np.ndarray, coverage: np.ndarray) -> bool:
    """Whether colour alone tells nearly all of the coverage, also of pixels that were not fitted."""
    judged = np.arange(len(colours)) % _JUDGED == 0
    curves = ColourCurves(colours.shape[1], coverage.shape[1])
    curves.place(colours[~judged])
    key = colour_key(curves, colours[~judged], coverage[~judged])
    wanted = coverage[judged]
    left = wanted - _sigmoid(key.apply(curves.features(colours[judged])).astype(np.float64))
    return bool(np.square(left).mean() < _LEFT * wanted.var(axis=0).mean())


def _with_one(features: np.ndarray) -> np.ndarray:
    return np.concatenate([features, np.ones((len(features), 1))], axis=1).astype(np.float64)


def _fitted(features: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """The weights, (features,), of which the last is the offset's: cross entropy and a pull towards nothing are least.

    The pull goes by each feature's own size. Without it the weights of a hard key, which is separable, have no end.
    """
    pull = _RIDGE * np.square(features).mean(axis=0) + 1e-9
    weights = np.zeros(features.shape[1])
    loss = _loss(features, coverage, weights, pull)
    for _ in range(_TURNS):
        guess = _sigmoid(features @ weights)
        slope = features.T @ (guess - coverage) / len(features) + pull * weights
        bend = (features * (guess * (1 - guess))[:, None]).T @ features / len(features)
        step = np.linalg.solve(bend + np.diag(pull), slope)
        before = loss
        for halving in range(_HALVINGS):
            tried = weights - step / 2**halving
            there = _loss(features, coverage, tried, pull)
            if there < loss:
                weights, loss = tried, there
                break
        if before - loss < _ENOUGH * before:
            break
    return weights


def _loss(features: np.ndarray, coverage: np.ndarray, weights: np.ndarray, pull: np.ndarray) -> float:
    logits = features @ weights
    return float((np.logaddexp(0, logits) - coverage * logits).mean() + (pull * weights**2).sum() / 2)


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    sigmoid: np.ndarray = 0.5 * (1 + np.tanh(logits / 2))
    return sigmoid
