"""Eager optimizers: those that nobody compiles, and that so leave PyTorch's compiler where it is.

PyTorch's own ask the compiler to pass over their methods, and import it for that when the first one is made. That takes
a second of every start, and seventy megabytes.
"""

from __future__ import annotations

import inspect

import torch


class EagerOptimizer(torch.optim.Optimizer):
    """A base class for optimizers, in front of any other one."""

    add_param_group = inspect.unwrap(torch.optim.Optimizer.add_param_group)
    state_dict = inspect.unwrap(torch.optim.Optimizer.state_dict)
    load_state_dict = inspect.unwrap(torch.optim.Optimizer.load_state_dict)


class AdamW(EagerOptimizer, torch.optim.AdamW):
    step = torch.no_grad()(inspect.unwrap(torch.optim.AdamW.step))
