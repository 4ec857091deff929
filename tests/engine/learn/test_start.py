"""Start: a run begins as the best linear map, or with the weights of an earlier .cat."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from checkpoints import SETTINGS, train_cat
from patterns import BentOp, KeyOp, LookOp, PatternOp, SpotOp

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.settings import InitialWeights, ModelSize


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_cat(tmp_path_factory.mktemp("earlier") / "look.3.cat")


def started(data_set: DataSet, cat: Path, **changes: object) -> Trainer:
    settings = dataclasses.replace(
        SETTINGS, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=str(cat), **changes
    )
    return Trainer(data_set, settings, "run")


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


def test_another_model_size_is_told(look_set: DataSet, cat: Path) -> None:
    """The sentence names the file and the size to set."""
    with pytest.raises(CheckpointError, match=r"look\.3\.cat' holds a Small model.*set Model Size to Small"):
        started(look_set, cat, model_size=ModelSize.MEDIUM)


@pytest.mark.parametrize("name", [InitialWeights.DEBLUR, InitialWeights.UPSCALE, InitialWeights.HUMAN_MATTING])
def test_weights_that_are_not_installed_are_told(
    name: InitialWeights, look_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A choice that this installation cannot serve is a mistake with a remedy, not a silent start from nothing."""
    monkeypatch.setattr("paircat.engine.learn.start.FOLDER", tmp_path)
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
