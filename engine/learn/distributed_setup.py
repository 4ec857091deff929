"""Joining: from a rank in the environment, or several devices, to a world that learns, and out of it again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

import torch

from paircat import __version__
from paircat.engine.distributed_config import Rank
from paircat.engine.errors import PairCatError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.device import Device
from paircat.engine.learn.distributed_group import Group
from paircat.engine.learn.rendezvous import LostError, Rendezvous, WorldError
from paircat.engine.settings import TrainingSettings

_OWN = ("device", "processes", "threads", "cache_megabytes", "disk_cache_megabytes", "checkpoint_file")
"""Settings that each machine may have its own way."""


class Watched(Protocol):
    """Other processes that were started, and may fail before they are met."""

    def check(self) -> None: ...


@contextlib.contextmanager
def joined(
    rank: Rank,
    data_set: DataSet,
    settings: TrainingSettings,
    crew: Callable[[Rank], AbstractContextManager[Watched]] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Group]:
    """The world of this rank, for the time of the block. Why the block fails is left as a word for the others.

    Args:
        settings: this process's own, as `own_settings` gives them.
        crew: starts the other processes, once it is known where they find this one.
        stop: whether to wait for them no longer.

    Raises:
        WorldError: the processes do not come together, or have different tasks, or it was stopped before.
    """
    device = Device.choose(settings.device)
    with contextlib.closing(Rendezvous(rank)) as rendezvous, contextlib.ExitStack() as stack:
        others = None if crew is None else stack.enter_context(crew(rendezvous.rank))
        facts = _facts(rank, data_set, settings, device)

        def watch() -> None:
            if others is not None:
                others.check()
            if stop():
                raise WorldError("Stopped while it waited for the other processes; nothing has been learnt yet.")

        rendezvous.meet(facts, watch)
        group = stack.enter_context(contextlib.closing(Group(rendezvous, device)))
        try:
            yield group
        except LostError:
            raise
        except Exception as error:
            told = str(error) if isinstance(error, PairCatError) else f"it failed with {type(error).__name__}: {error}"
            rendezvous.leave_word(told)
            group.close()  # now the others notice
            rendezvous.linger()
            raise


def sentence(group: Group) -> str:
    """How the work is spread, for log and panel."""
    shares = [group.share_of(number) for number in range(group.size)]
    crops = [share.stop - share.start for share in shares]
    each = str(crops[0]) if len(set(crops)) == 1 else f"{crops[-1]} or {crops[0]}"
    said = f"Learns with {group.size} processes, {each} {'crop' if each == '1' else 'crops'} of a step each"
    if group.asked > group.size:
        said += f"; {group.asked} were asked for, but there are only {group.size} crops a step"
    if group.interval > 1:
        said += f"; each goes on alone for {group.interval} steps, and shows the losses of its own crops"
    return f"{said}."


def _facts(rank: Rank, data_set: DataSet, settings: TrainingSettings, device: Device) -> dict[str, Any]:
    """What has to be the same in all processes."""
    height, width = data_set.size
    return {
        "version of PairCat": __version__,
        "number of processes": rank.size,
        "sync interval": rank.interval,
        "frames": str(data_set.frames),
        "frame size": f"{width}x{height}",
        "channels of Input": ", ".join(data_set.channels_in),
        "channels of GroundTruth": ", ".join(data_set.channels_out),
        "training in float16": device.autocast_type(settings.mixed_precision) == torch.float16,
        **{name: value for name, value in settings.to_json().items() if name not in _OWN},
    }
