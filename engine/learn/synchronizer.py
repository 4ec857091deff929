"""Exchange: what the processes of a world tell each other about a step: gradients or weights, the time, a wish to stop.

With an interval of 1 the gradients of each step are added up by PyTorch's DistributedDataParallel, while the way back
still goes on, so that all processes hold the same weights all the time.
With a larger one each goes on alone in between, and weights, running average and the optimizer's memory are averaged
(local SGD: S. U. Stich, 2018, arXiv:1805.09767; averaged momentum: H. Yu, R. Jin, S. Yang, 2019, arXiv:1905.03817).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from paircat.engine.learn.network import Network
from paircat.engine.learn.optimizer import Optimizer
from paircat.engine.learn.process_group import World


class Exchange:
    """One process's side of it. Alone, it knows the time and asks for the wish to stop itself."""

    def __init__(
        self, world: World, network: Network, average: Network, optimizer: Optimizer, clock: Callable[[], float]
    ) -> None:
        """`clock()` is this process's training time in seconds; that of the first process counts for all."""
        self.stop: Callable[[], bool] = lambda: False
        self._world = world
        self._network = network
        self._average = average
        self._optimizer = optimizer
        self._clock = clock
        self._seconds = clock()
        self._asked = False
        self._learner: nn.Module = _Learner(network)

    def open(self) -> None:
        """Before the first step, in all processes at once.

        Raises:
            LostError: another process has gone.
        """
        if self._together:
            self._learner = self._world.shared(_Learner(self._network))

    def close(self) -> None:
        """After the last step. What shares gradients keeps threads, which must not outlive the interpreter."""
        self._learner = _Learner(self._network)

    def go_on_with(self, network: Network, average: Network, optimizer: Optimizer) -> None:
        """Between two steps, in all processes at once: others are learnt from here on.

        Raises:
            LostError: another process has gone.
        """
        self._network, self._average, self._optimizer = network, average, optimizer
        self.close()
        self.open()

    @property
    def _together(self) -> bool:
        return self._world.size > 1 and self._world.interval == 1

    def parts(self, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """What the network makes of one's own crops, to learn from.

        Raises:
            LostError: another process has gone; no weight has changed.
        """
        with self._world.told():  # the processes agree here on the order in which gradients are sent
            found: tuple[torch.Tensor, torch.Tensor | None] = self._learner(before)
        return found

    @property
    def seconds(self) -> float:
        """The training time that decides about stages and rates, the same in all processes."""
        return self._clock() if self._world.size == 1 else self._seconds

    @property
    def asked_to_stop(self) -> bool:
        """Whether anybody asked any of the processes to stop, as all of them know it after the same step."""
        return self.stop() if self._world.size == 1 else self._asked

    @property
    def losses_over(self) -> World:
        """Over whose crops a loss is worked out: all, or one's own while each learns alone."""
        return self._world if self._world.interval == 1 else World()

    def backward(self, loss: torch.Tensor, shown: torch.Tensor) -> None:
        """The gradients of all crops, and in `shown` the loss over them in place of that over one's own.

        Raises:
            LostError: another process has gone; no weight has changed.
        """
        with self._world.told():
            loss.backward()
        if self._together:
            self._tell([shown])

    def weights(self, step: int, together: bool) -> None:
        """After a step: average what the processes have learnt alone; `together` does so in any case.

        Where gradients are shared all weights are the same already, but different machines round differently.
        """
        world = self._world
        if world.size == 1:
            return
        if world.interval == 1:
            if together:
                world.align(self._learnt())
        elif together or step % world.interval == 0:
            self._tell(self._learnt())

    def _tell(self, tensors: list[torch.Tensor]) -> None:
        mine = self._clock() if self._world.first else 0.0
        self._seconds, asked = self._world.add_up(tensors, [mine, float(self.stop())])
        self._asked = asked > 0

    def _learnt(self) -> list[torch.Tensor]:
        return [*self._network.parameters(), *self._average.parameters(), *self._optimizer.memory()]


class _Learner(nn.Module):
    """A network asked for its parts, which is what is learnt from."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        return self.network.parts(before)
