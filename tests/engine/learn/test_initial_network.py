"""Initial network: a run begins as the best linear map, or with the weights of an earlier .cat."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoints import SETTINGS, train_cat
from patterns import BentOp, KeyOp, LookOp, PatternOp, PowerOp, SoftOp, SpotOp, soft

from paircat.engine.errors import CheckpointError
from paircat.engine.events import CheckpointReady, StepDone
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import load_cat, save_cat
from paircat.engine.settings import InitialWeights, ModelSize


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_cat(tmp_path_factory.mktemp("earlier") / "look.3.cat")


def started(data_set: DataSet, cat: Path, **changes: object) -> Trainer:
    settings = dataclasses.replace(
        SETTINGS, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=str(cat), **changes
    )
    return Trainer(data_set, settings, "run")


def saved(data_set: DataSet, path: Path) -> Path:
    """The .cat of a short training."""
    for event in Trainer(data_set, SETTINGS, "earlier").run():
        if isinstance(event, CheckpointReady):
            save_cat(path, event.header, event.weights)
    return path


def test_without_weights_the_first_step_already_knows_the_linear_part(look_set: DataSet) -> None:
    """A grade that a matrix explains has next to no error before anything was trained."""
    trainer = Trainer(look_set, SETTINGS, "run")
    pair = look_set.load(1)
    assert abs(trainer.model().apply(pair.input) - pair.ground_truth).mean() < 0.01


def test_a_contrast_curve_is_there_before_the_first_step(pattern: PatternOp) -> None:
    """What no matrix can bend has next to no error either, and the log says that there are curves."""
    trainer = Trainer(DataSet.open(pattern, BentOp(pattern), FrameRange(())), SETTINGS, "run")
    pair = trainer.data_set.load(1)
    start = abs(trainer.model().apply(pair.input) - pair.ground_truth).mean()
    by_matrix = abs(trainer.plan.linear.apply(pair.input) - pair.ground_truth).mean()
    assert start < 0.2 * by_matrix
    assert "Starts from the best colour matrix and curves between input and ground truth." in trainer.notes


def test_a_look_that_is_not_in_the_colours_starts_straight(pattern: PatternOp) -> None:
    """A spot that is somewhere in each frame bends no curve: there are none, and nothing is said of them."""
    spots = DataSet.open(pattern, SpotOp(pattern), FrameRange(()))
    trainer = Trainer(spots, SETTINGS, "run")
    assert trainer.network.curves is None and not any("curves" in note for note in trainer.notes)


@pytest.fixture
def soft_set() -> DataSet:
    sharp = PatternOp(width=96, height=96)
    return DataSet.open(SoftOp(sharp), sharp, FrameRange(()))


def error(trainer: Trainer, data_set: DataSet) -> float:
    pair = data_set.load(1)
    return float(abs(trainer.model().apply(pair.input) - pair.ground_truth).mean())


def test_a_blur_is_nearly_undone_before_the_first_step(soft_set: DataSet) -> None:
    """A filter of the surroundings is fitted; it is said, and training is at full resolution from the first step."""
    trainer = Trainer(soft_set, dataclasses.replace(SETTINGS, steps=1000), "run")
    pair = soft_set.load(1)
    assert error(trainer, soft_set) < 0.6 * abs(trainer.plan.linear.apply(pair.input) - pair.ground_truth).mean()
    assert any("matrix and filter of the surroundings" in note for note in trainer.notes)
    assert not trainer.stages.multi_resolution


@dataclasses.dataclass(frozen=True)
class SceneOp(Op):
    """The source as light up to 20, with soft edges."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(soft(0.05 + 20 * np.clip(image.pixels, 0, 1) ** 3))


def test_a_blur_of_light_is_undone_in_light(tmp_path: Path) -> None:
    """A filter of light is fitted behind the logarithm; who goes on from it, starts with what was saved."""
    sharp = SceneOp(PatternOp(width=96, height=96))
    light = DataSet.open(SoftOp(sharp), sharp, FrameRange(()))
    path = saved(light, tmp_path / "light.3.cat")
    assert started(light, path).network.shape.light
    shown = light.load(0).input
    assert np.array_equal(started(light, path).model().apply(shown), Model.load(path, "cpu").apply(shown))


def test_a_look_without_a_blur_has_no_filter(look_set: DataSet) -> None:
    """Where a filter explains nothing there is none to be worked out for each frame."""
    assert Trainer(look_set, SETTINGS, "run").network.filter is None


def test_a_checkpoint_goes_on_with_its_filter(soft_set: DataSet, look_set: DataSet, tmp_path: Path) -> None:
    """Also on pairs that alone would have none, so that what it makes of a picture is what was saved."""
    path = saved(soft_set, tmp_path / "soft.3.cat")
    shown = soft_set.load(0).input
    for data_set in (soft_set, look_set):
        assert np.array_equal(started(data_set, path).model().apply(shown), Model.load(path, "cpu").apply(shown))


def test_a_checkpoint_without_a_filter_starts_none(soft_set: DataSet, cat: Path) -> None:
    """What it makes of a picture is where it starts, however the pairs look."""
    shown = soft_set.load(0).input
    trainer = started(soft_set, cat)
    assert trainer.network.filter is None
    assert np.array_equal(trainer.model().apply(shown), Model.load(cat, "cpu").apply(shown))


@pytest.mark.parametrize("pairs", ["soft_set", "matte_set"])
def test_a_run_with_a_filter_or_a_key_is_resumed(pairs: str, request: pytest.FixtureRequest) -> None:
    """What does not change is in the state, too: the next step is the unbroken run's."""
    data_set = request.getfixturevalue(pairs)
    whole, broken = (Trainer(data_set, dataclasses.replace(SETTINGS, threads=1), "run") for _ in range(2))
    for _ in whole.run():
        pass
    for event in broken.run():
        if isinstance(event, StepDone) and event.step == 2:
            break
    resumed = Trainer(data_set, dataclasses.replace(SETTINGS, threads=1), "run", state=broken.state())
    for _ in resumed.run():
        pass
    shown = data_set.load(0).input
    assert np.array_equal(resumed.model().apply(shown), whole.model().apply(shown))


def test_curves_of_a_checkpoint_are_kept_where_the_pairs_alone_would_have_none(
    look_set: DataSet, tmp_path: Path
) -> None:
    """A look that has curves goes on with them, and what is saved then still fits together."""
    bent = train_cat(tmp_path / "bent.cat", BentOp)
    trainer = started(look_set, bent)
    assert trainer.network.curves is not None and trainer.plan.shape == trainer.network.shape
    assert torch.equal(trainer.network.curves.weight, torch.from_numpy(load_cat(bent)[1]["curves.weight"]))


def test_a_checkpoints_weights_are_taken_whole(look_set: DataSet, cat: Path) -> None:
    """With the same channels every weight is the .cat's, and that is said."""
    trainer = started(look_set, cat)
    _, weights = load_cat(cat)
    for name, value in trainer.network.state_dict().items():
        assert torch.equal(value.contiguous(), torch.from_numpy(weights[name])), name
    assert "Starts from look.3.cat, step 3." in trainer.notes


def test_other_channels_start_fresh_layers_and_say_which(pattern: PatternOp, cat: Path) -> None:
    """RGB to RGB weights help a matte: all but the layers that meet the channels are taken."""
    matte = DataSet.open(pattern, KeyOp(pattern), FrameRange(()))
    trainer = started(matte, cat)
    assert any("these layers start fresh: colour, head." in note for note in trainer.notes)
    _, weights = load_cat(cat)
    assert torch.equal(trainer.network.stem.weight.contiguous(), torch.from_numpy(weights["stem.weight"]))


@dataclasses.dataclass(frozen=True)
class LightOp(Op):
    """The source's values times a factor."""

    source: Op
    factor: float

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        return image.with_pixels(image.pixels * np.float32(self.factor))


def light(factor: float) -> DataSet:
    """A contrast of light up to eight, at other exposures."""
    pattern = PatternOp(high=8.0)
    return DataSet.open(LightOp(pattern, factor), LightOp(PowerOp(pattern), factor), FrameRange(()))


def test_darker_pairs_go_on_with_the_coding_of_the_checkpoint(tmp_path: Path) -> None:
    """Its weights know light behind a logarithm, so it begins as it was, though these pairs alone would need none."""
    path = saved(light(1.0), tmp_path / "light.3.cat")
    dark = light(0.05)
    assert Trainer(dark, SETTINGS, "run").plan.encoding_in == Encoding(("none",) * 3)
    shown = dark.load(0).input
    assert np.array_equal(started(dark, path).model().apply(shown), Model.load(path, "cpu").apply(shown))


def test_brighter_pairs_than_those_of_the_checkpoint_start_with_a_fit_of_their_own(tmp_path: Path) -> None:
    """Values beyond one need a coding that it does not have; that is said, and no worse than nothing to start from."""
    path = saved(light(0.05), tmp_path / "dark.3.cat")
    bright = light(1.0)
    trainer = started(bright, path)
    assert any("Values go further than there, so these layers start fresh: colour, head." in n for n in trainer.notes)
    assert error(trainer, bright) < 1.1 * error(Trainer(bright, SETTINGS, "run"), bright)


def test_a_checkpoint_with_a_mask_goes_on_with_it(tmp_path: Path) -> None:
    """Pairs that change all of the frame would have none, but its picture is good where its mask is, and only there."""
    plate = PatternOp(64, 64, 6)
    path = saved(DataSet.open(SpotOp(plate), plate, FrameRange(())), tmp_path / "spot.3.cat")
    large = DataSet.open(BentOp(plate), plate, FrameRange(()))
    assert not Trainer(large, SETTINGS, "run").plan.shape.masked
    trainer = started(large, path)
    assert trainer.plan.shape.masked
    shown = large.load(0).input
    assert np.array_equal(trainer.model().apply(shown), Model.load(path, "cpu").apply(shown))
    assert [event.step for event in trainer.run() if isinstance(event, StepDone)] == [1, 2, 3]


def test_another_model_size_is_reported(look_set: DataSet, cat: Path) -> None:
    """The sentence names the file and the size to set."""
    with pytest.raises(CheckpointError, match=r"look\.3\.cat' holds a Small model.*set Model Size to Small"):
        started(look_set, cat, model_size=ModelSize.MEDIUM)


def test_a_set_of_a_smaller_size_is_widened(pattern: PatternOp) -> None:
    """Human Matting for Large begins with what Human Matting for Small makes of a frame, and says whose it is."""
    matte = DataSet.open(pattern, KeyOp(pattern), FrameRange(()))
    chosen = dataclasses.replace(SETTINGS, initial_weights=InitialWeights.HUMAN_MATTING)
    small, large = (
        Trainer(matte, dataclasses.replace(chosen, model_size=size), "run")
        for size in (ModelSize.SMALL, ModelSize.LARGE)
    )
    assert any("Human Matting for Small, their features copied until" in note for note in large.notes)
    assert not any("features copied" in note for note in small.notes)
    assert large.plan.shape.widths[0] == 64
    picture = pattern.render(1).pixels
    np.testing.assert_allclose(large.model().apply(picture), small.model().apply(picture), atol=1e-4)


@pytest.mark.parametrize("name", [InitialWeights.DEBLUR, InitialWeights.UPSCALE, InitialWeights.HUMAN_MATTING])
def test_weights_that_are_not_installed_are_reported(
    name: InitialWeights, look_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A choice that this installation cannot serve is a mistake with a remedy, not a silent start from nothing."""
    monkeypatch.setattr("paircat.engine.learn.initial_network.FOLDER", tmp_path)
    with pytest.raises(CheckpointError, match=f"'{name}' are not installed: .* choose None"):
        Trainer(look_set, dataclasses.replace(SETTINGS, initial_weights=name), "run")


def test_the_look_is_the_same_for_the_same_seed(pattern: PatternOp) -> None:
    """Two runs of one seed begin with the same weights, two seeds with different ones."""
    data_set = DataSet.open(pattern, LookOp(pattern), FrameRange(()))
    first, again, other = (Trainer(data_set, dataclasses.replace(SETTINGS, seed=seed), "run") for seed in (3, 3, 4))
    assert torch.equal(first.network.stem.weight, again.network.stem.weight)
    assert not torch.equal(first.network.stem.weight, other.network.stem.weight)


def test_weights_that_have_learnt_start_at_full_resolution(look_set: DataSet, cat: Path) -> None:
    """Reduced pictures would only unlearn what they know, so a long run does not begin with them, and says so."""
    trainer = started(look_set, cat, steps=1000, crop_size=0)
    fresh = Trainer(look_set, dataclasses.replace(SETTINGS, steps=1000, crop_size=0), "run")
    assert (trainer.stages.multi_resolution, fresh.stages.multi_resolution) == (False, True)
    assert any("full resolution from the first step" in note for note in trainer.notes)


@dataclasses.dataclass(frozen=True)
class HalfOp(Op):
    """Coverage of the left half, whatever its colours."""

    source: Op

    def header(self, frame: int) -> Header:
        return dataclasses.replace(self.source.header(frame), channels=("A",))

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        covered = np.zeros((*render(self.source, frame).pixels.shape[:2], 1), np.float32)
        covered[:, : covered.shape[1] // 2] = 1
        return Image(self.header(frame), covered)


def test_a_key_of_colours_is_there_before_the_first_step(matte_set: DataSet) -> None:
    """The matte of what is red is nearly right at once, and the log says what it starts from."""
    trainer = Trainer(matte_set, SETTINGS, "run")
    wanted = matte_set.load(1).ground_truth
    assert trainer.network.shape.keyed and error(trainer, matte_set) < 0.3 * abs(wanted - wanted.mean()).mean()
    assert any("best key of the colours" in note for note in trainer.notes)


def test_a_checkpoint_goes_on_with_its_key(matte_set: DataSet, pattern: PatternOp, tmp_path: Path) -> None:
    """What it makes of a picture is what was saved, also on pairs whose mattes no colour tells."""
    path = saved(matte_set, tmp_path / "key.3.cat")
    other = DataSet.open(pattern, HalfOp(pattern), FrameRange(()))
    assert not Trainer(other, SETTINGS, "run").network.shape.keyed
    shown = matte_set.load(0).input
    for data_set in (matte_set, other):
        assert np.array_equal(started(data_set, path).model().apply(shown), Model.load(path, "cpu").apply(shown))
