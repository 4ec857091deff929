"""Exchange: what the processes of a world tell each other about a step: gradients or weights, the time, a wish to stop.

With an interval of 1 the gradients of each step are added up, so that all processes hold the same weights all the time.
With a larger one each goes on alone in between, and weights, running average and the optimizer's memory are averaged
(local SGD: S. U. Stich, 2018, arXiv:1805.09767; averaged momentum: H. Yu, R. Jin, S. Yang, 2019, arXiv:1905.03817).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from paircat.engine.learn.optimizer import Optimizer
from paircat.engine.learn.world import World


class Exchange:
    """One process's side of it. Alone, it knows the time and asks for the wish to stop itself."""

    def __init__(
        self, world: World, network: nn.Module, average: nn.Module, optimizer: Optimizer, clock: Callable[[], float]
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

    def gradients(self, loss: torch.Tensor) -> None:
        """Between the way back and the step: the gradients of all crops in place of those of one's own; so the loss."""
        if self._world.size > 1 and self._world.interval == 1:
            slopes = [weight.grad for weight in self._network.parameters() if weight.grad is not None]
            self._tell([*slopes, loss])

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
