"""Launch: starting a training process for a run, new or again, and what can be said of one. It knows no Qt."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import time
from pathlib import Path

from paircat.engine import atomic
from paircat.engine.errors import RunError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.path_kind import is_file, is_folder
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs import process
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.finish import finishing_job
from paircat.engine.runs.job import Job
from paircat.engine.runs.other_pairs import check_pairs, difference, with_pairs_of
from paircat.engine.runs.resumption import NothingLeftError, check_resumption, own_job
from paircat.engine.runs.run import Run, RunState
from paircat.ui.folder_watch import RunSnapshot

_SAME_FRAMES = FrameRange(())
_TRAINING = ("starts", "at ", "finished", "ended", "stopped")  # others are mistakes: "Training would take about ..."
_GOES_WELL = ("[Step:", "Wrote ", "Of ", "It has only seen ", *(f"Training {word}" for word in _TRAINING))
"""How lines of a log begin, as LineReport writes them, that are of a training that goes well."""


@dataclasses.dataclass(frozen=True)
class Launch:
    """A training process that was started here and has not been seen to train yet.

    Attributes:
        at: time.monotonic() of it. steps: after how many of the run it goes on.
    """

    run: Run
    pid: int
    at: float
    steps: int = 0

    def trains(self, snapshot: RunSnapshot | None) -> bool:
        """Whether the process has come to a step of its own."""
        return snapshot is not None and snapshot.info.steps > self.steps


class Pairs(enum.Enum):
    """What a run learns that is gone on with where other pairs are connected than it began with."""

    ASK = "ask"
    OWN = "own"
    CONNECTED = "connected"


@dataclasses.dataclass(frozen=True)
class OtherPairs:
    """The answer to a resume that has to be asked about first.

    Attributes:
        run: its name. difference: how the pairs differ, in words.
    """

    run: str
    difference: str


def last_output_line(run: Run) -> str:
    """What a training process said when it failed; nothing where its last line is one of a training that goes well."""
    try:
        lines = run.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines and not lines[-1].startswith(_GOES_WELL) else ""


def end_of_process(run: Run, began: bool = True) -> str:
    """The sentence about a run whose process has ended, but not in order; empty where it was in order.

    Args:
        began: it was seen to train. A process that refuses to go on leaves the run as it was, stopped or finished, and
            its reason in the log alone.
    """
    info = run.info
    line = last_output_line(run)
    if info.state != RunState.INTERRUPTED:
        return "" if began else line
    if line:
        return line
    again = f"See '{run.log}'."
    if info.resumable:
        again = "Nothing had been saved yet; Resume Training begins it again."
        if info.resume_step:
            again = f"Resume Training goes on from step {info.resume_step:,}."
    return f"The training of '{run.name}' was cut off after step {info.steps:,}: its process was killed. {again}"


def folder_to_create(data_directory: str) -> str:
    """The Data Directory, where it is missing and the folder that it belongs in is there; else nothing."""
    missing = not (is_folder(data_directory) or is_file(data_directory))
    return data_directory if missing and is_folder(Path(data_directory).parent) else ""


def launch_new(job: Job, create_folder: bool = False) -> Launch:
    """Check pairs and initial weights, name the run and start it. Nothing is left behind by what cannot be trained.

    Args:
        create_folder: the Data Directory is made where it does not exist.
    """
    settings = job.settings
    DataSet.open(
        job.input, job.ground_truth, job.frames, settings.channels_in, settings.channels_out, settings.non_finite
    )
    job.check_initial_weights()
    directory = DataDirectory(job.data_directory)
    if create_folder:
        directory.create()
    run = directory.new_run(job.run)
    return _launch(dataclasses.replace(job, run=run.name), run)


def launch_again(
    snapshot: RunSnapshot,
    changes: dict[str, object],
    frames: FrameRange = _SAME_FRAMES,
    connected: Job | None = None,
    pairs: Pairs = Pairs.ASK,
) -> Launch | OtherPairs:
    """Go on with a run.

    Args:
        changes: settings that are others now. frames: those to learn from now on; none at all for the same as before.
        connected: a training of what is connected now; None where nothing is that could be trained.
        pairs: which of the two pairs are learnt, where they differ; to ask is to start nothing.

    Raises:
        PairCatError: as check_resumption, or the connected pairs do not fit the run.
    """
    run = snapshot.run
    job = own_job(run)
    differs = difference(job, connected) if connected is not None else ""
    if differs and pairs == Pairs.ASK:
        with contextlib.suppress(NothingLeftError):  # of the other pairs there may be
            check_resumption(run, job)
        return OtherPairs(run.name, differs)
    settings = dataclasses.replace(job.settings, **changes)  # type: ignore[arg-type]
    job = dataclasses.replace(job, settings=settings, finishing=False, frames=frames if frames.frames else job.frames)
    if differs and connected is not None and pairs == Pairs.CONNECTED:
        job = with_pairs_of(job, connected)
        check_pairs(run, job)
    check_resumption(run, job)
    return _launch(job, run)


def launch_finish(run: Run) -> Launch:
    """Bring a run that has been stopped to a near, settled end."""
    return _launch(finishing_job(run), run)


def _launch(job: Job, run: Run) -> Launch:
    run.clear_stop()
    job.save(run.job)
    done = (run.info.resume_step or 0) if job.resume else 0
    return Launch(run, process.start(run.job, run.log), time.monotonic(), done)


def end_launch(launch: Launch) -> None:
    """End a process that has been starting for long and may never look for a request to stop.

    Raises:
        RunError: it cannot be ended.
    """
    if launch.run.holder() is not None:
        ask_to_stop(launch.run)
    elif not process.end(launch.pid):
        raise RunError(f"The process {launch.pid} of '{launch.run.name}' does not end; end it as the system offers.")


def ask_to_stop(run: Run) -> None:
    if run.holder() is not None:
        run.ask_to_stop()
    else:
        atomic.write_text(run.stop, "stop\n")  # its process is still starting; it looks for this after its first step
