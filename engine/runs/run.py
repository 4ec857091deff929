"""Run: one training's files in a Data Directory, and what they say about it."""

from __future__ import annotations

import contextlib
import enum
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from paircat.engine import atomic
from paircat.engine.errors import RunError
from paircat.engine.part_file import abandoned
from paircat.engine.path_kind import is_file
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import Holder, holder_of
from paircat.engine.runs.run_files import DAMAGED, RunFile
from paircat.engine.runs.summary import Summary

# The loss of a run is that of its recent steps: of a short run, 100 steps would be all of it.
_RECENT_ROWS = 50
_RECENT_SHARE = 50  # one part in so many of the steps so far


class RunState(enum.StrEnum):
    """How a run stands.

    FINISHED: all steps or minutes are done. STOPPED: on request, in order. INTERRUPTED: its process ended with neither,
    killed or failed. FOUNDRY: Nuke's own CopyCat made it.
    """

    TRAINING = "training"
    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FOUNDRY = "foundry"


@dataclass(frozen=True)
class RunInfo:
    """A row of a table of runs.

    Attributes:
        steps: completed steps. total_steps: where the run ends; 0 where nothing says so, as of minutes.
        seconds: training time so far. loss: mean of the last 50 steps or the last 2 % of the
            steps, whichever is more, of one resolution; NaN before the first.
        resumable: there is something to go on from: a state file, or, while nothing was saved, a job to begin with.
        resume_step: the step that resuming goes on from; None where there is nothing to go on from.
        finishing: it is being trained to an early end.
    """

    name: str
    state: RunState
    steps: int
    total_steps: int
    seconds: float
    loss: float
    resumable: bool
    resume_step: int | None = None
    finishing: bool = False


@dataclass(frozen=True)
class Run:
    """A run is its name and its folder; everything else is read from the files whenever it is asked for."""

    name: str
    folder: Path

    def cat(self, step: int) -> Path:
        return self._file(f".{step}.cat")

    def ost(self, step: int) -> Path:
        return self._file(f".{step}.ost")

    def sheet(self, step: int) -> Path:
        return self._file(f".{step}.png")

    def preview(self, step: int) -> Path:
        return self._file(f".{step}.preview.png")

    @property
    def summary(self) -> Path:
        return self._file(".summary")

    @property
    def damaged_summary(self) -> Path:
        """Where a summary that cannot be read is put aside; a second one gets a number behind that."""
        return self._file(DAMAGED)

    @property
    def job(self) -> Path:
        return self._file(".job")

    @property
    def stop(self) -> Path:
        return self._file(".stop")

    @property
    def lock(self) -> Path:
        return self._file(".lock")

    @property
    def log(self) -> Path:
        return self._file(".log")

    def files(self) -> list[tuple[Path, RunFile]]:
        """Every file with a name of this run's, leftovers of a killed process included, by one look at the folder."""
        found: list[tuple[Path, RunFile]] = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self.folder) as entries:
            for entry in entries:
                parsed = RunFile.parse(entry.name)
                if parsed and parsed.run == self.name:
                    found.append((Path(entry.path), parsed))
        return sorted(found)

    def is_own(self, path: Path, file: RunFile) -> bool:
        """Whether one of `files` is of this run for certain: a rendered frame may have the name of a contact sheet."""
        if not file.suffix.endswith(".png"):
            return True
        if file.part:
            return abandoned(path)
        from paircat.engine.runs.contact_sheet import is_sheet  # loads OpenImageIO, which few questions need

        return file.step is not None and is_sheet(path, file.step)

    def own_files(self) -> list[tuple[Path, RunFile]]:
        """Those of `files` that are this run's for certain. Opens every picture, so it takes its time."""
        found = []
        for path, file in self.files():
            with contextlib.suppress(FileNotFoundError):  # deleted while we look
                if self.is_own(path, file):
                    found.append((path, file))
        return found

    def checkpoints(self) -> list[tuple[int, Path]]:
        """(step, .cat) in rising order."""
        return self._steps(".cat")

    def states(self) -> list[tuple[int, Path]]:
        """(step, .ost) in rising order."""
        return self._steps(".ost")

    def sheets(self) -> list[tuple[int, Path]]:
        """(step, contact sheet) in rising order."""
        return self._steps(".png")

    def previews(self) -> list[tuple[int, Path]]:
        """(step, preview) in rising order."""
        return self._steps(".preview.png")

    def newest_cat(self) -> Path | None:
        """The .cat of the highest step, or None before the first."""
        return next((path for _, path in reversed(self.checkpoints())), None)

    def newest_ost(self) -> Path | None:
        """The .ost that a resume goes on from, or None."""
        return next((path for _, path in reversed(self.states())), None)

    def saved_nothing(self) -> bool:
        """Whether the run can begin again without writing over what it has learnt.

        A kill in the midst of its first checkpoint leaves a .cat without the .ost; the summary does not count that yet.
        """
        return self._saved_nothing(bool(self.checkpoints()))

    def _saved_nothing(self, has_checkpoints: bool) -> bool:
        if not has_checkpoints:
            return True
        try:
            return self.summary.exists() and not self.read_summary().checkpoints
        except RunError:
            return False

    def best_cat(self) -> Path | None:
        """The .cat whose last 100 steps had the lowest mean loss; None before the first checkpoint.

        Losses of lower resolutions are not comparable: a checkpoint of full resolution goes before any other.
        """
        steps = [step for step, _ in self.checkpoints()]
        best = best_step(self.read_summary(), steps)
        return None if best is None else self.cat(best)

    def read_summary(self) -> Summary:
        """The losses so far; an empty summary before the first.

        Raises:
            RunError: the file cannot be read, or is no summary.
        """
        return Summary.read(self.summary) if self.summary.exists() else Summary()

    def load_job(self, resume: bool = True) -> Job:
        """The job this run was started with, at the place where it lies now: a renamed or moved run goes on there.

        Raises:
            RunError: there is none, or it is damaged.
        """
        return replace(Job.load(self.job), run=self.name, data_directory=str(self.folder), resume=resume)

    def holder(self) -> Holder | None:
        """The process that trains this run now, or None."""
        return holder_of(self.lock)

    @property
    def state(self) -> RunState:
        return _state(self, self._summary_end())

    @property
    def total_steps(self) -> int:
        return self._summary_end().total_steps

    @property
    def info(self) -> RunInfo:
        """The run's row in a table. Costs milliseconds and a look at the folder, however long the run is."""
        steps: dict[str, list[int]] = {}
        for _, file in self.files():
            if file.step is not None and not file.part:
                steps.setdefault(file.suffix, []).append(file.step)
        return self.info_with(steps)

    def info_with(self, steps: Mapping[str, Sequence[int]]) -> RunInfo:
        """As `info`, for who has looked at the folder: of many runs, each look at all of their files adds up.

        Args:
            steps: suffix, such as .ost -> steps, in any order, that the run has a file of.
        """
        end = self._summary_end()
        rows = len(end) if end.foundry else end.last_step  # Nuke writes one row for several steps
        recent = max(_RECENT_ROWS, rows // _RECENT_SHARE)
        if len(end) < min(recent, rows):
            end = self._summary_end(recent + recent // 4)  # some of the lines are comments
        loss = float(end.smoothed(recent)[-1]) if len(end) else float("nan")
        state = _state(self, end)
        states = () if end.foundry else steps.get(".ost", ())
        resumable = bool(states) or (
            not end.foundry and self.job.exists() and self._saved_nothing(bool(steps.get(".cat")))
        )
        return RunInfo(
            name=self.name,
            state=state,
            steps=end.last_step,
            total_steps=end.total_steps if end.foundry or state == RunState.FINISHED else end.asked_steps,
            seconds=float(end.seconds[-1]) if len(end) else 0.0,
            loss=loss,
            resumable=resumable,
            resume_step=max(states, default=0) if resumable else None,
            finishing=state == RunState.TRAINING and not end.end and bool(end.facts.get("finishing")),
        )

    def ask_to_stop(self) -> None:
        """Ask the training, wherever it runs, to save and end. It sees the file after its current step.

        Raises:
            RunError: nobody trains this run.
            PairCatError: the file cannot be written.
        """
        if self.holder() is None:
            raise RunError(f"'{self.name}' is not being trained, so there is nothing to stop.")
        atomic.write_text(self.stop, "stop\n")

    def stop_requested(self) -> bool:
        return is_file(self.stop)

    def clear_stop(self, older_than: float | None = None) -> None:
        """Forget a request to stop; with `older_than`, seconds since 1970, only one from before then."""
        with contextlib.suppress(OSError):
            if older_than is None or self.stop.stat().st_mtime < older_than:
                self.stop.unlink()

    def _file(self, ending: str) -> Path:
        return self.folder / f"{self.name}{ending}"

    def _steps(self, suffix: str) -> list[tuple[int, Path]]:
        return sorted(
            (file.step, path)
            for path, file in self.files()
            if file.suffix == suffix and file.step is not None and not file.part
        )

    def _summary_end(self, rows: int = 100) -> Summary:
        try:
            return Summary.read_end(self.summary, rows)
        except RunError:
            return Summary()


def best_step(summary: Summary, steps: list[int]) -> int | None:
    """Of `steps`, the one with the lowest smoothed loss at the finest resolution that any of them has."""
    rows = np.searchsorted(summary.step, steps)
    known = [
        (step, int(row))
        for step, row in zip(steps, rows, strict=True)
        if row < len(summary) and summary.step[row] == step
    ]
    if not known:
        return max(steps, default=None)
    smoothed = summary.smoothed()
    return min(known, key=lambda pair: (summary.scale[pair[1]], smoothed[pair[1]], -pair[0]))[0]


def _state(run: Run, end: Summary) -> RunState:
    if run.holder() is not None:
        return RunState.TRAINING
    if end.foundry:
        return RunState.FOUNDRY
    return {"": RunState.INTERRUPTED, "stopped": RunState.STOPPED}.get(end.end, RunState.FINISHED)
