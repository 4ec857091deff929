"""Colour key: the matte that a pixel's colour alone gives, found before the first step where it is nearly all there is.

A green screen, a sky or a luminance key is a function of colour, and logistic regression over the colour and its curves
has it within a second, where a network takes hundreds of steps (T. Hastie, R. Tibshirani and J. Friedman, 2009, The
Elements of Statistical Learning, second edition, section 4.4.1).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from paircat.engine.learn.colour_curves import ColourCurves
from paircat.engine.learn.linear_fit import LinearMap

_RIDGE = 1e-5
_FLAT = 1e-4  # length of the loss's slope at the end
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
    left = wanted - expit(key.apply(curves.features(colours[judged])).astype(np.float64))
    return bool(np.square(left).mean() < _LEFT * wanted.var(axis=0).mean())


def _with_one(features: np.ndarray) -> np.ndarray:
    return np.concatenate([features, np.ones((len(features), 1))], axis=1).astype(np.float64)


def _fitted(features: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """The weights, (features,), of which the last is the offset's: cross entropy and a pull towards nothing are least.

    The pull goes by each feature's own size. Without it the weights of a hard key, which is separable, have no end.
    """
    sizes = np.sqrt(np.square(features).mean(axis=0) + 1e-6)
    features = features / sizes

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = features @ weights
        cost = (np.logaddexp(0, logits) - coverage * logits).mean() + _RIDGE * np.square(weights).sum() / 2
        return float(cost), features.T @ (expit(logits) - coverage) / len(features) + _RIDGE * weights

    def bend(weights: np.ndarray) -> np.ndarray:
        guess = expit(features @ weights)
        curvature: np.ndarray = (features * (guess * (1 - guess))[:, None]).T @ features / len(features)
        return curvature + _RIDGE * np.eye(len(weights))

    nothing = np.zeros(features.shape[1])
    found: np.ndarray = minimize(loss, nothing, jac=True, hess=bend, method="trust-exact", options={"gtol": _FLAT}).x
    return found / sizes
