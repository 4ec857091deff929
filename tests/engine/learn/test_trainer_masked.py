"""Trainer, where pairs differ in few places: a mask of the changes is learnt with them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from patterns import PatternOp, SpotOp
from trainings import SETTINGS, events_of, losses_of, through_a_file

from paircat.engine.events import CheckpointReady, PreviewReady, StepDone
from paircat.engine.learn.connected_components import remove_unlike_components
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange


@pytest.fixture
def spot_set() -> DataSet:
    plate = PatternOp(64, 64, 6)
    return DataSet.open(SpotOp(plate), plate, FrameRange(()))


def test_few_changes_are_learnt_with_a_mask_and_at_full_resolution(spot_set: DataSet) -> None:
    """Spots are taken out of the plates; beside them hardly a bit is touched; the notes say how it is done."""
    trainer = Trainer(spot_set, dataclasses.replace(SETTINGS, steps=120, batch_size=4), "run")
    events = events_of(trainer)
    assert trainer.plan.shape.masked
    assert "the input with changes in" in " ".join(trainer.notes)
    assert {event.scale for event in events if isinstance(event, StepDone)} == {1}
    before, plate = (op.render(3).pixels for op in (spot_set.input, spot_set.ground_truth))
    spot = np.abs(plate - before).max(axis=2) > 0
    result = trainer.model().apply(before)
    assert np.abs(result - plate)[spot].mean() < 0.3 * np.abs(before - plate)[spot].mean()
    assert (result == plate).all(axis=2)[~spot].mean() > 0.95


def test_the_preview_is_what_inference_will_give(spot_set: DataSet) -> None:
    """Without the small components that its gate removes."""
    settings = dataclasses.replace(SETTINGS, steps=30, batch_size=4)
    trainer = Trainer(spot_set, settings, "run", preview=spot_set.input, preview_at=2)
    events = events_of(trainer)
    shown = [event.image for event in events if isinstance(event, PreviewReady)][-1].pixels
    saved = [event for event in events if isinstance(event, CheckpointReady)][-1]
    assert saved.header.smallest_change == trainer.plan.smallest_change == 64
    before = spot_set.input.render(2)
    inferred = trainer.model().apply_to(before, "RGB", "RGB", gate=True)
    np.testing.assert_array_equal(shown, inferred.pixels)
    changed = (shown != before.pixels).any(axis=2)
    assert (remove_unlike_components(changed, 64, 64) == changed).all()


def test_a_run_with_a_mask_goes_on_as_if_unbroken(spot_set: DataSet, tmp_path: Any) -> None:
    """Weights and losses are the same bit for bit, those of the mask among them."""
    whole = Trainer(spot_set, SETTINGS, "run")
    losses = losses_of(events_of(whole))
    first = Trainer(spot_set, SETTINGS, "run")
    early = losses_of(events_of(first, 5))
    second = Trainer(spot_set, SETTINGS, "run", state=through_a_file(first.state(), tmp_path))
    assert early | losses_of(events_of(second)) == losses
    for name, weight in second.average.state_dict().items():
        assert torch.equal(weight, whole.average.state_dict()[name]), name


def test_a_look_all_over_the_frame_needs_no_mask(look_set: DataSet) -> None:
    """Nor is there one for a matte, whose channels are others than the picture's."""
    assert not Trainer(look_set, SETTINGS, "run").plan.shape.masked
