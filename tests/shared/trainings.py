"""Trainings run to their end in a test, and what they told."""

from __future__ import annotations

from typing import Any

import torch

from paircat.engine.events import Event, StepDone
from paircat.engine.learn.trainer import Trainer
from paircat.engine.settings import ModelSize, TrainingSettings

SETTINGS = TrainingSettings(
    steps=12,
    model_size=ModelSize.SMALL,
    batch_size=2,
    crop_size=32,
    image_interval=5,
    checkpoint_interval=4,
    device="cpu",
)


def events_of(trainer: Trainer, stop_after: int | None = None) -> list[Event]:
    return list(trainer.run(lambda: stop_after is not None and trainer.progress.step >= stop_after))


def losses_of(events: list[Event]) -> dict[int, float]:
    return {event.step: event.loss for event in events if isinstance(event, StepDone)}


def through_a_file(state: dict[str, Any], tmp_path: Any) -> dict[str, Any]:
    path = tmp_path / "state.ost"
    torch.save(state, path)
    return torch.load(path, weights_only=True)
