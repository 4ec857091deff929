"""Session: one training in this terminal, from its first line to the hint how to go on."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from paircat.cli.progress import training_progress
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run


def train_here(job: Job, form: str = "auto") -> int:
    """Train a job in this process. Ctrl-C and SIGTERM finish the step, save and end; a second one ends at once.

    Args:
        form: how progress is reported, one of progress.FORMS.

    Returns:
        The exit status: 0, whether all is done or it was stopped.
    """
    from paircat.engine.distributed_config import is_worker
    from paircat.engine.train import stop_on_signals, train

    worker = is_worker(os.environ)
    run = Run(job.run, DataDirectory(job.data_directory).path)
    with signals_restored():
        if threading.current_thread() is threading.main_thread() and not worker:
            stop_on_signals(run)
        with training_progress(sys.stdout, form) as progress:
            finished = train(job, progress)
        if form != "json" and not worker:
            progress.say(_closing_text(run, finished.reason == "stopped"))
    return 0


def _closing_text(run: Run, stopped: bool) -> str:
    names = shlex.join([str(run.folder), run.name])
    if stopped:
        return f"Go on with: paircat resume {names}"
    return f"Apply it with: paircat infer --model {shlex.quote(str(run.newest_cat()))} --input ... --output ..."


@contextmanager
def signals_restored() -> Iterator[None]:
    """Whatever the block does to the two signals ends with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
