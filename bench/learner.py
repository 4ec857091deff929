"""Learnt: what any contestant hands back after training, so that all are measured and judged alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Learnt:
    """A trained contestant.

    Attributes:
        steps, seconds: optimizer steps and the training time they took; start-up and evaluation are in neither.
        peak_bytes: the most resident memory up to the end of training.
        predict: float32 (height, width, 3) in and out, values as in files.
        flops: counts the floating point operations of all the steps; slow, so it is a call.
        notes: what the contestant chose by itself.
        precision: what it multiplied in: float32 or bfloat16.
    """

    steps: int
    seconds: float
    peak_bytes: int
    predict: Callable[[np.ndarray], np.ndarray]
    flops: Callable[[], float]
    notes: tuple[str, ...] = ()
    precision: str = "float32"
