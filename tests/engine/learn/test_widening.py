"""Widening: a larger network that begins with what a smaller one has learnt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.widening import copied, shares, widened
from paircat.engine.settings import ModelSize


def random_network(shape: NetworkShape) -> Network:
    """None of its layers is zero, as after a training."""
    torch.manual_seed(3)
    network = Network(shape)
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(torch.randn_like(weights) * 0.05)
    return network


@pytest.mark.parametrize("size", [ModelSize.MEDIUM, ModelSize.LARGE])
@pytest.mark.parametrize(
    "parts",
    [
        {"matte": True},
        {"matte": True, "hinges": 8},
        {"masked": True},
        {"hinges": 8},
        {"filtered": True},
        {"filtered": True, "light": True},
    ],
)
def test_a_wider_network_gives_what_the_smaller_one_gave(size: ModelSize, parts: dict[str, Any]) -> None:
    """With all its features copied and its further blocks, to within rounding, at sizes that fill no stride too."""
    small = random_network(NetworkShape.of_size(ModelSize.SMALL, 3, 3, **parts))
    wide = widened(small, small.shape.resized(size), 20)
    picture = torch.rand(1, 3, 50, 70, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        before, after = small(picture), wide(picture)
    assert before.std() > 0.01
    assert torch.allclose(before, after, atol=1e-4 * float(before.abs().max()))


def test_the_same_seed_gives_the_same_network() -> None:
    """Whatever was drawn before, so that a resumed run grows as the unbroken one did."""
    small = random_network(NetworkShape.of_size(ModelSize.SMALL, 3, 3))
    before = torch.get_rng_state()
    first = widened(small, small.shape.resized(ModelSize.LARGE), 5).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    again, other = (widened(small, small.shape.resized(ModelSize.LARGE), seed).state_dict() for seed in (5, 6))
    assert all(torch.equal(values, again[name]) for name, values in first.items())
    assert not torch.equal(first["middle.3.a.weight"], other["middle.3.a.weight"])


def test_copies_do_not_stay_alike() -> None:
    """Gradients of a feature and its copy point elsewhere, so that training makes two features of them."""
    small = random_network(NetworkShape.of_size(ModelSize.SMALL, 3, 1))
    wide = widened(small, NetworkShape.of_size(ModelSize.LARGE, 3, 1), 20)
    wide(torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))).square().mean().backward()
    gradient = wide.stem.weight.grad
    assert gradient is not None
    rows = torch.nn.functional.normalize(gradient.flatten(1), dim=1)
    narrow = len(small.stem.weight)
    alike = float((rows[:narrow] @ rows[narrow:].T).max())
    assert alike < 0.999


def test_shares_of_a_feature_add_up_to_one() -> None:
    """However many copies there are of it, those who read it read it once."""
    random = np.random.default_rng(0)
    copies = copied(48, 72, random)
    assert list(copies[:48]) == list(range(48)) and np.bincount(copies).max() == 2
    for taken in shares(copies, 5, random):
        assert np.allclose(np.bincount(copies, taken), 1)


def test_what_cannot_be_copied_is_refused() -> None:
    """Other channels, or narrower levels, are no larger size of the same network."""
    small = Network(NetworkShape.of_size(ModelSize.SMALL, 3, 3))
    for shape in (NetworkShape.of_size(ModelSize.MEDIUM, 4, 3), NetworkShape.of_size(ModelSize.SMALL, 3, 3, hinges=4)):
        with pytest.raises(ValueError, match="copying features"):
            widened(small, shape, 20)
    with pytest.raises(ValueError, match="copying features"):
        widened(Network(NetworkShape.of_size(ModelSize.MEDIUM, 3, 3)), small.shape, 20)
