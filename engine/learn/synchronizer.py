"""Synchronizer: what processes exchange after a step: gradients or weights, the time, stop requests.

With an interval of 1 the gradients of each step are summed by PyTorch's DistributedDataParallel during the backward
pass, so that all processes hold the same weights all the time.
With a larger one each trains alone in between, and weights, running average and the optimizer's state are averaged
(local SGD: S. U. Stich, 2018, arXiv:1805.09767; averaged momentum: H. Yu, R. Jin, S. Yang, 2019, arXiv:1905.03817).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from paircat.engine.learn.network import Network
from paircat.engine.learn.optimizer import Optimizer
from paircat.engine.learn.process_group import ProcessGroup


class Synchronizer:
    """One process's side of it. A single process asks its own clock and its own stop callback."""

    def __init__(
        self, group: ProcessGroup, network: Network, average: Network, optimizer: Optimizer, clock: Callable[[], float]
    ) -> None:
        """`clock()` is this process's training time in seconds; that of rank 0 counts for all."""
        self.stop: Callable[[], bool] = lambda: False
        self._group = group
        self._network = network
        self._average = average
        self._optimizer = optimizer
        self._clock = clock
        self._seconds = clock()
        self._asked = False
        self._module: nn.Module = _PartsModule(network)

    def open(self) -> None:
        """Before the first step, in all processes at once.

        Raises:
            PeerLostError: another process has gone.
        """
        if self._syncs_gradients:
            self._module = self._group.data_parallel(_PartsModule(self._network))

    def close(self) -> None:
        """After the last step. DistributedDataParallel keeps threads, which must not outlive the interpreter."""
        self._module = _PartsModule(self._network)

    def replace_network(self, network: Network, average: Network, optimizer: Optimizer) -> None:
        """Train other networks from here on; called between two steps, in all processes at once.

        Raises:
            PeerLostError: another process has gone.
        """
        self._network, self._average, self._optimizer = network, average, optimizer
        self.close()
        self.open()

    @property
    def _syncs_gradients(self) -> bool:
        return self._group.world_size > 1 and self._group.sync_interval == 1

    def parts(self, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The forward pass: the parts of the network's result on this process's own crops.

        Raises:
            PeerLostError: another process has gone; no weight has changed.
        """
        with self._group.communicating():  # DistributedDataParallel agrees here on the order of its gradient buckets
            found: tuple[torch.Tensor, torch.Tensor | None] = self._module(before)
        return found

    @property
    def seconds(self) -> float:
        """The training time that decides about stages and rates, the same in all processes."""
        return self._clock() if self._group.world_size == 1 else self._seconds

    @property
    def asked_to_stop(self) -> bool:
        """Whether any of the processes was asked to stop; all of them know it after the same step."""
        return self.stop() if self._group.world_size == 1 else self._asked

    @property
    def loss_group(self) -> ProcessGroup:
        """The processes over whose crops a loss is computed: all, or this one while each trains alone."""
        return self._group if self._group.sync_interval == 1 else ProcessGroup()

    def backward(self, loss: torch.Tensor, shown_loss: torch.Tensor) -> None:
        """The gradients of all crops, and in `shown_loss` the loss over them in place of that over this process's own.

        Raises:
            PeerLostError: another process has gone; no weight has changed.
        """
        with self._group.communicating():
            loss.backward()
        if self._syncs_gradients:
            self._all_reduce([shown_loss])

    def sync_weights(self, step: int, force: bool) -> None:
        """After a step: average the weights that the processes have trained alone; `force` does so in any case.

        Where gradients are synchronized all weights are the same already, but different machines round differently.
        """
        group = self._group
        if group.world_size == 1:
            return
        if group.sync_interval == 1:
            if force:
                group.broadcast(self._tensors())
        elif force or step % group.sync_interval == 0:
            self._all_reduce(self._tensors())

    def _all_reduce(self, tensors: list[torch.Tensor]) -> None:
        mine = self._clock() if self._group.is_rank_zero else 0.0
        self._seconds, asked = self._group.all_reduce(tensors, [mine, float(self.stop())])
        self._asked = asked > 0

    def _tensors(self) -> list[torch.Tensor]:
        return [*self._network.parameters(), *self._average.parameters(), *self._optimizer.state_tensors()]


class _PartsModule(nn.Module):
    """A network whose forward pass returns its parts, which the losses are computed from."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        return self.network.parts(before)
