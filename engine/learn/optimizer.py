"""Optimizer: Muon for the inner kernels, AdamW for the rest, with one learning rate for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from paircat.engine.learn.eager_optimizer import AdamW
from paircat.engine.learn.muon import Muon, split_parameters
from paircat.engine.learn.network import Network

_KERNEL_RATE, _REST_RATE = 6.0, 0.4
"""What Muon and AdamW make of the learning rate that is set, for a network as narrow as Small."""
_NARROW = 32
_LONGEST_GRADIENT = 1.0


class Optimizer:
    """One step on all weights of a network.

    Wider networks take smaller steps, in proportion to their width, so that one setting serves all sizes (G. Yang et
    al., 2022, arXiv:2203.03466, table 3).
    """

    def __init__(self, network: Network, learning_rate: float, scaler: torch.amp.GradScaler) -> None:
        kernels, rest = split_parameters(network)
        self._network = network
        self._scaler = scaler
        whole = learning_rate * _NARROW / network.shape.widths[0]
        self._rates = whole * _KERNEL_RATE, whole * _REST_RATE
        self._parts: tuple[torch.optim.Optimizer, ...] = (
            Muon(kernels, self._rates[0]),
            AdamW(rest, self._rates[1], betas=(0.9, 0.98), weight_decay=1e-4),
        )

    def step(
        self, loss: torch.Tensor, factor: float, backward: Callable[[torch.Tensor], None] = torch.Tensor.backward
    ) -> None:
        """Make the loss smaller, at `factor` times the learning rate; `backward(loss)` finds the gradients.

        Where a gradient is not finite no weight moves, and if the loss was scaled, the next one is scaled less.
        """
        self._network.zero_grad(set_to_none=True)
        backward(self._scaler.scale(loss))  # added up while they are scaled, so that all find the same overflows
        for part, rate in zip(self._parts, self._rates, strict=True):
            self._scaler.unscale_(part)
            for group in part.param_groups:
                group["lr"] = rate * factor
        length = nn.utils.clip_grad_norm_(self._network.parameters(), _LONGEST_GRADIENT)
        # The scaler would skip the part alone that overflowed, but all gradients were cut by the length they have in
        # common: to NaN, or to nothing, which leaves Muon a whole step along what it remembers.
        if bool(length.isfinite()):
            for part in self._parts:
                part.step()
        self._scaler.update()

    def state_tensors(self) -> Iterator[torch.Tensor]:
        """The tensors of the optimizer's state, such as momentum, in an order that is the same in every process."""
        for part in self._parts:
            for weight in (weight for group in part.param_groups for weight in group["params"]):
                remembered = part.state[weight]
                yield from (remembered[name] for name in sorted(remembered) if remembered[name].ndim)

    def state(self) -> dict[str, Any]:
        """Tensors and plain values, for `restore`."""
        return {"parts": [part.state_dict() for part in self._parts], "scaler": self._scaler.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        for part, saved in zip(self._parts, state["parts"], strict=True):
            part.load_state_dict(saved)
        if state["scaler"]:  # a run that scaled no losses so far leaves nothing; it begins as a new one
            self._scaler.load_state_dict(state["scaler"])
