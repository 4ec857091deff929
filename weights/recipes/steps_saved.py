"""Steps saved: how many steps a set saves on a shot that it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.weights.recipes.classical_baselines import iou, psnr
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
    checkpoint_file: str = ""

    def score(self, shot: Shot) -> float:
        """On the judged frames after the last step: PSNR in dB, or IoU of mattes."""
        settings = TrainingSettings(
            steps=self.steps,
            model_size=self.size,
            initial_weights=self.initial_weights,
            learning_rate=self.rate,
            checkpoint_file=self.checkpoint_file,
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


def score_of_input(shot: Shot) -> float:
    """Of doing nothing; a matte of nobody scores 0."""
    if shot.task == "matting":
        return 0.0
    pairs = [(shot.input.render(frame).pixels, shot.ground_truth.render(frame).pixels) for frame in shot.judged]
    return float(np.mean([psnr(bad, clean) for bad, clean in pairs]))
