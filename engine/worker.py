"""Follower: a process that learns along with rank 0 of its world, and writes no file."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from paircat.engine.distributed_config import Rank
from paircat.engine.events import Event, Finished, Notice
from paircat.engine.runs.job import Job


def follow(job: Job, rank: Rank, on_event: Callable[[Event, list[str]], None] | None = None) -> Finished:
    """Learn along until rank 0 says that it is the end. Pairs are read here; all else comes from rank 0.

    Ctrl-C and SIGTERM ask all processes to stop after the same step.

    Raises:
        PairCatError: the pairs cannot be read here, rank 0 is not found or lost, or has another job.
    """
    tell = on_event or (lambda event, files: None)
    with _StopSignals() as signals:
        from paircat.engine.learn.device import memory_told, threads
        from paircat.engine.learn.devices import device_of, own_settings
        from paircat.engine.learn.distributed_setup import joined
        from paircat.engine.learn.trainer import Trainer
        from paircat.engine.train import data_set_of, learning_settings

        who = f"Rank {rank.number} of {rank.size} on {socket.gethostname()}"
        settings = own_settings(learning_settings(job), rank, device_of(job.settings.device, rank))
        told = f"Out of memory on {who} at the start; lower the batch size, crop size or model size."
        with threads(settings.threads), memory_told(lambda: told):
            data_set = data_set_of(job)
            with joined(rank, data_set, settings) as world:
                world.wait()  # until rank 0 knows what to begin with
                state = world.state_of_first()
                world.divide(state["plan"]["batch_size"])
                step = int(state["step"])
                if not world.needed:
                    tell(Notice(step, f"{who} is not needed: there are only {world.size} crops a step."), [])
                    return Finished(step, "done")
                since = float(state["timed_from"])  # rank 0's, whatever this job says
                trainer = Trainer(data_set, settings, job.run, job.preview, job.preview_frame, state, world, since)
                tell(Notice(step, f"{who} learns along from step {step}; rank 0 writes the files."), [])
                signals.training = True
                with contextlib.closing(trainer.run(signals.asked.is_set)) as events:
                    *_, finished = events
        assert isinstance(finished, Finished)
        tell(Notice(finished.step, f"{who} ends at step {finished.step}, with all others."), [])
        return finished


class _StopSignals:
    """Signals as a wish to stop. Before the training, and when they come again, they end the process at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.training = False
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> _StopSignals:
        if threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                if hasattr(signal, name):  # Windows has no SIGHUP
                    self._stack.enter_context(_handled(getattr(signal, name), self._ask))
        return self

    def __exit__(self, *problem: object) -> None:
        self._stack.close()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked.is_set() or not self.training:
            os._exit(128 + number)
        self.asked.set()


@contextlib.contextmanager
def _handled(number: int, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)
