"""ProcessGroup: the processes that train one run, as one of them sees it; here the group of a single process.

engine/learn/distributed_group.py has the group of several. The loss of a group is the sum of what its processes compute
on their own crops, each weighted by its part of the batch: the loss that one process would compute on all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import nn


class ProcessGroup:
    """The group of a single process, where no method has anything to communicate.

    Attributes:
        rank: which of the processes this is; rank 0 shows and saves. world_size: how many there are.
        sync_interval: they synchronize every so many steps.
        memories: among how many separate memories a batch is spread.
        batch_slice: the crops of a batch that are this process's own. batch_weight: their part of the batch, 0..1.
    """

    rank = 0
    world_size = 1
    sync_interval = 1
    memories = 1
    batch_slice = slice(None)
    batch_weight = 1.0

    @property
    def is_rank_zero(self) -> bool:
        return self.rank == 0

    def split_batch(self, batch_size: int) -> None:
        """Spread the crops of a batch over the processes; those for which there is none leave the group."""

    def all_reduce_with_grad(self, parts: torch.Tensor) -> torch.Tensor:
        """Differentiable sums over all processes. What is computed from them must be the same in each."""
        return parts

    def mean(self, own: torch.Tensor) -> torch.Tensor:
        """The mean over all crops, given that over one's own."""
        return self.all_reduce_with_grad(own * self.batch_weight) if self.world_size > 1 else own

    def all_reduce(self, tensors: Sequence[torch.Tensor], scalars: Sequence[float] = ()) -> list[float]:
        """Replace tensors by their weighted sums over all processes, in one collective together with `scalars`.

        Returns:
            The unweighted sums of `scalars`, at single precision.

        Raises:
            PeerLostError: another process has gone; no tensor is changed then.
        """
        return list(scalars)

    def data_parallel(self, module: nn.Module) -> nn.Module:
        """A wrapped module whose gradients are those of all crops after the backward pass."""
        return module

    @contextlib.contextmanager
    def communicating(self) -> Iterator[None]:
        """A block in which the processes communicate.

        Raises:
            PeerLostError: another process has gone.
        """
        yield

    def broadcast(self, tensors: Sequence[torch.Tensor]) -> None:
        """Give all processes the tensors of rank 0."""

    @contextlib.contextmanager
    def heartbeat(self) -> Iterator[None]:
        """For rank 0: the block may take its time, since the others get a sign of life meanwhile."""
        yield

    def wait_for_rank_zero(self) -> None:
        """For all others: wait until rank 0 leaves its `heartbeat` block."""

    def close(self) -> None:
        """Leave the group, in order."""
