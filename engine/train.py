"""Train: one training from a job to its last file. `python -m paircat.engine.train JOB` is the training process.

The window and the farm start it as a process of its own; `paircat train` calls `train` directly.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paircat.engine.distributed_config import DistributedConfig, is_worker, restarted_by_torchrun
from paircat.engine.errors import PairCatError
from paircat.engine.events import CheckpointReady, Event, Finished
from paircat.engine.local_workers import LocalWorkers
from paircat.engine.output_stream import tolerate_unprintable_text
from paircat.engine.process_exit import exit_process
from paircat.engine.report import LineReport
from paircat.engine.runs.damaged_summary import restore_summary
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.job import Job
from paircat.engine.runs.record import Recorder
from paircat.engine.runs.resumption import Resumption
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings
from paircat.engine.stop_signals import StopSignals
from paircat.engine.training_inputs import data_set_of, learning_settings
from paircat.engine.worker import train_as_worker

if TYPE_CHECKING:
    from paircat.engine.learn.distributed_group import DistributedGroup
    from paircat.engine.learn.trainer import Trainer


def train(
    job: Job, on_event: Callable[[Event, list[str]], None] | None = None, signals: StopSignals | None = None
) -> Finished:
    """Do a job: train, or go on training, and write the run's files into its Data Directory.

    Stops after the current step when the run's .stop file appears; what was learnt is saved then, as at the end. A new
    run that a signal stops before its first step leaves no file. Where the environment makes this process one of
    several, training is distributed; on several devices it starts workers.

    Args:
        on_event: called with each event and the paths of the files it brought.
        signals: those that ask it to stop, too.

    Raises:
        PairCatError: anything that the artist can put right; checkpoints that were written before it stand.
    """
    distributed = DistributedConfig.from_environment(os.environ)
    if distributed is not None:  # torch warns of host names that nobody looks up; it is not imported yet
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    if distributed is not None and not distributed.is_rank_zero:
        return train_as_worker(job, distributed, on_event)
    directory = DataDirectory(job.data_directory)
    if restarted_by_torchrun(os.environ) and Run(job.run, directory.path).summary.exists():
        job = dataclasses.replace(job, resume=True)
    run = directory.run(job.run) if job.resume else Run(job.run, directory.path)
    signals = signals or StopSignals()

    try:
        return _train_run(job, run, distributed, on_event or (lambda event, files: None), signals)
    except _GivenUpError:
        directory.give_back(run)
        return Finished(0, "stopped")


class _GivenUpError(Exception):
    """A signal has asked for the end of a training of which there is nothing yet."""


def _train_run(
    job: Job,
    run: Run,
    distributed: DistributedConfig | None,
    report: Callable[[Event, list[str]], None],
    signals: StopSignals,
) -> Finished:
    """Do a job as rank 0, or as the only process.

    Raises:
        PairCatError: as `train`.
        _GivenUpError: a signal came before there was anything of the run.
    """
    # Workers that others start wait for this process, which so ends in order with them.
    new = not job.resume and not run.job.exists() and distributed is None

    def asked_to_stop() -> bool:
        return signals.asked() or run.stop_requested()

    with Recorder(run, job) as recorder:
        signals.busy = True
        # Importing torch takes seconds: a mistake in the folder's or run's name is reported before that.
        from paircat.engine.learn.device import out_of_memory_as, threads

        message = f"Out of memory while '{run.name}' started; lower the batch size, crop size or model size."
        with contextlib.ExitStack() as stack:
            distributed, settings, start_workers = _configuration(job, distributed)
            if new and signals.asked():
                raise _GivenUpError
            stack.enter_context(threads(settings.threads))
            stack.enter_context(out_of_memory_as(lambda: message))
            trainer = _trainer(job, run, settings, distributed, start_workers, stack, asked_to_stop)
            if new and signals.asked() and distributed is None:
                trainer.store.close()
                raise _GivenUpError
            # Only now: a job that was refused is not what a later resume goes on with.
            dataclasses.replace(job, timed_from=trainer.limit.since).save(run.job)
            events = stack.enter_context(contextlib.closing(trainer.run(asked_to_stop)))
            return _recorded(events, recorder, report)


def _recorded(
    events: Generator[Event, None, None], recorder: Recorder, report: Callable[[Event, list[str]], None]
) -> Finished:
    """Make files of a training's events, and report them. Returns the last one.

    Raises:
        PairCatError: as Trainer.run, or something cannot be written; what was learnt has been saved if it can be.
    """
    for event in events:
        try:
            files = recorder.record(event)
        except PairCatError as error:
            with contextlib.suppress(PairCatError):
                rescued = events.throw(error)  # raises it again where there is nothing new to save
                assert isinstance(rescued, CheckpointReady)
                recorder.rescue(rescued)
            raise
        for notice in recorder.notices():
            report(notice, [])
        report(event, files)
    assert isinstance(event, Finished)
    return event


def _configuration(
    job: Job, distributed: DistributedConfig | None
) -> tuple[DistributedConfig | None, TrainingSettings, Callable[[DistributedConfig], LocalWorkers] | None]:
    """This process's distributed configuration and settings, and how to start the workers where that is up to it."""
    from paircat.engine.learn.device import thread_count
    from paircat.engine.learn.devices import device_of, devices, own_settings

    settings = learning_settings(job)
    if distributed is not None:
        return distributed, own_settings(settings, distributed, device_of(settings.device, distributed)), None
    names = devices(settings.device, settings.processes)
    if len(names) == 1:
        return None, dataclasses.replace(settings, device=names[0]), None
    sync_interval = DistributedConfig.sync_interval_from(os.environ)
    distributed = DistributedConfig(0, len(names), local_world_size=len(names), sync_interval=sync_interval)
    shared = dataclasses.replace(
        job, settings=dataclasses.replace(job.settings, threads=thread_count(settings.threads))
    )
    own = own_settings(learning_settings(shared), distributed, names[0])
    return distributed, own, lambda config: LocalWorkers(shared, config)


def _trainer(
    job: Job,
    run: Run,
    settings: TrainingSettings,
    distributed: DistributedConfig | None,
    start_workers: Callable[[DistributedConfig], LocalWorkers] | None,
    stack: contextlib.ExitStack,
    asked_to_stop: Callable[[], bool],
) -> Trainer:
    """The Trainer of rank 0 or of the only process, in a process group that is closed with the stack."""
    from paircat.engine.learn.trainer import Trainer

    resumption = Resumption.of(run) if job.resume else Resumption(None)
    data_set = data_set_of(job)
    group: DistributedGroup | None = None
    if distributed is not None:
        from paircat.engine.learn.distributed_setup import describe, open_process_group

        group = stack.enter_context(open_process_group(distributed, data_set, settings, start_workers, asked_to_stop))
    with group.heartbeat() if group else contextlib.nullcontext():  # the pairs are looked at, which may take a while
        trainer = Trainer(
            data_set, settings, run.name, job.preview, job.preview_frame, resumption.state, group, job.timed_from
        )
    trainer.notes += resumption.notes()
    if job.resume:
        trainer.notes += restore_summary(run, resumption.state)
    if group is not None:
        group.broadcast_state(trainer.state())
        group.split_batch(trainer.plan.batch_size)
        trainer.notes += (describe(group),)
    return trainer


def main(arguments: Sequence[str] | None = None) -> int:
    """The training process. Returns its exit status: 0 done or stopped as asked, 2 a mistake, 1 a fault."""
    parser = argparse.ArgumentParser(prog="python -m paircat.engine.train", description="Train one run.")
    parser.add_argument("job", type=Path, metavar="JOB", help="the run's .job file")
    given = parser.parse_args(arguments)
    tolerate_unprintable_text()
    try:
        job = Job.load(given.job)
        signals = StopSignals() if is_worker(os.environ) else stop_signals(Run(job.run, Path(job.data_directory)))
        with signals:
            train(job, LineReport(sys.stdout, job.json_lines), signals)
    except PairCatError as error:
        print(error, file=sys.stderr)
        return 2
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def stop_signals(run: Run) -> StopSignals:
    """For the process that writes a run's files: ended before it trains, it gives back the name that it took."""
    return StopSignals(lambda: DataDirectory(run.folder).give_back(run))


if __name__ == "__main__":
    exit_process(main())
