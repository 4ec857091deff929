"""Product: PairCat itself as a contestant: its Trainer with nothing but its defaults, its .cat, its Model."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from paircat.bench import memory
from paircat.bench.contestants import FLOAT32
from paircat.bench.learner import Learnt
from paircat.bench.tasks import RGB, Task
from paircat.engine.events import CheckpointReady, Started, StepDone
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings

_SIZES = {"small": ModelSize.SMALL, "medium": ModelSize.MEDIUM, "large": ModelSize.LARGE}


@dataclass(frozen=True)
class Trained:
    """What a run of the Trainer came to.

    Attributes:
        model: the last checkpoint, as Inference would load it.
        done: how many steps were done by a network of which size, at which divisor of the resolution.
        seconds: of training. peak_bytes: the most resident memory up to its end.
        precision: what it multiplied in, float32 or bfloat16. notes: what the Trainer chose.
    """

    model: Model
    done: dict[tuple[ModelSize, int], int]
    seconds: float
    peak_bytes: int
    precision: str
    notes: tuple[str, ...]

    @property
    def steps(self) -> int:
        return sum(self.done.values())


def settings(name: str, **more: Any) -> TrainingSettings:
    """A contestant's settings on the CPU: the defaults, but for the model size, its precision, and `more`."""
    exact = name.endswith(FLOAT32)
    precision = MixedPrecision.DISABLED if exact else TrainingSettings.mixed_precision
    return TrainingSettings(
        model_size=_SIZES[name.removesuffix(FLOAT32)], mixed_precision=precision, device="cpu", **more
    )


def trainer(task: Task, wanted: TrainingSettings, grown: bool = False) -> Trainer:
    """Of a task's pairs; `grown` at once to the size that is wanted, for what a step or a frame costs then."""
    made = Trainer(DataSet.open(task.op("input"), task.op("gt"), FrameRange(())), wanted, "bench")
    if grown:
        made.grow()
    return made


def trained(task: Task, wanted: TrainingSettings) -> Trained:
    """Train to the end that the settings give; the trainer itself keeps to steps or minutes."""
    running = trainer(task, wanted)
    steps: Counter[tuple[ModelSize, int]] = Counter()
    used, notes = 0.0, tuple[str, ...]()
    saved: CheckpointReady | None = None
    for event in running.run():
        match event:
            case Started():
                notes = event.notes
            case StepDone():
                steps[running.size, event.scale] += 1
                used = event.seconds
            case CheckpointReady():
                saved = event
    assert saved is not None
    peak = memory.peak()
    precision = str(running.half or torch.float32).removeprefix("torch.")
    return Trained(loaded(saved), dict(steps), used, peak, precision, notes)


def train(task: Task, seconds: float, name: str) -> Learnt:
    """Train with the product's defaults for so many seconds."""
    wanted = settings(name, minutes=seconds / 60)
    done = trained(task, wanted)

    def flops() -> float:
        of_a_step = {size: flops_of_a_step(task, replace(wanted, model_size=size)) for size, _ in done.done}
        return sum(count / scale**2 * of_a_step[size] for (size, scale), count in done.done.items())

    return Learnt(done.steps, done.seconds, done.peak_bytes, inference(done.model), flops, done.notes, done.precision)


def flops_of_a_step(task: Task, wanted: TrainingSettings) -> float:
    """Operations of one step at full resolution; a step at half of it counts as a quarter."""
    plain = replace(wanted, steps=1, minutes=0, multi_resolution=False)
    events = trainer(task, plain, grown=True).run()  # made before the count begins: the fit to the pairs is no step
    with FlopCounterMode(display=False) as counter:
        for event in events:
            if isinstance(event, StepDone):
                break
    events.close()
    return float(counter.get_total_flops())


def loaded(saved: CheckpointReady) -> Model:
    """What Inference would see: through a .cat on the disk and back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.cat"
        save_cat(path, saved.header, saved.weights)
        return Model.load(path, "cpu")


def inference(model: Model, gate: bool = InferenceOp.gate, tile_size: int = 0) -> Callable[[np.ndarray], np.ndarray]:
    """Applies a network as the Inference node does, by default with its defaults; float32 (height, width, 3)."""

    def predict(pixels: np.ndarray) -> np.ndarray:
        window = Box(0, 0, pixels.shape[1], pixels.shape[0])
        image = Image(Header(RGB, window, window), pixels)
        done = model.apply_to(image, model.channels_in, model.channels_out, gate=gate, tile_size=tile_size)
        return done.select(RGB)

    return predict


def untrained(name: str, task: Task) -> Model:
    """A network after a single step: for measuring how long applying it takes, which its weights do not change."""
    events = trainer(task, settings(name, steps=1), grown=True).run()
    return loaded(next(event for event in events if isinstance(event, CheckpointReady)))
