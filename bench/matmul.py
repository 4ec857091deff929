"""Matmul: the most arithmetic this machine does now, in large matrix multiplications; what training is held against."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import torch

from paircat.engine.learn.device import has_matrix_units

SIZES = (512, 1024, 2048, 3072)
_SECONDS_EACH = 0.5


def measured(sizes: Sequence[int] = SIZES, seconds_each: float = _SECONDS_EACH) -> dict[str, Any]:
    """In float32, and in bfloat16 where the processor has units for it, as then training may use them, too."""
    found = {"gflops": best_gflops(sizes, seconds_each)}
    if has_matrix_units():
        found["bfloat16_gflops"] = best_gflops(sizes, seconds_each, torch.bfloat16)
    return found


def best_gflops(
    sizes: Sequence[int] = SIZES, seconds_each: float = _SECONDS_EACH, kind: torch.dtype = torch.float32
) -> float:
    """GFLOP/s of the fastest single multiplication among several sizes of square matrices."""
    return max(_fastest(size, seconds_each, kind) for size in sizes)


def _fastest(size: int, seconds: float, kind: torch.dtype) -> float:
    a, b = torch.rand(size, size).to(kind), torch.rand(size, size).to(kind)
    out = torch.empty(size, size, dtype=kind)
    torch.mm(a, b, out=out)
    best, end = 0.0, time.perf_counter() + seconds
    while not best or time.perf_counter() < end:
        started = time.perf_counter()
        torch.mm(a, b, out=out)
        best = max(best, 2 * size**3 / (time.perf_counter() - started) / 1e9)
    return best
