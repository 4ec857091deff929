"""BatchFeed: the next batches are cut and sent to the device while the current one trains."""

from __future__ import annotations

import collections
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from paircat.engine.events import PairsRead
from paircat.engine.learn.copy_paste import CopyPaste
from paircat.engine.learn.crops import CropSampler, as_batch, cut
from paircat.engine.learn.pair_store import PairStore

_MOST_READERS = 4
_STEPS_AHEAD = 2  # a slow pair is made up for by the quick ones around it


@dataclass(frozen=True)
class Batch:
    """Input (N, C, H, W) and ground truth (N, K, H, W), pixel values, channels last in memory."""

    input: torch.Tensor
    ground_truth: torch.Tensor


class BatchFeed:
    """Batches by step, prepared some steps ahead by threads of its own.

    Each of them computes with one processor thread. OpenMP gives every thread that computes a team of its own, and with
    more of them than processors it lets all wait asleep: steps took twice as long after a reader had coded one picture.
    """

    def __init__(
        self,
        store: PairStore,
        sampler: CropSampler,
        device: torch.device,
        scale_of: Callable[[int], int],
        share: slice = slice(None),
        copy_paste: CopyPaste | None = None,
        paste_share: Callable[[int], float] = lambda step: 0.0,
    ) -> None:
        """
        Args:
            scale_of: says which resolution a step will most likely train at; a wrong guess is cut again.
            share: which of each step's crops to make.
            copy_paste: the augmentation; `paste_share` says on how many of a step's crops, 0..1.
        """
        self._store = store
        self._sampler = sampler
        self._device = device
        self._scale_of = scale_of
        self._share = share
        self._copy_paste = copy_paste
        self._paste_share = paste_share
        # Half of the processors, so that training keeps the others; each thread makes a batch of its own.
        self.readers = max(1, min(_MOST_READERS, (os.cpu_count() or 1) // 2))
        self._steps_ahead = max(_STEPS_AHEAD, self.readers)
        self._workers = ThreadPoolExecutor(self.readers, "batches", initializer=torch.set_num_threads, initargs=(1,))
        self._ahead: collections.deque[tuple[int, int, Future[Batch]]] = collections.deque()
        self._waited = 0.0

    def get(self, step: int, scale: int) -> Batch:
        """The batch of a step at a resolution; starts on those after it."""
        started = time.perf_counter()
        while self._ahead and self._ahead[0][0] < step:
            self._ahead.popleft()[2].cancel()
        if self._ahead and self._ahead[0][:2] == (step, scale):
            batch = self._ahead.popleft()[2].result()
        else:  # the first one, or a wrong guess
            self._forget()
            batch = self._make(step, scale)
        self._waited += time.perf_counter() - started
        for following in range(step + 1 + len(self._ahead), step + 1 + self._steps_ahead):
            guess = self._scale_of(following)
            self._ahead.append((following, guess, self._workers.submit(self._make, following, guess)))
        return batch

    def report(self, step: int) -> PairsRead:
        """How the pairs are read so far."""
        in_memory, on_disk = self._store.places
        asked, decoded = self._store.asked, self._store.decoded
        pairs, hit_rate = len(self._store.data_set), 1 - decoded / max(1, asked)
        return PairsRead(step, pairs, in_memory, on_disk, hit_rate, self.readers, self._steps_ahead, self._waited)

    def _make(self, step: int, scale: int) -> Batch:
        squares = [cut(self._store, crop, scale) for crop in self._sampler.batch(step, self._share)]
        if self._copy_paste is not None and scale == 1:
            first = self._share.start or 0
            squares = [self._with_paste(pair, step, first + place) for place, pair in enumerate(squares)]
        return Batch(*(as_batch([pair[side] for pair in squares], self._device) for side in (0, 1)))

    def _with_paste(self, pair: tuple[np.ndarray, np.ndarray], step: int, place: int) -> tuple[np.ndarray, np.ndarray]:
        assert self._copy_paste is not None
        random = self._sampler.paste_random(step, place)
        before, after = pair
        chosen = random.random() < self._paste_share(step)
        return (self._copy_paste.apply(before, after, random) if chosen else before), after

    def _forget(self) -> None:
        while self._ahead:
            self._ahead.popleft()[2].cancel()

    def close(self) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
