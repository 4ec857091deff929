"""Optimizer: one step on all weights of a network, and all that going on takes."""

from __future__ import annotations

import copy

import pytest
import torch

from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.optimizer import Optimizer

SHAPE = NetworkShape(3, 3, (16, 24), 1)


def optimizer(network: Network) -> Optimizer:
    return Optimizer(network, 1e-3, torch.amp.GradScaler("cpu", enabled=False))


def learn(network: Network, made: Optimizer, steps: int, seed: int = 0) -> list[float]:
    random = torch.Generator().manual_seed(seed)
    losses = []
    for _ in range(steps):
        x = torch.rand(2, 3, 16, 16, generator=random)
        loss = (network(x) - x.flip(1)).abs().mean()
        made.step(loss, 1.0)
        losses.append(loss.item())
    return losses


def network() -> Network:
    torch.manual_seed(0)
    return Network(SHAPE)


def test_it_makes_the_loss_smaller() -> None:
    """Of swapping two channels, from nothing."""
    made = network()
    losses = learn(made, optimizer(made), 40)
    assert losses[-1] < losses[0] / 2


def test_every_weight_is_moved() -> None:
    """Kernels and the rest; what starts at zero begins to move once something arrives there."""
    made = network()
    before = copy.deepcopy(made)
    learn(made, optimizer(made), 3)
    for (name, old), new in zip(before.named_parameters(), made.parameters(), strict=True):
        assert not torch.equal(old, new), name


def test_nothing_moves_at_a_rate_of_zero() -> None:
    """The end of a decay."""
    made = network()
    before = copy.deepcopy(made)
    x = torch.rand(1, 3, 16, 16)
    optimizer(made).step((made(x) - 1).square().mean(), 0.0)
    assert all(torch.equal(a, b) for a, b in zip(before.parameters(), made.parameters(), strict=True))


def test_a_wider_network_takes_smaller_steps() -> None:
    """Twice the width, half the step, in each weight; the kernel starts at zero, so no decay is in it."""
    moved = []
    for width in (16, 32):
        torch.manual_seed(0)
        made = Network(NetworkShape(3, 3, (width, 2 * width), 1))
        loss = torch.stack([(weight * torch.randn_like(weight)).sum() for weight in made.parameters()]).sum()
        optimizer(made).step(loss, 1.0)
        moved.append(float(made.enter[0].b.weight.detach().square().mean().sqrt()))
    assert moved[0] == pytest.approx(2 * moved[1], rel=0.1)


def test_it_goes_on_from_its_state_as_if_it_had_never_stopped() -> None:
    """Bit for bit."""
    unbroken = network()
    learner = optimizer(unbroken)
    learn(unbroken, learner, 4)
    other = copy.deepcopy(unbroken)
    resumed = optimizer(other)
    resumed.restore(copy.deepcopy(learner.state()))
    assert learn(unbroken, learner, 3, seed=1) == learn(other, resumed, 3, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(unbroken.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("place", ["enter.0.b.weight", "head.weight"])
def test_an_overflow_anywhere_skips_the_step_of_all_weights(bad: float, place: str) -> None:
    """Of float16: the gradients' common norm is not finite, so neither part of the optimizer can use its own."""
    made = network()
    scaler = torch.amp.GradScaler("cpu", enabled=True)
    learner = Optimizer(made, 1e-3, scaler)
    learn(made, learner, 2)
    before, memory, scale = copy.deepcopy(made), [kept.clone() for kept in learner.state_tensors()], scaler.get_scale()

    def overflow(loss: torch.Tensor) -> None:
        loss.backward()
        gradient = made.get_parameter(place).grad
        assert gradient is not None
        gradient.view(-1)[0] = bad

    learner.step(made(torch.rand(2, 3, 16, 16)).square().mean(), 1.0, overflow)
    assert all(torch.equal(a, b) for a, b in zip(before.parameters(), made.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in zip(memory, learner.state_tensors(), strict=True))
    assert scaler.get_scale() == scale / 2
    learn(made, learner, 1)
    assert not any(torch.equal(a, b) for a, b in zip(before.parameters(), made.parameters(), strict=True))


@pytest.mark.parametrize("bad", [float("inf"), float("nan")])
def test_a_gradient_that_is_no_number_moves_nothing(bad: float) -> None:
    """Also where losses are not scaled: what was learnt stays whole, and the next step goes on."""
    made = network()
    learner = optimizer(made)
    learn(made, learner, 2)
    before = copy.deepcopy(made)

    def spoilt(loss: torch.Tensor) -> None:
        loss.backward()
        gradient = next(made.parameters()).grad
        assert gradient is not None
        gradient.view(-1)[0] = bad

    learner.step(made(torch.rand(2, 3, 16, 16)).square().mean(), 1.0, spoilt)
    assert all(torch.equal(a, b) for a, b in zip(before.parameters(), made.parameters(), strict=True))
    assert all(loss == loss for loss in learn(made, learner, 2))


def test_a_run_may_go_on_where_losses_are_scaled() -> None:
    """It was begun in float32, and goes on with a GPU that is quicker at float16; and the other way round."""
    states = {}
    for enabled in (False, True):
        made = network()
        scaled = Optimizer(made, 1e-3, torch.amp.GradScaler("cpu", enabled=enabled))
        learn(made, scaled, 2)
        states[enabled] = made.state_dict(), scaled.state()
    for enabled, (weights, state) in states.items():
        made = network()
        made.load_state_dict(weights)
        other = Optimizer(made, 1e-3, torch.amp.GradScaler("cpu", enabled=not enabled))
        other.restore(state)
        assert all(loss == loss for loss in learn(made, other, 2))
