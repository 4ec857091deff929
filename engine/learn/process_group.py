"""World: all processes that learn one run together, as one of them sees it. This one learns alone.

engine/learn/distributed_group.py has the world of several. The loss of a world is the sum of what its processes work out on their
own crops, each weighted by its share of the crops; so it is the loss that one process would find on all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import nn


class World:
    """The world of one process.

    Attributes:
        number: which of the processes this is; 0 shows and saves. size: how many there are.
        interval: they share what they learnt every so many steps.
        memories: among how many separate memories the crops of a step are spread.
        share: which of a step's crops are this process's own. weight: what part of all of them that is, 0..1.
    """

    number = 0
    size = 1
    interval = 1
    memories = 1
    share = slice(None)
    weight = 1.0

    @property
    def first(self) -> bool:
        return self.number == 0

    def divide(self, crops: int) -> None:
        """Spread the crops of a step over the processes; those for which there is none leave the world."""

    def total(self, parts: torch.Tensor) -> torch.Tensor:
        """The sums over all processes, which can be learnt through. What follows from them must be alike in each."""
        return parts

    def mean(self, own: torch.Tensor) -> torch.Tensor:
        """The mean over all crops, given that over one's own."""
        return self.total(own * self.weight) if self.size > 1 else own

    def add_up(self, tensors: Sequence[torch.Tensor], said: Sequence[float] = ()) -> list[float]:
        """Replace tensors by their weighted sums over all processes, in one message, which `said` travels along with.

        Returns:
            The plain sums of `said`, at single precision.

        Raises:
            LostError: another process has gone; no tensor is changed then.
        """
        return list(said)

    def shared(self, learner: nn.Module) -> nn.Module:
        """The module whose gradients are those of all crops once its way back is done."""
        return learner

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """A block in which the processes talk to each other.

        Raises:
            LostError: another process has gone.
        """
        yield

    def align(self, tensors: Sequence[torch.Tensor]) -> None:
        """Give all processes the tensors of the first one."""

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """For the first process: the block may take its time, since the others are told that it lives."""
        yield

    def wait(self) -> None:
        """For all others: wait until the first process leaves its `busy` block."""

    def close(self) -> None:
        """Leave the others, in order."""
