"""DistributedGroup: a process group of several processes, which communicate through torch.distributed.

The NCCL backend carries tensors on CUDA devices, gloo those in main memory. Every collective has a timeout.
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

from paircat.engine.learn.comm_hook import weighted_all_reduce
from paircat.engine.learn.device import Device, is_out_of_memory
from paircat.engine.learn.process_group import ProcessGroup
from paircat.engine.learn.rendezvous import PeerLostError, Rendezvous, RendezvousError

_HEARTBEAT_SECONDS = 2.0
_BUSY, _READY = 1, 0


class DistributedGroup(ProcessGroup):
    """The processes that met at a rendezvous. Create it in all of them at once, after `Rendezvous.meet`.

    Batch slices may be uneven: each process's results are weighted by its number of crops.
    """

    def __init__(self, rendezvous: Rendezvous, device: Device) -> None:
        """
        Raises:
            RendezvousError: the processes do not reach each other.
        """
        config = rendezvous.config
        self.rank, self.world_size, self.sync_interval = config.rank, config.world_size, config.sync_interval
        self.requested_world_size, self._batch_size = config.world_size, config.world_size
        self.memories = config.world_size if device.is_gpu else max(1, config.world_size // config.local_world_size)
        self._rendezvous = rendezvous
        self._wait_seconds = timedelta(seconds=rendezvous.lost_seconds)
        self.torch_group: Any = None  # the default group, of all ranks
        if device.where.type == "cuda":
            torch.cuda.set_device(device.where)
            os.environ.setdefault(
                "TORCH_NCCL_BLOCKING_WAIT", "1"
            )  # a failure is to be reported, not to end the process
        try:
            dist.init_process_group(
                "cpu:gloo,cuda:nccl" if device.where.type == "cuda" else "gloo",
                store=rendezvous.store,
                rank=config.rank,
                world_size=config.world_size,
                timeout=self._wait_seconds,
            )
        except RuntimeError as error:
            raise RendezvousError(
                f"The processes met, but rank {config.rank} does not reach all others ({_first_line(error)}); set "
                f"COPYCAT_LOCAL_ADDR on each machine to its address in the network that they share, and let its "
                f"firewall pass any port between them."
            ) from error

    def split_batch(self, batch_size: int) -> None:
        self.requested_world_size = self.world_size
        if batch_size < self.world_size:
            with self.communicating():
                self.torch_group = dist.new_group(list(range(batch_size)), timeout=self._wait_seconds)
            self.world_size = batch_size
        if self.rank >= self.world_size:
            return
        self._batch_size = batch_size
        self.batch_slice = self.batch_slice_of(self.rank)
        self.batch_weight = (self.batch_slice.stop - self.batch_slice.start) / batch_size

    def batch_slice_of(self, rank: int) -> slice:
        """The slice of a batch that a rank trains on: as many crops as any other, or one more."""
        each, rest = divmod(self._batch_size, self.world_size)
        begin = rank * each + min(rank, rest)
        return slice(begin, begin + each + (rank < rest))

    @property
    def needed(self) -> bool:
        """Whether there is a crop in each batch for this process."""
        return self.rank < self.world_size

    def all_reduce_with_grad(self, parts: torch.Tensor) -> torch.Tensor:
        return _AllReduce.apply(parts, self)

    def all_reduce(self, tensors: Sequence[torch.Tensor], scalars: Sequence[float] = ()) -> list[float]:
        appended = torch.tensor([*scalars, 0.0], dtype=torch.float32, device=tensors[0].device)
        message = torch.cat([*(tensor.detach().reshape(-1) * self.batch_weight for tensor in tensors), appended])
        self._all_reduce(message)
        self._unflatten(message, tensors)
        return message[-len(appended) : -1].tolist()

    def data_parallel(self, module: nn.Module) -> nn.Module:
        with self.communicating():
            data_parallel = DistributedDataParallel(module, process_group=self.torch_group)
        # What curves and filters are made of is set before the first step, and need not be sent again at each of them.
        data_parallel.broadcast_buffers = False  # the argument has two names, by PyTorch's version
        data_parallel.register_comm_hook((self.batch_weight, self.torch_group), weighted_all_reduce)
        return data_parallel

    def broadcast(self, tensors: Sequence[torch.Tensor]) -> None:
        message = torch.cat([tensor.detach().reshape(-1) for tensor in tensors])
        with self.communicating():
            dist.broadcast(message, 0, group=self.torch_group)
        self._unflatten(message, tensors)

    def broadcast_state(self, state: dict[str, Any] | None = None) -> dict[str, Any]:
        """Rank 0's state in all processes: plain values and tensors. Nothing of it is run as code."""
        packed = io.BytesIO()
        if state is not None:
            torch.save(state, packed)
        content = torch.frombuffer(bytearray(packed.getvalue() or b"\0"), dtype=torch.uint8)
        length = torch.tensor([len(content)])
        with self.communicating():
            dist.broadcast(length, 0, group=self.torch_group)
            if not self.is_rank_zero:
                content = torch.empty(int(length.item()), dtype=torch.uint8)
            dist.broadcast(content, 0, group=self.torch_group)
        if state is not None:
            return state
        return torch.load(io.BytesIO(content.numpy().tobytes()), map_location="cpu", weights_only=True)

    @contextlib.contextmanager
    def heartbeat(self) -> Iterator[None]:
        ready, failures = threading.Event(), list[PeerLostError]()

        def send_heartbeats() -> None:
            try:
                while not ready.wait(_HEARTBEAT_SECONDS):
                    self._broadcast_signal(_BUSY)
            except PeerLostError as error:
                failures.append(error)

        thread = threading.Thread(target=send_heartbeats, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ready.set()
            thread.join()
        if failures:
            raise failures[0]
        self._broadcast_signal(_READY)

    def wait_for_rank_zero(self) -> None:
        while self._broadcast_signal(_READY) == _BUSY:
            pass

    def close(self) -> None:
        self.torch_group = None  # a group that is still held keeps its threads, which must not outlive the interpreter
        with contextlib.suppress(Exception):
            dist.destroy_process_group()

    def _broadcast_signal(self, value: int) -> int:
        signal = torch.tensor([value])
        with self.communicating():
            dist.broadcast(signal, 0, group=self.torch_group)
        return int(signal.item())

    def _all_reduce(self, message: torch.Tensor) -> None:
        with self.communicating():
            dist.all_reduce(message, group=self.torch_group)

    def _unflatten(self, message: torch.Tensor, tensors: Sequence[torch.Tensor]) -> None:
        pieces = message[: sum(tensor.numel() for tensor in tensors)].split([tensor.numel() for tensor in tensors])
        with torch.no_grad():
            for tensor, piece in zip(tensors, pieces, strict=True):
                tensor.copy_(piece.view(tensor.shape))

    @contextlib.contextmanager
    def communicating(self) -> Iterator[None]:
        """Turn the failure of a collective into a PeerLostError; running out of memory is not one."""
        try:
            yield
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise
            raise PeerLostError(self._message(str(error))) from error

    def _message(self, reason: str) -> str:
        cause = self._rendezvous.failure_reason()
        if not cause:
            address = re.search(r"\[([0-9a-fA-F.:]+)\]:?\d*(?:: |$)", reason)
            late = re.search(r"tim(?:ed|e) ?out", reason, re.IGNORECASE)
            whom = f"the process at {address.group(1)}" if address else "another process"
            cause = (
                f"Nothing was heard of the other processes for {self._wait_seconds.total_seconds():.0f} seconds"
                if late
                else f"The connection to {whom} broke: it ended, or its machine did"
            )
        return (
            f"{cause.rstrip('.')}. This training of {self.world_size} processes ends here; rank 0 has saved what was "
            f"learnt, so start all of them again to go on."
        )


class _AllReduce(torch.autograd.Function):
    """Differentiable sums over the processes. All of them compute the same from a sum, and the gradients' all_reduce
    weights those of each process by its part of the batch, so that the backward pass divides by this weight.
    """

    @staticmethod
    def forward(context: Any, parts: torch.Tensor, group: DistributedGroup) -> torch.Tensor:
        context.batch_weight = group.batch_weight
        total = parts.detach().clone()
        group._all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradient / context.batch_weight, None


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
