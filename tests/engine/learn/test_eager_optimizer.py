"""Tests of engine/learn/eager_optimizer.py."""

import subprocess
import sys

import torch

from paircat.engine.learn.eager_optimizer import AdamW

_PROGRAM = """
import sys
import torch
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.optimizer import Optimizer

network = Network(NetworkShape(3, 3, (16, 24), 1))
for _ in range(2):
    made = Optimizer(network, 1e-3, torch.amp.GradScaler("cpu", enabled=False))
    made.step((network(torch.rand(1, 3, 16, 16)) - 1).square().mean(), 1.0)
    made.restore(made.state())
print([name for name in sys.modules if name.startswith("torch._dynamo")])
"""


def test_the_compiler_is_not_imported() -> None:
    """Neither by making optimizers, nor by steps, nor by what is saved of them and restored."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_steps_are_those_of_pytorch() -> None:
    """Bit for bit, and no step becomes a part of the graph that gradients are found along."""
    ours, theirs = (torch.nn.Parameter(torch.linspace(-1, 1, 7)) for _ in range(2))
    pairs = [(ours, AdamW([ours], 0.1, weight_decay=0.1)), (theirs, torch.optim.AdamW([theirs], 0.1, weight_decay=0.1))]
    for _ in range(5):
        for weight, optimizer in pairs:
            optimizer.zero_grad()
            (weight - 0.3).square().sum().backward()
            optimizer.step()
    assert torch.equal(ours, theirs) and not torch.equal(ours.detach(), torch.linspace(-1, 1, 7))
    assert ours.is_leaf
