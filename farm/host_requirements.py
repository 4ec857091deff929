"""HostRequirements: what a machine must have to be given a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HostRequirements:
    """The least that a task needs. 0 leaves a requirement out.

    Attributes:
        vcpus: processor threads. memory: MiB of main memory.
        gpus: graphics cards. gpu_memory: MiB of memory on each of them.
    """

    vcpus: int = 2
    memory: int = 8192
    gpus: int = 0
    gpu_memory: int = 0

    def amounts(self) -> list[dict[str, Any]]:
        """Open Job Description's amounts."""
        least = {
            "amount.worker.vcpu": self.vcpus,
            "amount.worker.memory": self.memory,
            "amount.worker.gpu": self.gpus,
            "amount.worker.gpu.memory": self.gpu_memory,
        }
        return [{"name": name, "min": value} for name, value in least.items() if value]
