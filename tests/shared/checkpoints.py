"""A real .cat for tests: a few steps of training, written as a run writes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from patterns import LookOp, PatternOp

from paircat.engine.events import CheckpointReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import ModelSize, TrainingSettings

SETTINGS = TrainingSettings(steps=3, model_size=ModelSize.SMALL, batch_size=2, crop_size=32, device="cpu")


def train_cat(path: Path, look: Callable[[Op], Op] = LookOp, **changes: int) -> Path:
    """Train a look of the patterns for three steps and save the .cat."""
    pattern = PatternOp()
    data_set = DataSet.open(pattern, look(pattern), FrameRange(()))
    for event in Trainer(data_set, dataclasses.replace(SETTINGS, **changes), "look").run():
        if isinstance(event, CheckpointReady):
            save_cat(path, event.header, event.weights)
    return path
