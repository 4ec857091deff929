"""Session: one training of a recipe with PairCat's own engine, which goes on where an earlier one was stopped."""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path

from paircat.engine.events import CheckpointReady, Event, Started, StepDone
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run
from paircat.engine.settings import InitialWeights, ModelSize
from paircat.engine.train import stop_on_signals, train
from paircat.weights.recipes.pairs import PreparedPairs
from paircat.weights.recipes.recipe import Recipe
from paircat.weights.recipes.sources import Sources

_TOLD_EVERY = 100


@dataclasses.dataclass(frozen=True)
class Training:
    """A size of a set in training.

    Attributes:
        steps: where it ends; 0 as the recipe says. minutes: this session ends after so many, saved; 0 for no limit.
        start_from: a .cat whose weights a new run begins with, or None.
    """

    recipe: Recipe
    size: ModelSize
    sources: Sources
    steps: int = 0
    minutes: float = 0.0
    start_from: Path | None = None
    threads: int = 0

    @property
    def run(self) -> Run:
        folder = self.sources.folder / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        return Run(f"{self.recipe.name}_{self.size.lower()}", folder)

    def go(self) -> Path:
        """Train to the end, or until the minutes have passed or Ctrl-C; returns the newest .cat.

        Raises:
            PairCatError: as the engine does.
        """
        run = self.run
        resume = run.newest_ost() is not None
        settings = self.recipe.settings(self.size, self.steps)
        settings = dataclasses.replace(settings, threads=self.threads)
        if self.start_from is not None and not resume:
            settings = dataclasses.replace(
                settings, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=str(self.start_from)
            )
        if resume and run.checkpoints()[-1][0] >= settings.steps:
            print(f"{run.name} has done its {settings.steps} steps.")
            return run.checkpoints()[-1][1]
        pairs: PreparedPairs = self.recipe.pairs(self.sources, settings.seed)
        job = Job(pairs.input, pairs.ground_truth, None, FrameRange(()), settings, str(run.folder), run.name, resume)
        stop_on_signals(run)
        train(job, _Report(run, settings.steps, self.minutes))
        return run.checkpoints()[-1][1]


class _Report:
    """A line now and then; asks the run to stop when the session's time is up."""

    def __init__(self, run: Run, steps: int, minutes: float) -> None:
        self._run = run
        self._steps = steps
        self._ends = time.monotonic() + 60 * minutes if minutes else float("inf")
        self._at_start = (0, 0.0)

    def __call__(self, event: Event, files: list[str]) -> None:
        if isinstance(event, Started):
            print("\n".join(event.notes), flush=True)
        elif isinstance(event, StepDone):
            if self._at_start == (0, 0.0):
                self._at_start = event.step - 1, event.seconds
            if event.step % _TOLD_EVERY == 0:
                done, seconds = event.step - self._at_start[0], event.seconds - self._at_start[1]
                left = (self._steps - event.step) * seconds / done / 60
                print(f"{self._run.name}: step {event.step}/{self._steps}, loss {event.loss:.5f}, "
                      f"{1000 * seconds / done:.0f} ms a step, {left:.1f} minutes left", flush=True)
            if time.monotonic() > self._ends and not self._run.stop_requested():
                print("The time is up: saving. The same command goes on.", file=sys.stderr, flush=True)
                self._run.ask_to_stop()
        elif isinstance(event, CheckpointReady):
            print(f"saved {', '.join(Path(file).name for file in files)}", flush=True)
