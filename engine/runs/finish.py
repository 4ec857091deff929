"""Finish: how a run that is to end early is brought to a settled end: at full resolution, with a rate that falls.

A run that is just stopped ends with weights that are still on the move, since the learning rate falls towards the end
of what the run was to be. So it gets a new, near end, a fourth of its steps away, or 100 of them where that is more: in
fewer steps nothing settles.
"""

from __future__ import annotations

from dataclasses import replace

from paircat.engine.errors import RunError
from paircat.engine.runs.job import Job
from paircat.engine.runs.resumption import check_free, refusal
from paircat.engine.runs.run import Run, RunInfo, RunState

_SHARE, _LEAST_STEPS = 4, 100
_UNSETTLED = RunState.TRAINING, RunState.STOPPED, RunState.INTERRUPTED


def can_finish(info: RunInfo) -> bool:
    """Whether a run has begun, has not come to its end, and can be gone on with here."""
    return info.state in _UNSETTLED and info.steps > 0 and info.resumable


def steps_to_finish(info: RunInfo) -> int:
    """How many steps more make a sound end of a run: a fourth of those done, 100 at least, or what it has left."""
    done = _steps_done(info)
    wanted = max(_LEAST_STEPS, done // _SHARE)
    left = info.total_steps - done
    return min(wanted, left) if left > 0 else wanted  # none is left, too, where nothing said how long it was to be


def finishing_job(run: Run) -> Job:
    """The job that goes on with a run from where it is saved, to a near end.

    Raises:
        RunError: it is being trained, is finished already, or cannot be resumed here.
    """
    info = run.info
    check_free(run, info)
    if info.state == RunState.FINISHED:
        raise RunError(f"'{run.name}' is finished already, at step {info.steps:,}.")
    if not info.resumable:
        raise refusal(run)
    job = run.load_job(resume=True)
    steps = _steps_done(info) + steps_to_finish(info)
    return replace(job, settings=replace(job.settings, steps=steps, minutes=0.0), finishing=True)


def _steps_done(info: RunInfo) -> int:
    """What a training that is asked to stop will have saved, or what there is."""
    return info.steps if info.state == RunState.TRAINING else info.resume_step or 0
