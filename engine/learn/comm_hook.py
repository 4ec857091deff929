"""Comm hook: how DistributedDataParallel reduces the gradients of several processes, one bucket at a time."""

# Not `from __future__ import annotations`: PyTorch looks at the hook's annotations and wants the classes themselves.

from typing import Any

import torch
import torch.distributed as dist


def weighted_all_reduce(state: tuple[float, Any], bucket: dist.GradBucket) -> torch.futures.Future[torch.Tensor]:
    """The sum of all processes' gradients, weighted by their parts of the batch; torch's own hook gives the mean.

    Args:
        state: this process's part of the batch, 0..1, and torch's process group, None for that of all ranks.
    """
    weight, group = state
    reduced = dist.all_reduce(bucket.buffer().mul_(weight), group=group, async_op=True).get_future()
    return reduced.then(lambda done: done.value()[0])
