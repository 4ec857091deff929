"""BatchFeed: the next batch is cut and sent to the device while the current one trains."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from paircat.engine.learn.crops import CropSampler, cut
from paircat.engine.learn.pair_store import PairStore


@dataclass(frozen=True)
class Batch:
    """Input (N, C, H, W) and ground truth (N, K, H, W), pixel values, channels last in memory."""

    input: torch.Tensor
    ground_truth: torch.Tensor


class BatchFeed:
    """Batches by step, prepared one step ahead in a thread of its own."""

    def __init__(
        self,
        store: PairStore,
        sampler: CropSampler,
        device: torch.device,
        scale_of: Callable[[int], int],
        share: slice = slice(None),
    ) -> None:
        """
        Args:
            scale_of: says which resolution a step will most likely train at; a wrong guess is cut again.
            share: which of each step's crops to make.
        """
        self._store = store
        self._sampler = sampler
        self._device = device
        self._scale_of = scale_of
        self._share = share
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._ahead: tuple[int, int, Future[Batch]] | None = None

    def get(self, step: int, scale: int) -> Batch:
        """The batch of a step at a resolution; starts on the one after it."""
        ready = self._ahead
        foreseen = ready is not None and ready[:2] == (step, scale)
        batch = ready[2].result() if ready is not None and foreseen else self._make(step, scale)
        following = self._scale_of(step + 1)
        self._ahead = (step + 1, following, self._worker.submit(self._make, step + 1, following))
        return batch

    def _make(self, step: int, scale: int) -> Batch:
        squares = [cut(self._store, crop, scale) for crop in self._sampler.batch(step, self._share)]
        return Batch(self._tensor([pair[0] for pair in squares]), self._tensor([pair[1] for pair in squares]))

    def _tensor(self, squares: list[np.ndarray]) -> torch.Tensor:
        # (N, H, W, C) in memory seen as (N, C, H, W) is exactly the channels-last layout.
        stacked = torch.from_numpy(np.stack(squares))
        if self._device.type == "cuda":
            stacked = stacked.pin_memory()
        return stacked.to(self._device, non_blocking=True).permute(0, 3, 1, 2)

    def close(self) -> None:
        self._worker.shutdown(wait=True, cancel_futures=True)
