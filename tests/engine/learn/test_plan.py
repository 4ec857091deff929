"""Plan: what is chosen for a data set: crop, batch, coding, matte or picture, and what stays as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from patterns import KeyOp, LookOp, PatternOp, PowerOp
from trainings import SETTINGS, events_of

from paircat.engine.errors import DataSetError
from paircat.engine.events import CheckpointReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import Target


def test_small_frames_shrink_the_default_crop_and_say_so(look_set: DataSet) -> None:
    """Auto fits itself to 48x40; asking for 256 is a mistake."""
    trainer = Trainer(look_set, dataclasses.replace(SETTINGS, crop_size=0), "run")
    assert trainer.plan.crop_size == 40
    assert any("shrunk from 128 to fit 48x40" in note for note in trainer.notes)
    with pytest.raises(DataSetError, match="larger than the pairs, which are 48x40"):
        Trainer(look_set, dataclasses.replace(SETTINGS, crop_size=256), "run")


def test_a_batch_larger_than_the_data_set_is_refused_and_auto_fits(look_set: DataSet) -> None:
    """Fewer pairs than the batch is a mistake; Auto never asks for more than there are."""
    with pytest.raises(DataSetError, match="4 pairs, fewer than the batch size 5"):
        Trainer(look_set, dataclasses.replace(SETTINGS, batch_size=5), "run")
    assert Trainer(look_set, dataclasses.replace(SETTINGS, batch_size=0), "run").plan.batch_size == 4


def test_a_frame_that_is_gone_when_a_run_goes_on_is_reported_as_that(look_set: DataSet) -> None:
    """Nobody had asked for the batch size that Auto chose, so it is not what is wrong."""
    plan = Trainer(look_set, dataclasses.replace(SETTINGS, batch_size=0), "run").plan
    with pytest.raises(DataSetError, match=r"3 pairs now, and the run was begun with 4 or more: a frame .* is gone"):
        plan.on_resume(dataclasses.replace(SETTINGS, batch_size=0), 3)
    with pytest.raises(DataSetError, match="3 pairs, fewer than the batch size 4; lower"):
        plan.on_resume(dataclasses.replace(SETTINGS, batch_size=4), 3)


def test_a_batch_that_cannot_fit_into_memory_is_refused_before_it_is_tried(monkeypatch: Any) -> None:
    """The need is told before the machine starts to swap, with what to lower."""
    large = PatternOp(width=512, height=512)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=100 << 20))
    data_set = DataSet.open(large, LookOp(large), FrameRange(()))
    settings = dataclasses.replace(SETTINGS, crop_size=512, batch_size=4)
    with pytest.raises(DataSetError, match=r"about 0\.7 GiB .* 4 crops of 512 .* 0\.1 GiB free\. Lower the batch size"):
        Trainer(data_set, settings, "run")
    assert Trainer(data_set, dataclasses.replace(settings, batch_size=0), "run").plan.batch_size == 1


@dataclasses.dataclass(frozen=True)
class HoleOp(Op):
    """The source with a corner missing."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        pixels = image.pixels.copy()
        pixels[:12, :12] = 0
        return image.with_pixels(pixels)


def test_a_matte_that_is_mended_begins_as_it_is(pattern: PatternOp) -> None:
    """From a rough matte to a good one is from picture to picture: untrained it is the rough one, not a guess."""
    good = KeyOp(pattern)
    trainer = Trainer(DataSet.open(HoleOp(good), good, FrameRange(())), SETTINGS, "run")
    rough = HoleOp(good).render(1).pixels
    np.testing.assert_allclose(trainer.model().apply(rough), rough, atol=0.2)
    assert not trainer.plan.shape.matte


@dataclasses.dataclass(frozen=True)
class DarkerOp(Op):
    """The source with its colours darker and its alpha as it is."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(image.pixels * np.float32([0.5, 0.6, 0.7, 1]))


def test_an_alpha_that_no_pair_changes_stays_as_it_is(tmp_path: Any) -> None:
    """Bit for bit, with the change gate or without, also from the .cat; the log says so."""
    source = PatternOp(channels=("R", "G", "B", "A"))
    trainer = Trainer(DataSet.open(source, DarkerOp(source), FrameRange(())), SETTINGS, "run")
    assert "The same in all pairs, and so left as it is: A." in trainer.notes
    saved = [event for event in events_of(trainer) if isinstance(event, CheckpointReady)][-1]
    save_cat(tmp_path / "run.12.cat", saved.header, saved.weights)
    image = source.render(2)
    for model in (trainer.model(), Model.load(tmp_path / "run.12.cat")):
        result = model.apply_to(image, image.header.channels, image.header.channels)
        assert np.array_equal(result.pixels[:, :, 3], image.pixels[:, :, 3])
        assert not np.array_equal(result.pixels[:, :, 0], image.pixels[:, :, 0])


def test_who_says_what_the_ground_truth_is_is_believed(pattern: PatternOp) -> None:
    """A grey key between 0 and 1 can be a matte, and a hard one a picture; light beyond 1 is none."""
    hard = DataSet.open(pattern, KeyOp(pattern), FrameRange(()))
    grey = DataSet.open(pattern, pattern, FrameRange(()), "rgb", "R")
    as_matte = dataclasses.replace(SETTINGS, target=Target.MATTE)
    assert Trainer(grey, as_matte, "run").plan.shape.matte
    assert not Trainer(grey, SETTINGS, "run").plan.shape.matte
    assert not Trainer(hard, dataclasses.replace(SETTINGS, target=Target.PICTURE), "run").plan.shape.matte
    light = PatternOp(high=3.0)
    with pytest.raises(DataSetError, match=r"values from 0.* to 2.99; a matte lies between 0 and 1"):
        Trainer(DataSet.open(light, light, FrameRange(())), as_matte, "run")


@dataclasses.dataclass(frozen=True)
class GainOp(Op):
    """The source, brighter and with black lowered a little."""

    source: Op
    gain: float

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(image.pixels * np.float32(self.gain) - np.float32(0.02))


@pytest.mark.parametrize(("gain", "high"), [(1.3, 1.0), (4.0, 1.0), (0.5, 12.0)])
def test_light_that_a_matrix_explains_is_not_coded(gain: float, high: float) -> None:
    """A gain is one in light alone: untrained it is there already, to half a hundredth of the brightest."""
    source = PatternOp(high=high)
    trainer = Trainer(DataSet.open(source, GainOp(source, gain), FrameRange(())), SETTINGS, "run")
    assert set(trainer.plan.encoding_out.kinds) == {"none"}
    pixels = source.render(2).pixels
    np.testing.assert_allclose(
        trainer.model().apply(pixels), GainOp(source, gain).render(2).pixels, atol=gain * high / 200
    )


def test_light_that_asks_for_more_is_coded() -> None:
    """A contrast over highlights is learnt behind a logarithm."""
    source = PatternOp(high=12.0)
    trainer = Trainer(DataSet.open(source, PowerOp(source), FrameRange(())), SETTINGS, "run")
    assert set(trainer.plan.encoding_in.kinds) == set(trainer.plan.encoding_out.kinds) == {"log"}
