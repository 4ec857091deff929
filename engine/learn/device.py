"""Device: where the network runs, how many threads it takes, how much memory is free."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import psutil
import torch

from paircat.engine.errors import PairCatError
from paircat.engine.settings import MixedPrecision

Module = TypeVar("Module", bound=torch.nn.Module)


@dataclass(frozen=True)
class Device:
    """A torch device with what the rest of the engine asks of it."""

    where: torch.device

    @classmethod
    def choose(cls, wanted: str = "auto") -> Device:
        """`auto` takes the first CUDA device, then Apple's MPS, then the CPU; otherwise cpu, cuda, cuda:N or mps.

        Raises:
            PairCatError: the device that was asked for by name is not there.
        """
        if wanted == "auto":
            wanted = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        try:
            device = torch.device(wanted)
        except RuntimeError:
            raise PairCatError(f"There is no device called '{wanted}'; use auto, cpu, cuda, cuda:1 or mps.") from None
        if device.type == "cuda":
            count = torch.cuda.device_count() if torch.cuda.is_available() else 0
            if (device.index or 0) >= count:
                raise PairCatError(f"The GPU '{wanted}' is not available: {count} CUDA devices here. Use --device cpu.")
        elif device.type == "mps" and not torch.backends.mps.is_available():
            raise PairCatError("The GPU 'mps' is not available on this machine. Use --device cpu.")
        elif device.type not in ("cpu", "cuda", "mps"):
            raise PairCatError(f"'{wanted}' is no device that PairCat runs on; use auto, cpu, cuda, cuda:1 or mps.")
        return cls(device)

    @property
    def is_gpu(self) -> bool:
        return self.where.type != "cpu"

    @property
    def name(self) -> str:
        """What an artist calls it, such as NVIDIA RTX A5000, or CPU."""
        if self.where.type == "cuda":
            return torch.cuda.get_device_name(self.where)
        return {"mps": "Apple GPU", "cpu": "CPU"}[self.where.type]

    @property
    def free_bytes(self) -> int:
        """Memory that a training could take now without swapping or failing."""
        if self.where.type == "cuda":
            return torch.cuda.mem_get_info(self.where)[0]
        return psutil.virtual_memory().available

    def autocast_type(self, mode: MixedPrecision) -> torch.dtype | None:
        """The half precision type to train in, or None for float32.

        Adaptive takes bfloat16 where a CUDA device has it in hardware, else float16, and bfloat16 on a CPU with matrix
        units for it (Intel's AMX), where steps take half the time. Other CPUs stay in float32: bfloat16 was measured to
        gain nothing there. So does MPS.
        """
        if mode == MixedPrecision.DISABLED:
            return None
        if self.where.type == "cuda":
            return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
        if self.where.type == "cpu" and (mode == MixedPrecision.FORCE or has_matrix_units()):
            return torch.bfloat16
        return None


def has_matrix_units() -> bool:
    """Whether this CPU multiplies matrices of bfloat16 in hardware."""
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # older versions of torch cannot tell
    return bool(capabilities.get("amx_bf16", False))


def on_device(network: Module, device: Device) -> Module:
    """Move a network, its weights in the channels-last layout, which makes convolutions half as fast again."""
    return network.to(device=device.where, memory_format=torch.channels_last)  # type: ignore[call-overload]


@contextlib.contextmanager
def threads(count: int) -> Iterator[None]:
    """Run the block with `count` CPU threads inside torch; 0 leaves the number alone.

    More than four for each processor are not taken: they gain nothing, and enough of them end the process.
    """
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(thread_count(count))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def thread_count(wanted: int) -> int:
    """How many threads a setting comes to; 0 is the library's choice."""
    return min(wanted, 4 * (os.cpu_count() or 1)) if wanted else torch.get_num_threads()


@contextlib.contextmanager
def out_of_memory_as(sentence: Callable[[], str]) -> Iterator[None]:
    """Turn every way in which torch, numpy and the system say that memory ran out into a PairCatError."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise PairCatError(sentence()) from error


def is_out_of_memory(error: Exception) -> bool:
    """Whether that is what torch, numpy or the system says with an error."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "alloc" in str(error).lower()
