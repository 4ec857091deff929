"""Correction strength: how much of a correction helps."""

from __future__ import annotations

import pytest
import torch

from paircat.engine.learn.correction_strength import fitted_strength, with_strength
from paircat.engine.learn.network import Network, NetworkShape


@pytest.fixture
def network() -> Network:
    """One whose correction is anything but nothing."""
    torch.manual_seed(0)
    made = Network(NetworkShape(3, 3, (8, 8), 1))
    made.start_from(torch.eye(3), torch.zeros(3))
    torch.nn.init.normal_(made.head.weight, std=0.1)
    return made.requires_grad_(False)


@pytest.mark.parametrize(("times", "share"), [(0.25, 0.25), (1.0, 1.0), (3.0, 1.0), (-1.0, 0.0)])
def test_the_share_is_what_comes_nearest(network: Network, times: float, share: float) -> None:
    """What the targets ask of the correction, but never more than it is, nor its opposite."""
    before = torch.rand(2, 3, 16, 16)
    target = before + times * (network(before) - before)
    assert fitted_strength(network, [(before, target)]) == pytest.approx(share, abs=1e-4)


def test_a_network_that_corrects_nothing_is_left_alone(network: Network) -> None:
    """There is nothing to divide by."""
    before = torch.rand(1, 3, 16, 16)
    assert fitted_strength(with_strength(network, 0.0), [(before, before + 1)]) == 1


def test_a_weakened_network_is_another_one(network: Network) -> None:
    """Its correction is as many times weaker, the one that trains stays as it is."""
    before = torch.rand(1, 3, 16, 16)
    whole = network(before) - before
    assert with_strength(network, 0.5)(before) - before == pytest.approx(0.5 * whole, abs=1e-6)
    assert torch.equal(network(before) - before, whole)
