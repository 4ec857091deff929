"""Session: one training of a recipe with PairCat's own engine, which goes on where an earlier one was stopped."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path

from paircat.engine.events import CheckpointReady, Event, Started, StepDone
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.job import Job, read_settings
from paircat.engine.runs.run import Run
from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.engine.train import stop_signals, train
from paircat.weights.recipes.recipe import Recipe
from paircat.weights.recipes.sources import Sources

_TOLD_EVERY = 100
_TIMED_STEPS, _UNTIMED_STEPS = 30, 8


@dataclasses.dataclass
class Training:
    """A size of a set in training.

    Attributes:
        steps: where it ends; 0 as the recipe says. minutes: where it ends instead, by the speed of this machine; a run
            that goes on keeps the end that it was given first.
        start_from: a .cat whose weights a new run begins with, or None. number: of the round, from 1; each has pairs of
            its own.
        threads: of the processor; 0 for PyTorch's choice.
    """

    recipe: Recipe
    size: ModelSize
    sources: Sources
    steps: int = 0
    minutes: float = 0.0
    start_from: Path | None = None
    number: int = 1
    threads: int = 0

    @property
    def run(self) -> Run:
        folder = self.sources.folder / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        later = f"_{self.number}" if self.number > 1 else ""
        return Run(f"{self.recipe.name}_{self.size.lower()}{later}", folder)

    @property
    def begun(self) -> bool:
        """Whether there is something to go on from."""
        return self.run.newest_ost() is not None

    @functools.cached_property
    def settings(self) -> TrainingSettings:
        """How it is trained; `minutes` are measured out the first time that this is asked."""
        if self.begun:
            settings = read_settings(self.run.job)[0]
            return dataclasses.replace(settings, steps=self.steps or settings.steps, threads=self.threads)
        settings = self.recipe.settings(self.size, self.steps)
        settings = dataclasses.replace(settings, threads=self.threads, seed=settings.seed + self.number - 1)
        if self.start_from is not None:
            settings = dataclasses.replace(
                settings, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=str(self.start_from)
            )
        if self.minutes and not self.steps:
            settings = dataclasses.replace(settings, steps=self._steps_in_time(settings))
        return settings

    def go(self) -> tuple[int, Path]:
        """Train to the end, or until Ctrl-C; returns step and file of the newest .cat.

        Raises:
            PairCatError: as the engine does.
        """
        run, settings = self.run, self.settings
        pairs = self.recipe.pairs(self.sources, settings.seed)
        if not self.begun or run.checkpoints()[-1][0] < settings.steps:
            job = Job(
                pairs.input, pairs.ground_truth, None, FrameRange(()), settings, str(run.folder), run.name, self.begun
            )
            with stop_signals(run) as signals:
                train(job, _report(run.name, settings.steps), signals)
        return run.checkpoints()[-1]

    def _steps_in_time(self, settings: TrainingSettings) -> int:
        """How many steps at full resolution fit into the minutes here, to the next lower hundred."""
        from paircat.engine.learn.dataset import DataSet
        from paircat.engine.learn.device import threads
        from paircat.engine.learn.trainer import Trainer

        pairs = self.recipe.pairs(self.sources, settings.seed)
        short = dataclasses.replace(settings, steps=_TIMED_STEPS, multi_resolution=False)
        few = FrameRange.between(1, 4 * settings.batch_size)
        at: dict[int, float] = {}
        with threads(settings.threads):
            for event in Trainer(DataSet.open(pairs.input, pairs.ground_truth, few), short, "timing").run():
                if isinstance(event, StepDone):
                    at[event.step] = event.seconds
        a_step = (at[_TIMED_STEPS] - at[_UNTIMED_STEPS]) / (_TIMED_STEPS - _UNTIMED_STEPS)
        steps = max(100, int(60 * self.minutes / a_step) // 100 * 100)
        print(f"{1000 * a_step:.0f} ms a step: {steps} steps in {self.minutes:g} minutes.", flush=True)
        return steps


def _report(name: str, steps: int) -> Callable[[Event, list[str]], None]:
    """A line now and then."""
    begun: list[tuple[int, float]] = []

    def report(event: Event, files: list[str]) -> None:
        if isinstance(event, Started):
            print("\n".join(event.notes), flush=True)
        elif isinstance(event, StepDone):
            if not begun:
                begun.append((event.step, event.seconds))
            done, seconds = event.step - begun[0][0], event.seconds - begun[0][1]
            if done and event.step % _TOLD_EVERY == 0:
                left = (steps - event.step) * seconds / done / 60
                status = f"loss {event.loss:.5f}, {1000 * seconds / done:.0f} ms a step, {left:.1f} minutes left"
                print(f"{name}: step {event.step}/{steps}, {status}", flush=True)
        elif isinstance(event, CheckpointReady):
            print(f"saved {', '.join(Path(file).name for file in files)}", flush=True)

    return report
