"""Group: a world of several processes, which share what they learn through torch.distributed.

NCCL carries what lies on CUDA devices, gloo what lies in main memory. Every message is bounded in time.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from paircat.engine.learn.comm_hook import added_by_crops
from paircat.engine.learn.device import Device, memory_ran_out
from paircat.engine.learn.process_group import World
from paircat.engine.learn.rendezvous import LostError, Rendezvous, WorldError

_BEAT_SECONDS = 2.0
_BUSY, _READY = 1, 0


class Group(World):
    """The processes that met at a rendezvous. Create it in all of them at once, after `Rendezvous.meet`.

    Shares may be uneven: what a process finds on its crops counts by their number.
    """

    def __init__(self, rendezvous: Rendezvous, device: Device) -> None:
        """
        Raises:
            WorldError: the processes do not reach each other.
        """
        rank = rendezvous.rank
        self.number, self.size, self.interval = rank.number, rank.size, rank.interval
        self.asked, self._crops = rank.size, rank.size
        self.memories = rank.size if device.is_gpu else max(1, rank.size // rank.local_size)
        self._rendezvous = rendezvous
        self._wait_seconds = timedelta(seconds=rendezvous.lost_seconds)
        self.members: Any = None  # all
        if device.where.type == "cuda":
            torch.cuda.set_device(device.where)
            os.environ.setdefault("TORCH_NCCL_BLOCKING_WAIT", "1")  # a failure is to be told, not to end the process
        try:
            dist.init_process_group(
                "cpu:gloo,cuda:nccl" if device.where.type == "cuda" else "gloo",
                store=rendezvous.store,
                rank=rank.number,
                world_size=rank.size,
                timeout=self._wait_seconds,
            )
        except RuntimeError as error:
            raise WorldError(
                f"The processes met, but rank {rank.number} does not reach all others ({_first_line(error)}); set "
                f"COPYCAT_LOCAL_ADDR on each machine to its address in the network that they share, and let its "
                f"firewall pass any port between them."
            ) from error

    def divide(self, crops: int) -> None:
        self.asked = self.size
        if crops < self.size:
            with self.told():
                self.members = dist.new_group(list(range(crops)), timeout=self._wait_seconds)
            self.size = crops
        if self.number >= self.size:
            return
        self._crops = crops
        self.share = self.share_of(self.number)
        self.weight = (self.share.stop - self.share.start) / crops

    def share_of(self, number: int) -> slice:
        """Which of a step's crops a process has: as many as any other, or one more."""
        each, rest = divmod(self._crops, self.size)
        begin = number * each + min(number, rest)
        return slice(begin, begin + each + (number < rest))

    @property
    def needed(self) -> bool:
        """Whether there is a crop for this process."""
        return self.number < self.size

    def total(self, parts: torch.Tensor) -> torch.Tensor:
        return _Total.apply(parts, self)

    def add_up(self, tensors: Sequence[torch.Tensor], said: Sequence[float] = ()) -> list[float]:
        spoken = torch.tensor([*said, 0.0], dtype=torch.float32, device=tensors[0].device)
        message = torch.cat([*(tensor.detach().reshape(-1) * self.weight for tensor in tensors), spoken])
        self._send(message)
        self._spread(message, tensors)
        return message[-len(spoken) : -1].tolist()

    def shared(self, learner: nn.Module) -> nn.Module:
        with self.told():
            shared = DistributedDataParallel(learner, process_group=self.members)
        # What curves and filters are made of is set before the first step, and need not be sent again at each of them.
        shared.broadcast_buffers = False  # the argument has two names, by PyTorch's version
        shared.register_comm_hook((self.weight, self.members), added_by_crops)
        return shared

    def align(self, tensors: Sequence[torch.Tensor]) -> None:
        message = torch.cat([tensor.detach().reshape(-1) for tensor in tensors])
        with self.told():
            dist.broadcast(message, 0, group=self.members)
        self._spread(message, tensors)

    def state_of_first(self, state: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the first process hands to all: plain values and tensors. Nothing of it is run as code."""
        packed = io.BytesIO()
        if state is not None:
            torch.save(state, packed)
        content = torch.frombuffer(bytearray(packed.getvalue() or b"\0"), dtype=torch.uint8)
        length = torch.tensor([len(content)])
        with self.told():
            dist.broadcast(length, 0, group=self.members)
            if not self.first:
                content = torch.empty(int(length.item()), dtype=torch.uint8)
            dist.broadcast(content, 0, group=self.members)
        if state is not None:
            return state
        return torch.load(io.BytesIO(content.numpy().tobytes()), map_location="cpu", weights_only=True)

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        ready, failures = threading.Event(), list[LostError]()

        def beat() -> None:
            try:
                while not ready.wait(_BEAT_SECONDS):
                    self._signal(_BUSY)
            except LostError as error:
                failures.append(error)

        thread = threading.Thread(target=beat, name="busy", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ready.set()
            thread.join()
        if failures:
            raise failures[0]
        self._signal(_READY)

    def wait(self) -> None:
        while self._signal(_READY) == _BUSY:
            pass

    def close(self) -> None:
        self.members = None  # a group that is still held keeps its threads, which must not outlive the interpreter
        with contextlib.suppress(Exception):
            dist.destroy_process_group()

    def _signal(self, value: int) -> int:
        beat = torch.tensor([value])
        with self.told():
            dist.broadcast(beat, 0, group=self.members)
        return int(beat.item())

    def _send(self, message: torch.Tensor) -> None:
        with self.told():
            dist.all_reduce(message, group=self.members)

    def _spread(self, message: torch.Tensor, tensors: Sequence[torch.Tensor]) -> None:
        pieces = message[: sum(tensor.numel() for tensor in tensors)].split([tensor.numel() for tensor in tensors])
        with torch.no_grad():
            for tensor, piece in zip(tensors, pieces, strict=True):
                tensor.copy_(piece.view(tensor.shape))

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """A message that does not get through, as a sentence. Memory that runs out is another story."""
        try:
            yield
        except RuntimeError as error:
            if memory_ran_out(error):
                raise
            raise LostError(self._sentence(str(error))) from error

    def _sentence(self, reason: str) -> str:
        words = self._rendezvous.words_left()
        if not words:
            address = re.search(r"\[([0-9a-fA-F.:]+)\]:?\d*(?:: |$)", reason)
            late = re.search(r"tim(?:ed|e) ?out", reason, re.IGNORECASE)
            whom = f"the process at {address.group(1)}" if address else "another process"
            words = (
                f"Nothing was heard of the other processes for {self._wait_seconds.total_seconds():.0f} seconds"
                if late
                else f"The connection to {whom} broke: it ended, or its machine did"
            )
        return (
            f"{words.rstrip('.')}. This training of {self.size} processes ends here; rank 0 has saved what was learnt, "
            f"so start all of them again to go on."
        )


class _Total(torch.autograd.Function):
    """Sums over the processes. All of them work out the same from a total, and `add_up` weights what each of them finds
    by its share, so that the way back takes this weight off again.
    """

    @staticmethod
    def forward(context: Any, parts: torch.Tensor, group: Group) -> torch.Tensor:
        context.weight = group.weight
        whole = parts.detach().clone()
        group._send(whole)
        return whole

    @staticmethod
    def backward(context: Any, slope: torch.Tensor) -> tuple[torch.Tensor, None]:
        return slope / context.weight, None


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
