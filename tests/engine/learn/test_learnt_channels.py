"""Learnt channels: a matte in the alpha of the plate is learnt as a matte, and the plate is left as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from patterns import KeyOp, PatternOp
from trainings import SETTINGS, events_of, through_a_file

from paircat.engine.events import CheckpointReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.learnt_channels import is_same
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.settings import Target

RGBA = ("R", "G", "B", "A")
NOTE = "Only A is learnt: R, G, B are the same in all pairs, and so left as they are."


@dataclasses.dataclass(frozen=True)
class WithAlphaOp(Op):
    """The source stored in half floats, with the key in its alpha, or one value all over; frames may be darker."""

    source: Op
    alpha: float | None = None
    darker_frame: int = 0

    def header(self, frame: int) -> Header:
        return dataclasses.replace(self.source.header(frame), channels=RGBA)

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        plate = render(self.source, frame)
        key = render(KeyOp(self.source), frame).pixels[:, :, :1]
        alpha = key if self.alpha is None else np.full_like(key, self.alpha)
        colours = plate.pixels.astype(np.float16).astype(np.float32)
        colours = colours * np.float32(0.5 if frame == self.darker_frame else 1)
        return Image(self.header(frame), np.concatenate([colours, alpha], axis=2))


def trainer_of(plate: Op, truth: Op, target: Target = Target.AUTO, state: Any = None) -> Trainer:
    settings = dataclasses.replace(SETTINGS, target=target)
    return Trainer(DataSet.open(plate, truth, FrameRange(())), settings, "run", state=state)


def test_a_matte_in_the_plates_alpha_is_learnt_as_a_matte(pattern: PatternOp) -> None:
    """Also where the ground truth was stored in half floats, and the log says what is learnt."""
    trainer = trainer_of(pattern, WithAlphaOp(pattern))
    assert trainer.plan.shape.matte and trainer.data_set.channels_out == ("A",) and NOTE in trainer.notes
    image = pattern.render(2)
    model = trainer.model()
    result = model.apply_to(image, model.channels_in, model.channels_out)
    assert result.header.channels == RGBA and np.array_equal(result.pixels[:, :, :3], image.pixels)


def test_an_alpha_that_is_full_all_over_is_no_matte_to_mend(pattern: PatternOp) -> None:
    """As plates of many programs have it."""
    trainer = trainer_of(WithAlphaOp(pattern, alpha=1.0), WithAlphaOp(pattern))
    assert trainer.plan.shape.matte and trainer.data_set.channels_in == RGBA


def test_a_run_of_the_matte_alone_goes_on(pattern: PatternOp, tmp_path: Any) -> None:
    """Its pairs have all channels still."""
    trainer = trainer_of(pattern, WithAlphaOp(pattern))
    saved = [event for event in events_of(trainer, stop_after=4) if isinstance(event, CheckpointReady)][-1]
    again = trainer_of(pattern, WithAlphaOp(pattern), state=through_a_file(saved.state, tmp_path))
    assert events_of(again)[-1].step == SETTINGS.steps and again.data_set.channels_out == ("A",)


def test_whatever_else_changes_is_learnt_too(pattern: PatternOp) -> None:
    """One frame that is darker is enough; and who says that it is a picture is believed."""
    assert not trainer_of(pattern, WithAlphaOp(pattern, darker_frame=3)).plan.shape.matte
    as_picture = trainer_of(pattern, WithAlphaOp(pattern), Target.PICTURE)
    assert as_picture.data_set.channels_out == RGBA and not as_picture.plan.shape.matte
    assert as_picture.plan.kept == ("R", "G", "B")


def test_planes_are_the_same_but_for_the_rounding_of_half_floats() -> None:
    """A step of ten bits is a change."""
    values = np.linspace(-4, 4, 1000, dtype=np.float32).reshape(10, 100)
    assert is_same(values, values.astype(np.float16).astype(np.float32))
    assert not is_same(np.full((2, 2), 0.5, np.float32), np.full((2, 2), 0.5 + 1 / 1023, np.float32))
