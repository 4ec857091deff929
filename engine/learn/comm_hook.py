"""Buckets: how DistributedDataParallel adds up the gradients of several processes, a bucket of weights at a time."""

# Not `from __future__ import annotations`: PyTorch looks at the hook's annotations and wants the classes themselves.

from typing import Any

import torch
import torch.distributed as dist


def added_by_crops(state: tuple[float, Any], bucket: dist.GradBucket) -> torch.futures.Future[torch.Tensor]:
    """The sum of all processes' gradients, each by its share of the crops; DistributedDataParallel's own is the mean.

    Args:
        state: this process's share, 0..1, and the process group, None for all.
    """
    share, members = state
    sent = dist.all_reduce(bucket.buffer().mul_(share), group=members, async_op=True).get_future()
    return sent.then(lambda done: done.value()[0])
