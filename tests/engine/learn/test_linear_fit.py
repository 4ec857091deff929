"""LinearMap: finds the colour matrix, and leaves the picture alone where there is nothing to find."""

from __future__ import annotations

import json

import numpy as np
import torch

from paircat.engine.learn.linear_fit import LinearMap, Sums, weighed

RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.random((4000, 3)).astype(np.float32)


def test_a_matrix_with_offset_is_found() -> None:
    """A linear grade is recovered within the pull's strength."""
    matrix = np.array([[0.9, 0.2, 0.0], [0.0, 0.7, 0.1], [0.1, 0.0, 1.2]], np.float32)
    found = LinearMap.fit(PIXELS, PIXELS @ matrix.T + 0.1)
    np.testing.assert_allclose(found.matrix, matrix, atol=0.02)
    np.testing.assert_allclose(found.offset, 0.1, atol=0.02)


def test_unrelated_noise_in_the_target_leaves_the_identity() -> None:
    """Where only noise was added, the map stays the identity."""
    found = LinearMap.fit(PIXELS, PIXELS + RANDOM.normal(0, 0.1, PIXELS.shape))
    np.testing.assert_allclose(found.matrix, np.eye(3), atol=0.02)
    np.testing.assert_allclose(found.offset, 0, atol=0.02)


def test_constant_and_copied_channels_do_not_break_it() -> None:
    """A channel that says nothing makes no wild matrix."""
    pixels = np.concatenate([PIXELS[:, :1], PIXELS[:, :1], np.zeros((4000, 1), np.float32)], axis=1)
    found = LinearMap.fit(pixels, PIXELS[:, :1])
    assert np.abs(found.matrix).max() < 2


def test_it_survives_json() -> None:
    """A resumed run measures importance with the map that it began with, to the last bit."""
    found = LinearMap.fit(PIXELS, PIXELS[:, ::-1])
    again = LinearMap.from_json(json.loads(json.dumps(found.to_json())))
    np.testing.assert_array_equal(again.apply(PIXELS), found.apply(PIXELS))


def test_samples_may_come_in_parts() -> None:
    """Many features and samples that are never in memory together give what all at once give."""
    features, wanted = (np.random.default_rng(4).random((900, count), np.float32) for count in (7, 2))
    sums = Sums()
    for part in range(0, 900, 300):
        sums.add(torch.from_numpy(features[part : part + 300]), torch.from_numpy(wanted[part : part + 300]))
    matrix, offset = sums.solved(1e-3 * sums.sizes)
    at_once = weighed(features, wanted, 1e-3)
    np.testing.assert_allclose(sums.sizes, np.square(features).mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(matrix, at_once.matrix, atol=1e-4)
    np.testing.assert_allclose(offset, at_once.offset, atol=1e-4)


def test_features_that_are_nothing_everywhere_are_weighed_by_nothing() -> None:
    """Black pictures and features that have died have an answer too: the offset alone."""
    features, wanted = torch.zeros(50, 4), torch.full((50, 2), 0.25)
    for some in (features, torch.cat([features[:, :3], torch.rand(50, 1)], dim=1)):
        sums = Sums()
        sums.add(some, wanted)
        matrix, offset = sums.solved(1e-3 * sums.sizes)
        np.testing.assert_allclose(matrix, 0, atol=1e-3)
        np.testing.assert_allclose(offset, 0.25, atol=1e-3)
