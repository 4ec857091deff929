"""Muon: steepest descent for convolution kernels, whose updates change every direction of a kernel alike.

Momentum, then the nearest orthogonal matrix to it instead of the momentum itself (K. Jordan et al., 2024,
https://kellerjordan.github.io/posts/muon). A kernel counts as the matrix (features out, all that one of them is made
of). Updates are scaled to a fixed size for any shape of kernel (J. Liu et al., 2025, arXiv:2502.16982, section 2.2), so
one learning rate serves them all. torch.optim.Muon takes matrices only and one at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import nn

from paircat.engine.learn.eager_optimizer import EagerOptimizer

# The quintic iteration's coefficients of the source: singular values end between 0.7 and 1.2 after five rounds.
_A, _B, _C, _ROUNDS = 3.4445, -4.7750, 2.0315, 5
_SIZE = 0.2
_LEAST_WEIGHTS = 1024


class Muon(EagerOptimizer):
    """For weights of convolutions, (out, in, height, width) each.

    A step moves a weight by a fifth of the learning rate, in the root mean square over a kernel, as AdamW's usually do.
    Steps never become smaller by themselves, so kernels would grow without end, and a network without normalisation
    with them, until it bursts: the weight decay is what holds them.
    """

    def __init__(
        self, kernels: Iterable[nn.Parameter], lr: float, momentum: float = 0.9, weight_decay: float = 0.1
    ) -> None:
        super().__init__(kernels, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            kernels = [kernel for kernel in group["params"] if kernel.grad is not None]
            if not kernels:
                continue
            alike: defaultdict[tuple[int, int], list[tuple[nn.Parameter, torch.Tensor]]] = defaultdict(list)
            for kernel, direction in zip(kernels, self._directions(kernels, group["momentum"]), strict=True):
                alike[as_matrix(direction).shape[0], as_matrix(direction).shape[1]].append((kernel, direction))
            for shape, members in alike.items():
                stacked = orthogonal(torch.stack([as_matrix(direction) for _, direction in members]))
                step = -group["lr"] * scale(shape)
                for (kernel, _), update in zip(members, stacked, strict=True):
                    kernel.mul_(1 - group["lr"] * group["weight_decay"])
                    kernel.add_(as_kernel(update, kernel), alpha=step)

    def _directions(self, kernels: list[nn.Parameter], momentum: float) -> tuple[torch.Tensor, ...]:
        """Nesterov's momentum of each kernel's gradient."""
        for kernel in kernels:
            if not self.state[kernel]:
                self.state[kernel]["momentum"] = torch.zeros_like(kernel)
        slopes = [kernel.grad for kernel in kernels if kernel.grad is not None]
        running = [self.state[kernel]["momentum"] for kernel in kernels]
        torch._foreach_lerp_(running, slopes, 1 - momentum)
        return torch._foreach_lerp(slopes, running, momentum)


def scale(shape: tuple[int, int]) -> float:
    """What the step of a (rows, columns) kernel is multiplied with."""
    return _SIZE * max(shape) ** 0.5


def as_matrix(kernel: torch.Tensor) -> torch.Tensor:
    """(out, in, height, width) as (out, height * width * in), which copies nothing where it lies channels last."""
    return kernel.permute(0, 2, 3, 1).flatten(1)


def as_kernel(matrix: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """The inverse reshape, to the shape of `like`."""
    out, into, height, width = like.shape
    return matrix.reshape(out, height, width, into).permute(0, 3, 1, 2)


def orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """Near enough the nearest orthogonal matrix to each of (count, rows, columns); zero stays zero.

    The Newton-Schulz iteration, worked out on the smaller Gram matrix, which is the same in exact arithmetic and takes
    a third of the multiplications when a matrix is nine times as wide as it is high.
    """
    if matrices.shape[1] > matrices.shape[2]:
        return orthogonal(matrices.mT).mT
    unit = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-12)
    gram = unit @ unit.mT
    identity = torch.eye(gram.shape[1], dtype=gram.dtype, device=gram.device)
    factor = identity.expand_as(gram)
    for turn in range(_ROUNDS):
        polynomial = torch.baddbmm(_B * gram, gram, gram, alpha=_C) + _A * identity
        factor = polynomial @ factor
        if turn + 1 < _ROUNDS:
            gram = polynomial @ gram @ polynomial
    return factor @ unit


def split_parameters(network: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """The kernels that Muon is for, and the rest.

    The rest are biases and the layers that touch pixel values: their rows are colours, not features, and a change of
    equal size in every direction would be noise in the picture.
    """
    kernels: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        inner = parameter.ndim == 4 and parameter.numel() >= _LEAST_WEIGHTS
        at_pixels = name.split(".")[0] in ("stem", "head", "colour", "filter")
        (kernels if inner and not at_pixels else rest).append(parameter)
    return kernels, rest
