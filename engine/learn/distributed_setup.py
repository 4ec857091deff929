"""Distributed setup: from a DistributedConfig to a DistributedGroup that trains, and its orderly end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

import torch

from paircat import __version__
from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.errors import PairCatError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.device import Device
from paircat.engine.learn.distributed_group import DistributedGroup
from paircat.engine.learn.rendezvous import PeerLostError, Rendezvous, RendezvousError
from paircat.engine.settings import TrainingSettings

_OWN = ("device", "processes", "threads", "cache_megabytes", "disk_cache_megabytes", "checkpoint_file")
"""Settings that may differ from process to process."""


class StartedWorkers(Protocol):
    """Worker processes that this one has started, and that may fail before they connect."""

    def check(self) -> None: ...


@contextlib.contextmanager
def open_process_group(
    config: DistributedConfig,
    data_set: DataSet,
    settings: TrainingSettings,
    start_workers: Callable[[DistributedConfig], AbstractContextManager[StartedWorkers]] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[DistributedGroup]:
    """This rank's process group, for the time of the block. If the block fails, the others are told why.

    Args:
        settings: this process's own, as `own_settings` gives them.
        start_workers: starts the other processes, once the address and port of this one are known.
        stop: whether to wait for them no longer.

    Raises:
        RendezvousError: the processes do not come together, or have different tasks, or it was stopped before.
    """
    device = Device.choose(settings.device)
    with contextlib.closing(Rendezvous(config)) as rendezvous, contextlib.ExitStack() as stack:
        workers = None if start_workers is None else stack.enter_context(start_workers(rendezvous.config))
        facts = _facts(config, data_set, settings, device)

        def watch() -> None:
            if workers is not None:
                workers.check()
            if stop():
                raise RendezvousError("Stopped while it waited for the other processes; nothing has been learnt yet.")

        rendezvous.join(facts, watch)
        group = stack.enter_context(contextlib.closing(DistributedGroup(rendezvous, device)))
        try:
            yield group
        except PeerLostError:
            raise
        except Exception as error:
            known = isinstance(error, PairCatError)
            rendezvous.leave_reason(str(error) if known else f"it failed with {type(error).__name__}: {error}")
            group.close()  # now the others notice
            rendezvous.wait_for_readers()
            raise


def describe(group: DistributedGroup) -> str:
    """How a batch is spread over the processes, for log and panel."""
    slices = [group.batch_slice_of(rank) for rank in range(group.world_size)]
    crops = [part.stop - part.start for part in slices]
    each = str(crops[0]) if len(set(crops)) == 1 else f"{crops[-1]} or {crops[0]}"
    text = f"Learns with {group.world_size} processes, {each} {'crop' if each == '1' else 'crops'} of a step each"
    if group.requested_world_size > group.world_size:
        text += f"; {group.requested_world_size} were asked for, but there are only {group.world_size} crops a step"
    if group.sync_interval > 1:
        text += f"; each goes on alone for {group.sync_interval} steps, and shows the losses of its own crops"
    return f"{text}."


def _facts(config: DistributedConfig, data_set: DataSet, settings: TrainingSettings, device: Device) -> dict[str, Any]:
    """What has to be the same in all processes."""
    height, width = data_set.size
    return {
        "version of PairCat": __version__,
        "number of processes": config.world_size,
        "sync interval": config.sync_interval,
        "frames": str(data_set.frames),
        "frame size": f"{width}x{height}",
        "channels of Input": ", ".join(data_set.channels_in),
        "channels of GroundTruth": ", ".join(data_set.channels_out),
        "training in float16": device.autocast_type(settings.mixed_precision) == torch.float16,
        **{name: value for name, value in settings.to_json().items() if name not in _OWN},
    }
