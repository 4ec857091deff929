"""Devices: which devices of this machine learn a run together, one a process, and what each has of the machine."""

from __future__ import annotations

import dataclasses
import re

import torch

from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.errors import PairCatError
from paircat.engine.learn.device import Device
from paircat.engine.settings import TrainingSettings

_SEVERAL = re.compile(r"cuda:(all|\d+(?:,\d+)+)")


def devices(wanted: str, processes: int = 1) -> tuple[str, ...]:
    """The device of each process that this machine trains with by itself.

    Args:
        wanted: as TrainingSettings.device. processes: how many there are where it comes to the CPU.

    Raises:
        PairCatError: a device that was asked for by name is not there.
    """
    several = _SEVERAL.fullmatch(wanted)
    if several is None:
        device = Device.choose(wanted)
        return (wanted,) if device.is_gpu else (wanted,) * processes
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if several.group(1) == "all":
        if not count:
            raise PairCatError(f"The GPUs '{wanted}' are not available: 0 CUDA devices here. Use --device cpu.")
        return tuple(f"cuda:{index}" for index in range(count))
    names = tuple(f"cuda:{int(index)}" for index in several.group(1).split(","))
    if len(set(names)) < len(names):
        raise PairCatError(f"'{wanted}' names a GPU twice; name each once, such as cuda:0,1.")
    for name in names:
        Device.choose(name)
    return names


def device_of(wanted: str, config: DistributedConfig) -> str:
    """The one device of a process that somebody else has started among others.

    Raises:
        PairCatError: there is no device left for it.
    """
    names = devices(wanted)
    if not Device.choose(names[0]).is_gpu:
        return names[0]
    if config.local_world_size == 1:
        if len(names) > 1:
            raise PairCatError(
                f"This process is one of {config.world_size}, so it trains on one GPU and not on '{wanted}'; start a "
                f"process for each GPU, with a rank of its own and --device cuda:0, cuda:1 and so on, or use torchrun."
            )
        return names[0]
    if wanted in ("auto", "cuda"):
        names = devices("cuda:all")
    if config.local_rank >= len(names):
        raise PairCatError(
            f"{config.local_world_size} processes were started on this machine, but '{wanted}' is {len(names)} GPUs; "
            f"start one a GPU, such as torchrun --nproc-per-node {len(names)}, or use --device cuda:all or cpu."
        )
    return names[config.local_rank]


def own_settings(settings: TrainingSettings, config: DistributedConfig, device: str) -> TrainingSettings:
    """The settings of one of several processes: those of one machine share its memory and its threads."""
    here = config.local_world_size
    return dataclasses.replace(
        settings,
        device=device,
        threads=max(1, settings.threads // here) if settings.threads else 0,
        cache_megabytes=settings.cache_megabytes // here,
        disk_cache_megabytes=settings.disk_cache_megabytes // here,
    )
