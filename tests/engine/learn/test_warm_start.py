"""Warm start: initial weights are fitted to these pairs before the first step."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoints import SETTINGS, train_cat
from networks import lively
from patterns import LookOp, PatternOp, SoftOp

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.learn.network import NetworkShape
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import load_cat, save_cat
from paircat.engine.settings import InitialWeights, ModelSize

SOURCE = PatternOp(width=64, height=64, count=6, high=0.8)
LEARNT = FrameRange.between(1, 4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ships, here: a Deblur set for Small that does something."""
    folder = tmp_path_factory.mktemp("weights")
    cat = train_cat(folder / "look.cat")
    network = lively(NetworkShape.of_size(ModelSize.SMALL, 3, 3))
    network.start_from(torch.eye(3), torch.zeros(3))
    for values in network.head.parameters():
        values *= 0.03  # so that what it makes of a picture is one
    header, _ = load_cat(cat)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    save_cat(folder / "deblur_small.cat", header, weights)
    return folder


@pytest.fixture(autouse=True)
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paircat.engine.learn.initial_network.FOLDER", folder)


def error_at_the_start(truth: Op, weights: InitialWeights) -> tuple[float, tuple[str, ...]]:
    """Mean difference on a frame that is not among the pairs, before any step, and what was said."""
    settings = dataclasses.replace(SETTINGS, initial_weights=weights)
    trainer = Trainer(DataSet.open(SOURCE, truth, LEARNT), settings, "run")
    result = trainer.model().apply(SOURCE.render(6).pixels)
    return float(np.abs(result - truth.render(6).pixels).mean()), trainer.notes


def test_pairs_that_the_set_was_made_for_start_solved(folder: Path) -> None:
    """Where the ground truth is what the set makes of the input, hardly anything of the difference is left."""
    truth = InferenceOp(SOURCE, str(folder / "deblur_small.cat"), gate=False)
    scratch, _ = error_at_the_start(truth, InitialWeights.NONE)
    warm, notes = error_at_the_start(truth, InitialWeights.DEBLUR)
    assert warm < 0.02 * scratch
    assert "Starts from the initial weights Deblur for Small." in notes
    assert any(note.startswith("Fitted to the pairs they leave") for note in notes)


def test_a_shot_that_was_graded_as_well_starts_graded(folder: Path) -> None:
    """A colour matrix on top of what the set does is found before the first step."""
    truth = LookOp(InferenceOp(SOURCE, str(folder / "deblur_small.cat"), gate=False))
    scratch, _ = error_at_the_start(truth, InitialWeights.NONE)
    warm, _ = error_at_the_start(truth, InitialWeights.DEBLUR)
    assert warm < 0.2 * scratch


def test_a_set_that_does_not_fit_is_turned_down() -> None:
    """Where the pairs want a mere grade, the start is as good as the best colour matrix, whatever the set does."""
    scratch, _ = error_at_the_start(LookOp(SOURCE), InitialWeights.NONE)
    warm, _ = error_at_the_start(LookOp(SOURCE), InitialWeights.DEBLUR)
    assert warm < scratch + 0.004


def test_blurred_pairs_get_a_filter_beside_a_set() -> None:
    """Both are fitted together: next to nothing of a blur is left on another frame, but for its edges."""
    sharp = PatternOp(width=96, height=96, count=6)
    settings = dataclasses.replace(SETTINGS, initial_weights=InitialWeights.DEBLUR)
    trainer = Trainer(DataSet.open(SoftOp(sharp), sharp, LEARNT), settings, "run")
    assert trainer.network.filter is not None and trainer.network.filter.weight.any()
    seen, wanted = SoftOp(sharp).render(6).pixels, sharp.render(6).pixels
    left, blurred = (np.abs(side - wanted)[6:-6, 6:-6].mean() for side in (trainer.model().apply(seen), seen))
    assert left < 0.1 * blurred


def test_a_set_with_a_filter_of_its_own_keeps_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also beside pairs that ask for none, since the set's result is made with it."""
    network = lively(NetworkShape.of_size(ModelSize.SMALL, 3, 3, filtered=True))
    header, _ = load_cat(folder / "deblur_small.cat")
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    header = dataclasses.replace(header, network=network.shape.to_json())
    save_cat(tmp_path / "deblur_small.cat", header, weights)
    monkeypatch.setattr("paircat.engine.learn.initial_network.FOLDER", tmp_path)
    settings = dataclasses.replace(SETTINGS, initial_weights=InitialWeights.DEBLUR)
    trainer = Trainer(DataSet.open(SOURCE, LookOp(SOURCE), LEARNT), settings, "run")
    assert trainer.network.filter is not None and network.filter is not None
    assert torch.equal(trainer.network.filter.weight, network.filter.weight)
    assert torch.equal(trainer.network.filter.stem.weight, network.filter.stem.weight)
