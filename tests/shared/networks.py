"""Networks for tests that need one that does something without having been trained."""

from __future__ import annotations

import numpy as np
import torch

from paircat.engine.learn.network import Network, NetworkShape


def lively(shape: NetworkShape) -> Network:
    """A network whose zero-started layers do something, as after training."""
    torch.manual_seed(1)
    network = Network(shape)
    if network.curves is not None:
        network.curves.place(np.random.default_rng(1).random((500, shape.channels_in), np.float32))
    if network.filter is not None:
        torch.nn.init.normal_(network.filter.weight, std=0.02)
    for weight in network.parameters():
        if not weight.any():
            torch.nn.init.normal_(weight, std=0.05)
    return network.requires_grad_(False)
