"""Resumption: whether a run may go on, how far, and from what: the newest of its states that can be read."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paircat.engine.distributed_config import is_worker
from paircat.engine.errors import DamagedError, PairCatError, RunError
from paircat.engine.runs.checkpoint import load_ost, trained_batch_size
from paircat.engine.runs.job import Job, read_settings
from paircat.engine.runs.run import Run, RunInfo, RunState
from paircat.engine.settings import TrainingSettings, total_steps


class NothingLeftError(RunError):
    """The run has come as far as it is asked to."""


@dataclass(frozen=True)
class Resumption:
    """A state, with the files of later steps that could not be read. They stay until the run saves their steps anew.

    Attributes:
        state: None where nothing has been saved yet, so that the run begins again.
    """

    state: dict[str, Any] | None
    damaged: tuple[Path, ...] = ()

    @classmethod
    def of(cls, run: Run) -> Resumption:
        """
        Raises:
            RunError: all its states are damaged or gone, and to begin again would write over what was learnt.
            CheckpointError: the newest state cannot be read for another reason, such as its permissions.
        """
        damaged: list[Path] = []
        for _, path in reversed(run.states()):
            try:
                return cls(load_ost(path), tuple(damaged))
            except DamagedError:
                damaged.append(path)
        if damaged or not run.saved_nothing():
            raise refusal(run, damaged)
        return cls(None)

    def notes(self) -> tuple[str, ...]:
        """What the run's log says of it."""
        if self.state is None or not self.damaged:
            return ()
        return (
            f"{_listed(self.damaged)} cannot be read, so the run goes on from step {self.state['step']}, which was "
            "saved before; the file stays until that step is saved again.",
        )


def own_job(run: Run) -> Job:
    """The job that a run would go on with, before anybody changes something of it.

    Raises:
        RunError: there is none, or it is damaged.
        PairCatError: as Job.load.
    """
    if not run.job.exists() and not run.info.resumable:
        raise refusal(run)
    return run.load_job(resume=True)


def check_resumption(run: Run, job: Job) -> None:
    """Whether a run may go on with a job, which says how far: for the window, the command line and farms alike.

    An end in epochs is counted in the pairs that there are now: those that were painted since make it later. A run that
    was cut off at its very end may go on, and is brought to it.

    Raises:
        NothingLeftError: it has come as far already.
        RunError: it is being trained, or cannot be resumed here.
    """
    info = run.info
    check_free(run, info)
    why = _nothing_left(run, job, info)
    if not info.resumable:
        raise NothingLeftError(f"{why}, and {_why_not(run)}.") if why else refusal(run)
    if why:
        pairs, batch = _pairs(job), _batch_size(run, job.settings)
        least = ((info.steps + 1) * batch - 1) // pairs if pairs and batch else job.settings.epochs
        raise NothingLeftError(
            f"{why}; to go on, raise Epochs above {least:,} (on the command line --epochs, --steps or --minutes)."
        )


def check_free(run: Run, info: RunInfo) -> None:
    """
    Raises:
        RunError: somebody trains the run. A process that helps with that is told by nobody.
    """
    if info.state == RunState.TRAINING and not is_worker(os.environ):
        holder = run.holder()
        where = f" on {holder.host} (process {holder.pid})" if holder is not None else ""
        raise RunError(f"'{run.name}' is already being trained{where}; stop it first.")


def refusal(run: Run, damaged: list[Path] | None = None) -> RunError:
    """Why a run cannot be resumed, and what its network is good for all the same."""
    cat = run.newest_cat()
    if run.state == RunState.FOUNDRY or cat is None:
        instead = "train anew"
    else:
        instead = (
            "apply its .cat, or start a new run from that: Initial Weights Checkpoint, on the command line "
            f"--initial-weights {cat}"
        )
    return RunError(f"'{run.name}' {_why_not(run, damaged)}; {instead}.")


def _why_not(run: Run, damaged: list[Path] | None = None) -> str:
    if run.state == RunState.FOUNDRY:
        return "cannot be resumed, since Nuke trained it"
    if damaged:
        return f"cannot be resumed, since {_listed(damaged)} cannot be read"
    return f"cannot be resumed, since it has no {'.job' if run.saved_nothing() else '.ost'} file here"


def _nothing_left(run: Run, job: Job, info: RunInfo) -> str:
    """How a run has come as far as a job asks; empty where it has not, or where nothing says so."""
    settings, finished = job.settings, info.state == RunState.FINISHED
    # Of a run that was cut off, the steps since its last checkpoint are done again.
    done = info.steps if finished else info.resume_step or 0
    if settings.minutes and finished and _has_used_its_minutes(run, job, info):
        return f"'{run.name}' has used all its {settings.minutes:g} minutes"
    wanted = settings.steps
    if not wanted and not settings.minutes:
        pairs, batch = _pairs(job), _batch_size(run, settings)
        if pairs and batch:
            wanted = max(1, total_steps(settings.epochs, pairs, batch))
        elif finished and not _asks_for_more(run, settings):
            wanted = done
    at_its_end = not finished and done == wanted and _length(_own_settings(run)) == _length(settings)
    if not 0 < wanted <= done or at_its_end:
        return ""
    if finished and wanted == done:
        return f"'{run.name}' has done all its {done:,} steps"
    return f"'{run.name}' has done {done:,} steps already, and was asked for {wanted:,}"


def _has_used_its_minutes(run: Run, job: Job, info: RunInfo) -> bool:
    """Those count over all sittings from a time on, or, without one, from now."""
    if job.timed_from is None:
        return False
    if info.seconds - job.timed_from >= 60 * job.settings.minutes:
        return True
    return run.read_summary().end == "minutes" and not _asks_for_more(run, job.settings)


def _asks_for_more(run: Run, settings: TrainingSettings) -> bool:
    """Whether it is a longer training than the run was started with, or another kind of length."""
    own = _length(_own_settings(run)) or (sys.maxsize,) * 3  # which nothing is above
    return any(new > old for old, new in zip(own, _length(settings), strict=True))


def _own_settings(run: Run) -> TrainingSettings | None:
    try:
        return read_settings(run.job)[0]
    except PairCatError:
        return None


def _length(settings: TrainingSettings | None) -> tuple[float, ...]:
    """Steps, minutes and epochs, of which only those that count; nothing where that is not known."""
    if settings is None:
        return ()
    limited = settings.steps or settings.minutes
    return settings.steps, settings.minutes, 0 if limited else settings.epochs


def _pairs(job: Job) -> int:
    """How many pairs there are now; 0 where that is not known here."""
    try:
        return len(job.frames or job.input.frame_range() & job.ground_truth.frame_range())
    except PairCatError:
        return 0


def _batch_size(run: Run, settings: TrainingSettings) -> int:
    """How many crops a step has, as asked for or as the newest .cat says; 0 where that is not known."""
    return settings.batch_size or trained_batch_size(run.newest_cat())


def _listed(files: list[Path] | tuple[Path, ...]) -> str:
    return " and ".join(f"'{file}'" for file in files)
