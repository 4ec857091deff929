"""Product: PairCat itself as a contestant: its Trainer with nothing but its defaults, its .cat, its Model."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from torch.utils.flop_counter import FlopCounterMode

from paircat.bench import memory
from paircat.bench.learner import Learnt
from paircat.bench.tasks import Task
from paircat.engine.events import CheckpointReady, Started, StepDone
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import ModelSize, TrainingSettings

SIZES = {"small": ModelSize.SMALL, "medium": ModelSize.MEDIUM, "large": ModelSize.LARGE}


def train(task: Task, seconds: float, size: str) -> Learnt:
    """Train with the product's defaults on the CPU; the trainer itself keeps to the seconds."""
    settings = TrainingSettings(model_size=SIZES[size], minutes=seconds / 60, device="cpu")
    trainer = Trainer(_data_set(task.op("input"), task.op("gt")), settings, "bench")
    steps_by_scale: Counter[int] = Counter()
    used, notes = 0.0, tuple[str, ...]()
    saved: CheckpointReady | None = None
    for event in trainer.run():
        match event:
            case Started():
                notes = event.notes
            case StepDone():
                steps_by_scale[event.scale] += 1
                used = event.seconds
            case CheckpointReady():
                saved = event
    assert saved is not None
    peak = memory.peak()
    model = _loaded(saved)
    shares = sum(count / scale**2 for scale, count in steps_by_scale.items())
    return Learnt(
        sum(steps_by_scale.values()), used, peak, model.apply, lambda: shares * _flops_of_a_step(task, settings), notes
    )


def _data_set(before: Op, after: Op) -> DataSet:
    return DataSet.open(before, after, FrameRange(()))


def _flops_of_a_step(task: Task, settings: TrainingSettings) -> float:
    """Operations of one step at full resolution; a step at half of it counts as a quarter."""
    plain = TrainingSettings(model_size=settings.model_size, steps=1, multi_resolution=False, device="cpu")
    trainer = Trainer(_data_set(task.op("input"), task.op("gt")), plain, "count")
    with FlopCounterMode(display=False) as counter:
        events = trainer.run()
        for event in events:
            if isinstance(event, StepDone):
                break
    events.close()  # type: ignore[attr-defined]
    return float(counter.get_total_flops())


def _loaded(saved: CheckpointReady) -> Model:
    """What Inference would see: through a .cat on the disk and back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.cat"
        save_cat(path, saved.header, saved.weights)
        return Model.load(path, "cpu")


def untrained(size: str, before: Op, after: Op) -> Model:
    """A network after a single step: for measuring how long applying it takes, which its weights do not change."""
    settings = TrainingSettings(model_size=SIZES[size], steps=1, device="cpu")
    events = Trainer(_data_set(before, after), settings, "bench").run()
    return _loaded(next(event for event in events if isinstance(event, CheckpointReady)))
