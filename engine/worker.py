"""Worker: a training process of rank 1 or higher, which follows rank 0 and writes no file."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.events import Event, Finished, Notice
from paircat.engine.runs.job import Job
from paircat.engine.stop_signals import StopSignals
from paircat.engine.training_inputs import data_set_of, learning_settings


def train_as_worker(
    job: Job, config: DistributedConfig, on_event: Callable[[Event, list[str]], None] | None = None
) -> Finished:
    """Take part in a training until rank 0 ends it. Pairs are read here; all else comes from rank 0.

    Ctrl-C and SIGTERM ask all processes to stop after the same step.

    Raises:
        PairCatError: the pairs cannot be read here, rank 0 is not found or lost, or has another job.
    """
    report = on_event or (lambda event, files: None)
    with StopSignals(told=False) as signals:
        from paircat.engine.learn.device import out_of_memory_as, threads
        from paircat.engine.learn.devices import device_of, own_settings
        from paircat.engine.learn.distributed_setup import open_process_group
        from paircat.engine.learn.trainer import Trainer

        who = f"Rank {config.rank} of {config.world_size} on {socket.gethostname()}"
        settings = own_settings(learning_settings(job), config, device_of(job.settings.device, config))
        message = f"Out of memory on {who} at the start; lower the batch size, crop size or model size."
        with threads(settings.threads), out_of_memory_as(lambda: message):
            data_set = data_set_of(job)
            with open_process_group(config, data_set, settings) as group:
                group.wait_for_rank_zero()  # until it has its initial state
                state = group.broadcast_state()
                group.split_batch(state["plan"]["batch_size"])
                step = int(state["step"])
                if not group.needed:
                    report(Notice(step, f"{who} is not needed: there are only {group.world_size} crops a step."), [])
                    return Finished(step, "done")
                since = float(state["timed_from"])  # rank 0's, whatever this job says
                trainer = Trainer(data_set, settings, job.run, job.preview, job.preview_frame, state, group, since)
                report(Notice(step, f"{who} learns along from step {step}; rank 0 writes the files."), [])
                signals.busy = True
                with contextlib.closing(trainer.run(signals.asked)) as events:
                    *_, finished = events
        assert isinstance(finished, Finished)
        report(Notice(finished.step, f"{who} ends at step {finished.step}, with all others."), [])
        return finished
