"""Worth: how many steps a set saves on a shot that it was not trained on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.weights.recipes.classics import psnr
from paircat.weights.recipes.shots import Shot

SETS = {"deblur": InitialWeights.DEBLUR, "upscale": InitialWeights.UPSCALE, "matting": InitialWeights.HUMAN_MATTING}


@dataclass(frozen=True)
class Learning:
    """How a shot is learnt: from a set or from scratch, for so many steps, otherwise with the product's defaults."""

    steps: int
    size: ModelSize = ModelSize.SMALL
    initial_weights: InitialWeights = InitialWeights.NONE
    threads: int = 0
    rate: float = 1e-3

    def score(self, shot: Shot) -> float:
        """On the judged frames after the last step: PSNR in dB, or IoU of mattes."""
        settings = TrainingSettings(
            steps=self.steps,
            model_size=self.size,
            initial_weights=self.initial_weights,
            learning_rate=self.rate,
            device="cpu",
            threads=self.threads,
            image_interval=1 << 30,
            checkpoint_interval=1 << 30,
        )
        trainer = Trainer(DataSet.open(shot.input, shot.ground_truth, shot.learnt), settings, "worth")
        for _ in trainer.run():
            pass
        return score(trainer.model(), shot)


def score(model: Model, shot: Shot) -> float:
    """Of a network on the judged frames."""
    measure = iou if shot.task == "matting" else psnr
    return float(
        np.mean(
            [
                measure(model.apply(shot.input.render(frame).pixels), shot.ground_truth.render(frame).pixels)
                for frame in shot.judged
            ]
        )
    )


def untrained(cat: Path, shot: Shot) -> float:
    """The set's own score on a shot, not adapted."""
    return score(Model.load(cat, "cpu"), shot)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of what lies above one half; 1 where neither has anything."""
    a, b = one > 0.5, other > 0.5
    union = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / union) if union else 1.0


def with_steps(learning: Learning, steps: int) -> Learning:
    return dataclasses.replace(learning, steps=steps)
