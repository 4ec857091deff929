"""Plan: what is chosen for a data set: coding, matte or picture, cells, and what stays as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from patterns import KeyOp, PatternOp, PowerOp
from trainings import SETTINGS, events_of

from paircat.engine.errors import DataSetError
from paircat.engine.events import CheckpointReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.model import Model
from paircat.engine.learn.plan import Plan
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import InitialWeights, Target


def test_a_frame_that_is_gone_when_a_run_goes_on_is_reported_as_that(look_set: DataSet) -> None:
    """Nobody had asked for the batch size that Auto chose, so it is not what is wrong."""
    plan = Trainer(look_set, dataclasses.replace(SETTINGS, batch_size=0), "run").plan
    with pytest.raises(DataSetError, match=r"3 pairs now, fewer than the 4 crops a step .* put the frames back"):
        plan.on_resume(dataclasses.replace(SETTINGS, batch_size=0), 3)
    with pytest.raises(DataSetError, match="3 pairs, fewer than the batch size 4; lower"):
        plan.on_resume(dataclasses.replace(SETTINGS, batch_size=4), 3)


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
    assert set(trainer.plan.encoding_out.kinds) == {"light"}
    pixels = source.render(2).pixels
    np.testing.assert_allclose(
        trainer.model().apply(pixels), GainOp(source, gain).render(2).pixels, atol=gain * high / 200
    )


def test_light_that_asks_for_more_is_coded() -> None:
    """A contrast over highlights is learnt behind a logarithm."""
    source = PatternOp(high=12.0)
    trainer = Trainer(DataSet.open(source, PowerOp(source), FrameRange(())), SETTINGS, "run")
    assert set(trainer.plan.encoding_in.kinds) == set(trainer.plan.encoding_out.kinds) == {"log"}


@dataclasses.dataclass(frozen=True)
class BallOp(Op):
    """Coverage of a disc in the middle."""

    source: Op
    radius: int

    def header(self, frame: int) -> Header:
        return dataclasses.replace(self.source.header(frame), channels=("A",))

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        header = self.header(frame)
        down, across = np.indices((header.data_window.height, header.data_window.width))
        inside = np.hypot(down - header.data_window.height / 2, across - header.data_window.width / 2) < self.radius
        return Image(header, inside.astype(np.float32)[:, :, None])


def test_a_large_object_is_seen_in_larger_crops_for_the_same_time() -> None:
    """A matte of 213 pixels is learnt on cells of 4x4 pixels in crops of 256, one of 142 as usual; it is reported."""
    plate = PatternOp(width=320, height=300, count=2)
    settings = dataclasses.replace(SETTINGS, crop_size=0)
    small, large = (
        Trainer(DataSet.open(plate, BallOp(plate, radius), FrameRange(())), settings, "run") for radius in (80, 120)
    )
    assert (small.plan.shape.cell, small.plan.crop_size) == (2, 128)
    assert (large.plan.shape.cell, large.plan.crop_size) == (4, 256)
    assert "Crop size 256 (Auto: on the CPU, 2 times as large as usual for large objects)." in large.notes
    assert "Objects are about 213 pixels across: the network works on cells of 4x4 pixels, not 2x2." in large.notes
    assert Plan.from_json(large.plan.to_json()).shape == large.plan.shape


@dataclasses.dataclass(frozen=True)
class HairOp(Op):
    """The source's coverage with strands two pixels wide from its middle down."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        pixels = render(self.source, frame).pixels.copy()
        pixels[150:, 8::16] = pixels[150:, 9::16] = 1
        return render(self.source, frame).with_pixels(pixels)


def test_hair_is_learnt_on_small_cells_however_large_the_head() -> None:
    """Strands are narrower than a cell of 4x4 pixels."""
    plate = PatternOp(width=320, height=300, count=2)
    trainer = Trainer(DataSet.open(plate, HairOp(BallOp(plate, 120)), FrameRange(())), SETTINGS, "run")
    assert trainer.plan.shape.matte and trainer.plan.shape.cell == 2


def test_who_goes_on_with_a_matte_keeps_its_cells(tmp_path: Path) -> None:
    """An earlier run's network sees a larger object as it saw its own, or it would have to learn anew."""
    plate = PatternOp(width=320, height=300, count=2)
    sets = [DataSet.open(plate, BallOp(plate, radius), FrameRange(())) for radius in (80, 120)]
    saved = [event for event in events_of(Trainer(sets[0], SETTINGS, "run")) if isinstance(event, CheckpointReady)][-1]
    save_cat(tmp_path / "run.cat", saved.header, saved.weights)
    settings = dataclasses.replace(
        SETTINGS, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=str(tmp_path / "run.cat"), crop_size=0
    )
    plan = Trainer(sets[1], settings, "run").plan
    assert (plan.shape.cell, plan.crop_size) == (2, 128)


@dataclasses.dataclass(frozen=True)
class FaintOp(Op):
    """The source with faint spots here and there, which no matrix makes."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        faint = np.random.default_rng(frame).normal(0, 0.01, image.pixels.shape)
        return image.with_pixels(image.pixels * (1 + faint).astype(np.float32))


def test_subtle_work_on_light_is_coded() -> None:
    """There a matrix misses little because doing nothing misses little, which explains nothing."""
    source = PatternOp(high=12.0)
    trainer = Trainer(DataSet.open(source, FaintOp(source), FrameRange(())), SETTINGS, "run")
    assert set(trainer.plan.encoding_in.kinds) == set(trainer.plan.encoding_out.kinds) == {"log"}
