"""Matmul: the most arithmetic this machine does now, in large matrix multiplications; what training is held against."""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch

SIZES = (512, 1024, 2048, 3072)
_SECONDS_EACH = 1.0


def best_gflops(sizes: Sequence[int] = SIZES, seconds_each: float = _SECONDS_EACH) -> float:
    """Float32 GFLOP/s of the fastest single multiplication among several sizes of square matrices."""
    return max(_fastest(size, seconds_each) for size in sizes)


def _fastest(size: int, seconds: float) -> float:
    a, b = torch.rand(size, size), torch.rand(size, size)
    out = torch.empty(size, size)
    torch.mm(a, b, out=out)
    best, end = 0.0, time.perf_counter() + seconds
    while not best or time.perf_counter() < end:
        started = time.perf_counter()
        torch.mm(a, b, out=out)
        best = max(best, 2 * size**3 / (time.perf_counter() - started) / 1e9)
    return best
