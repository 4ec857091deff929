"""Recorder: turns a Trainer's events into the run's files, in an order that a kill at any moment leaves whole.

At a checkpoint first the summary goes to the disk, then the .cat, and the .ost last. The .ost is what a resume goes on
from, so whatever it stands for is already there: no loss before it is missing, and its .cat exists. Killed earlier, the
run resumes from the .ost before, replays the steps in between to the same result, and writes the same .cat again.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from paircat.engine.errors import PairCatError, RunError
from paircat.engine.events import (
    CheckpointReady,
    Event,
    Finished,
    Notice,
    PreviewReady,
    SheetReady,
    Started,
    StepDone,
)
from paircat.engine.path_kind import is_folder
from paircat.engine.runs.checkpoint import save_cat, save_ost
from paircat.engine.runs.contact_sheet import Sheet, compose_preview, compose_sheet, write_sheet
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.picture_writer import PictureWriter
from paircat.engine.runs.run import Run, best_step
from paircat.engine.runs.run_files import LEARNT
from paircat.engine.runs.summary_writer import SummaryWriter

_CHECK_SECONDS = 10.0
_AWAY_SECONDS = 30.0


class Recorder:
    """Holds the run's lock while it is open, and writes the events that it gets.

    >>> with Recorder(run, job) as recorder:  # doctest: +SKIP
    ...     for event in trainer.run(run.stop_requested):
    ...         recorder.record(event)
    """

    def __init__(self, run: Run, job: Job) -> None:
        self.run = run
        self.job = job
        self._lock = RunLock(run.lock)
        self._pictures: PictureWriter | None = None
        self._summary: SummaryWriter | None = None
        self._checked_at, self._away_since = 0.0, math.inf
        self._step = 0

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The failure that ends a training is the one to hear of, not what it drags along.
        with contextlib.suppress(Exception) if error else contextlib.nullcontext():
            self.close()

    def open(self) -> None:
        """Take the run. A request to stop from before this process began is forgotten, a newer one counts.

        Raises:
            RunError: the run is being trained, a new run's name is in use, or the Data Directory cannot be written.
        """
        DataDirectory(self.run.folder).check_writable()
        self._lock.acquire()
        try:
            if not self.job.resume:
                self._check_new()
            for path, file in self.run.files():
                # An unfinished file of a process that was killed. Of the run's own the lock says that nobody writes it.
                with contextlib.suppress(OSError):  # gone by now, or somebody else's
                    if file.part and self.run.is_own(path, file):
                        path.unlink()
            self.run.clear_stop(older_than=psutil.Process(os.getpid()).create_time())
            self._pictures = PictureWriter()
            self._checked_at, self._away_since = time.monotonic(), math.inf
        except BaseException:
            self._lock.release()
            raise

    def record(self, event: Event) -> list[str]:
        """Write what an event brings.

        Returns:
            The paths of the files that were written, or will be in a moment, for progress lines.

        Raises:
            RunError: the summary cannot be written, or another process has taken the run over.
            PairCatError: a checkpoint cannot be written, the disk being full for example. Older files are unharmed.
        """
        if self._pictures is None:
            raise ValueError("the recorder is not open")
        self._step = event.step
        match event:
            case Started():
                self._begin(event)
            case StepDone():
                self._writer.add(event.step, event.loss, event.seconds, event.scale)
                self._check_lock(_CHECK_SECONDS)
            case SheetReady():
                compose = functools.partial(compose_sheet, event, self.run.name)
                return self._picture(self.run.sheet(event.step), event.step, compose)
            case PreviewReady():
                compose = functools.partial(compose_preview, event)
                return self._picture(self.run.preview(event.step), event.step, compose)
            case CheckpointReady():
                return self._checkpoint(event)
            case Finished():
                self._finish(event)
        return []

    def notices(self) -> list[Notice]:
        """What went wrong since the last call that training goes on without: pictures that could not be written."""
        failure = self._pictures.failure() if self._pictures is not None else None
        if failure is None:
            return []
        text = str(failure)
        if not isinstance(failure, PairCatError):
            traceback.print_exception(failure)
            text = f"A picture could not be made, by a fault of PairCat itself ({type(failure).__name__}: {failure})."
        return [Notice(self._step, f"{text} Training goes on; the next picture will be tried.")]

    def rescue(self, event: CheckpointReady) -> list[str]:
        """Save what was learnt before a training ends for something that could not be written.

        Where that was the summary, rows of it may be missing afterwards: the weights count for more.

        Raises:
            PairCatError: it cannot be written either, or another process has taken the run over.
        """
        self._check_lock(0)
        with contextlib.suppress(RunError):
            self._writer.flush(durable=True)
        files = self._save(event)
        with contextlib.suppress(RunError):
            self._writer.comment(f"checkpoint {event.step}")
            self._writer.flush()
        return files

    def close(self) -> None:
        """Write what waits and let the run go. Without a Finished event before, the run counts as interrupted."""
        try:
            if self._pictures is not None:
                self._pictures.close()
            if self._summary is not None:
                self._summary.close()
        finally:
            self._summary = self._pictures = None
            self._lock.release()

    @property
    def _writer(self) -> SummaryWriter:
        if self._summary is None:
            raise ValueError("Started is the first event of a training")
        return self._summary

    def _begin(self, event: Started) -> None:
        self._summary = SummaryWriter(self.run.summary)
        facts: dict[str, Any] = {"notes": list(event.notes)} if event.notes else {}
        if self.job.finishing:
            facts["finishing"] = True
        self._summary.begin(event.step, event.total_steps, facts or None)

    def _picture(self, path: Path, step: int, compose: Callable[[], Sheet]) -> list[str]:
        assert self._pictures is not None
        self._pictures.submit(lambda: write_sheet(path, compose(), step))
        return [str(path)]

    def _checkpoint(self, event: CheckpointReady) -> list[str]:
        self._await_folder()
        self._check_lock(0)
        self._writer.flush(durable=True)
        files = self._save(event)
        self._writer.comment(f"checkpoint {event.step}")
        self._writer.flush()
        if self.job.settings.max_checkpoints:
            self._prune(self.job.settings.max_checkpoints)
        return files

    def _save(self, event: CheckpointReady) -> list[str]:
        cat, ost = self.run.cat(event.step), self.run.ost(event.step)
        self._insist(lambda: save_cat(cat, event.header, event.weights))
        self._insist(lambda: save_ost(ost, event.state))
        return [str(cat), str(ost)]

    def _prune(self, most: int) -> None:
        """Delete the oldest checkpoints beyond `most`, as the artist asked; first, best and last stay.

        Only steps that this run's summary says it wrote come into question, so a file that somebody put here stays.
        """
        summary = self.run.read_summary()
        steps = [step for step, _ in self.run.checkpoints() if step in set(summary.checkpoints)]
        if not steps:
            return
        kept = {steps[0], steps[-1], best_step(summary, steps)}
        surplus = max(0, len(steps) - max(most, len(kept)))
        for step in [step for step in steps if step not in kept][:surplus]:
            # The state goes first: a .cat alone is a complete result, a state without its .cat is not.
            with contextlib.suppress(OSError):  # it is open elsewhere, or somebody else's; the next time may do
                self.run.ost(step).unlink(missing_ok=True)
                self.run.cat(step).unlink(missing_ok=True)

    def _finish(self, event: Finished) -> None:
        assert self._pictures is not None
        self._pictures.drain()
        self._writer.comment("stopped" if event.reason == "stopped" else f"finished {event.reason}")
        self._writer.flush(durable=True)
        self.run.clear_stop()

    def _check_new(self) -> None:
        taken = [path.name for path, file in self.run.files() if file.suffix in LEARNT and not file.part]
        if taken:
            raise RunError(
                f"The run '{self.run.name}' exists already in '{self.run.folder}' ({taken[0]}); "
                "resume it, or train under another name."
            )

    def _check_lock(self, every: float) -> None:
        now = time.monotonic()
        if now - self._checked_at < every:
            return
        self._checked_at = now
        with contextlib.suppress(OSError):  # of a drive that answers with errors: it may be back in a moment
            if not self._lock.held and is_folder(self.run.folder) and not self._take_again():
                raise RunError(
                    f"'{self.run.name}' was taken over by another process while this one slept or lost its drive, or "
                    "its files were deleted; this one ends, and what another has saved stays."
                )
            if self._lock.held:
                self._away_since = math.inf
                return
        self._away_since = min(self._away_since, now)
        if now - self._away_since > _AWAY_SECONDS:
            raise RunError(
                f"'{self.run.folder}' is gone, so nothing of '{self.run.name}' can be saved; put it back and resume "
                "the run from its last checkpoint."
            )

    def _take_again(self) -> bool:
        """Take a lock that was deleted or damaged. Its run is ours if nobody else has written the losses of a step.

        Raises:
            OSError: the lock cannot be read or written.
        """
        return self._summary is not None and self._summary.alone and self._lock.take_again()

    def _insist(self, write: Callable[[], None]) -> None:
        """Write; once more where the folder went away meanwhile and is back."""
        try:
            write()
        except PairCatError:
            if is_folder(self.run.folder):
                raise
            self._await_folder()
            write()

    def _await_folder(self) -> None:
        """A drive that is away for a moment, or a folder that somebody moves there and back, ends no training."""
        until = time.monotonic() + _AWAY_SECONDS
        while not is_folder(self.run.folder) and time.monotonic() < until:
            time.sleep(0.5)
