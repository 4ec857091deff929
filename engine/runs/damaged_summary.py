"""Damaged summary: one that cannot be read is put aside, and a new one begins with what the run's state knows."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from paircat.engine.errors import DamagedSummaryError, RunError
from paircat.engine.runs.run import Run
from paircat.engine.runs.summary import Summary
from paircat.engine.runs.summary_writer import SummaryWriter


def restore_summary(run: Run, state: dict[str, Any] | None) -> tuple[str, ...]:
    """Give a run that goes on a summary that can be read; the caller holds its lock.

    Args:
        state: what the run goes on from: it knows the losses of the last steps. None where nothing was saved yet.

    Returns:
        What the run's log says of it.

    Raises:
        RunError: the summary cannot be looked at, put aside or written.
    """
    aside: Path | None = None
    try:
        summary = run.read_summary()
    except DamagedSummaryError:
        summary, aside = Summary(), _put_aside(run)
    known = state["recent"] if state is not None and not len(summary) else []
    if state is not None and known:
        _begin_anew(run, state)
    if aside is None:
        return ()
    begins = f"begins with its last {len(known)} losses, which the .ost file knew" if known else "begins"
    return (f"'{run.summary}' could not be read and was put aside as '{aside}'; a new one {begins}.",)


def _put_aside(run: Run) -> Path:
    names = (
        f"{run.damaged_summary}{number}" for number in itertools.chain([""], (f".{n}" for n in itertools.count(2)))
    )
    aside = next(path for path in map(Path, names) if not path.exists())
    try:
        run.summary.rename(aside)
    except OSError as error:
        raise RunError(
            f"The summary '{run.summary}' is damaged and cannot be put aside as '{aside}': {error.strerror}. Check the "
            "permissions of the Data Directory."
        ) from error
    return aside


def _begin_anew(run: Run, state: dict[str, Any]) -> None:
    """Only the last step's time is known; those before it took as long as the run's steps did in the mean."""
    step, seconds = state["step"], state["seconds"]
    with SummaryWriter(run.summary) as writer:
        writer.begin(state["recent"][0][0] - 1, 0)
        for place, loss in state["recent"]:
            writer.add(place, loss, seconds * place / step, state["scale"])
        writer.comment(f"checkpoint {step}")
