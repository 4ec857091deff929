"""Session: one training in this terminal, from its first line to the hint how to go on."""

from __future__ import annotations

import os
import shlex
import sys

from paircat.cli.progress import training_progress
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run


def train_here(job: Job, form: str = "auto") -> int:
    """Train a job in this process. Ctrl-C and SIGTERM finish the step, save and end; a second one ends at once.

    Args:
        form: how progress is reported, one of progress.FORMS.

    Returns:
        The exit status: 0, whether all is done or it was stopped; that of a process which a signal has ended where it
        came before there was anything of the run.
    """
    from paircat.engine.distributed_config import is_worker
    from paircat.engine.stop_signals import StopSignals
    from paircat.engine.train import stop_signals, train

    worker = is_worker(os.environ)
    run = Run(job.run, DataDirectory(job.data_directory).path)
    with StopSignals() if worker else stop_signals(run) as signals:
        with training_progress(sys.stdout, form) as progress:
            finished = train(job, progress, signals)
        if finished.reason == "stopped" and signals.came and not worker and not run.job.exists():
            if form != "json":
                progress.say("Stopped before the first step, so there is no run.")
            return 128 + signals.came[0]
        if form != "json" and not worker:
            progress.say(_closing_text(run, finished.reason == "stopped"))
    return 0


def _closing_text(run: Run, stopped: bool) -> str:
    names = shlex.join([str(run.folder), run.name])
    if stopped:
        return f"Go on with: paircat resume {names}"
    return f"Apply it with: paircat infer --model {shlex.quote(str(run.newest_cat()))} --input ... --output ..."
