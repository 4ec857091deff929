"""Growth: a run of a larger Model Size learns as Small first, and goes on wider with what it has learnt."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from patterns import PatternOp, SpotOp
from trainings import SETTINGS, events_of, losses_of, through_a_file

from paircat.engine.events import CheckpointReady, Event, Grown, Notice, Started, StepDone
from paircat.engine.learn import growth
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import InitialWeights, ModelSize

MEDIUM = dataclasses.replace(SETTINGS, model_size=ModelSize.MEDIUM)


@pytest.fixture
def data_set() -> DataSet:
    sharp = PatternOp(64, 64, 6)
    return DataSet.open(BlurOp(sharp, 3.0, 3.0), sharp, FrameRange(()))


def test_a_run_grows_after_six_tenths_of_its_steps(data_set: DataSet) -> None:
    """Its checkpoints are of the size that it then has, and say so; the log says when it grows."""
    trainer = Trainer(data_set, MEDIUM, "run")
    events = events_of(trainer)
    assert [event.step for event in events if isinstance(event, Grown)] == [8]
    saved = {event.step: event.header for event in events if isinstance(event, CheckpointReady)}
    assert {step: header.model_size for step, header in saved.items()} == {4: "Small", 8: "Small", 12: "Medium"}
    assert saved[4].network["widths"][0] == 32 and saved[12].network["widths"][0] == 48
    notes = next(event.notes for event in events if isinstance(event, Started))
    assert growth.note(ModelSize.SMALL, ModelSize.MEDIUM) in notes


@pytest.mark.parametrize("size", [ModelSize.MEDIUM, ModelSize.LARGE])
def test_growing_changes_no_result(data_set: DataSet, size: ModelSize) -> None:
    """What the wider network makes of a frame is what the small one made of it, to within rounding."""
    trainer = Trainer(data_set, dataclasses.replace(SETTINGS, model_size=size), "run")
    events_of(trainer, 4)
    picture = data_set.input.render(3).pixels
    before = trainer.model().apply(picture)
    trainer.grow()
    after = trainer.model()
    assert after.network.shape.widths == after.network.shape.resized(size).widths
    np.testing.assert_allclose(after.apply(picture), before, atol=1e-5)


@pytest.mark.parametrize("until", [6, 8, 10])
def test_a_resumed_run_grows_as_the_unbroken_one(data_set: DataSet, tmp_path: Any, until: int) -> None:
    """Stopped before, at, or after it: the same weights bit for bit in the end."""
    whole = Trainer(data_set, MEDIUM, "run")
    losses = losses_of(events_of(whole))
    first = Trainer(data_set, MEDIUM, "run")
    early = losses_of(events_of(first, until))
    torch.rand(7)  # whatever else draws random numbers meanwhile
    second = Trainer(data_set, MEDIUM, "run", state=through_a_file(first.state(), tmp_path))
    assert early | losses_of(events_of(second)) == losses
    for name, weight in second.average.state_dict().items():
        assert torch.equal(weight, whole.average.state_dict()[name]), name


def test_a_masked_run_grows_too() -> None:
    """Its mask comes along."""
    plate = PatternOp(64, 64, 6)
    trainer = Trainer(DataSet.open(SpotOp(plate), plate, FrameRange(())), MEDIUM, "run")
    assert [event.step for event in events_of(trainer) if isinstance(event, Grown)] == [8]
    assert trainer.plan.shape.masked and trainer.size == ModelSize.MEDIUM


def test_small_and_what_starts_from_weights_do_not_grow(data_set: DataSet, tmp_path: Any) -> None:
    """There is nothing smaller than Small, and a .cat is of the size that was asked for already."""
    assert not [event for event in events_of(Trainer(data_set, SETTINGS, "run")) if isinstance(event, Grown)]
    first = Trainer(data_set, MEDIUM, "run")
    saved = [event for event in events_of(first) if isinstance(event, CheckpointReady)][-1]
    save_cat(tmp_path / "run.12.cat", saved.header, saved.weights)
    from_it = dataclasses.replace(
        MEDIUM, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=str(tmp_path / "run.12.cat")
    )
    second = Trainer(data_set, from_it, "run")
    assert second.plan.shape.widths[0] == 48
    assert not [event for event in events_of(second) if isinstance(event, Grown)]


def test_a_run_of_an_older_version_that_was_large_from_the_start_goes_on(data_set: DataSet, tmp_path: Any) -> None:
    """Its state knows nothing of growing."""
    first = Trainer(data_set, MEDIUM, "run")
    events_of(first, 10)
    state = first.state()
    del state["plan"]["grows_to"]
    second = Trainer(data_set, MEDIUM, "run", state=through_a_file(state, tmp_path))
    assert second.size == ModelSize.MEDIUM
    assert not [event for event in events_of(second) if isinstance(event, Grown)]


def test_long_runs_grow_after_two_thousand_steps() -> None:
    """However long they are, and where nothing says how long."""
    assert not growth.is_time(1999, 0.01, 0.0) and growth.is_time(2000, 0.01, 0.0)
    assert not growth.is_time(10, 0.59, 0.5) and growth.is_time(10, 0.6, 0.5)
    assert growth.is_time(10, 0.75, 0.5) and not growth.is_time(10, 0.75, 0.65)


@pytest.mark.parametrize(("steps", "grown"), [(3, 2), (4, 3), (5, 3), (6, 4), (7, 5)])
def test_a_short_run_grows_although_a_step_is_a_large_part_of_it(
    data_set: DataSet, steps: int, grown: int, tmp_path: Any
) -> None:
    """Where one step leads past the time to grow, growing comes after it; stopped just there and resumed, too."""
    short = dataclasses.replace(MEDIUM, steps=steps)
    whole = Trainer(data_set, short, "run")
    assert [event.step for event in events_of(whole) if isinstance(event, Grown)] == [grown]
    assert whole.size == ModelSize.MEDIUM
    first = Trainer(data_set, short, "run")
    events_of(first, grown)
    second = Trainer(data_set, short, "run", state=through_a_file(first.state(), tmp_path))
    assert [event.step for event in events_of(second) if isinstance(event, Grown)] == [grown]
    for name, weight in second.average.state_dict().items():
        assert torch.equal(weight, whole.average.state_dict()[name]), name


def test_a_short_run_of_minutes_grows_too(data_set: DataSet) -> None:
    """A step that takes long leads past the time to grow as well."""
    trainer = Trainer(data_set, dataclasses.replace(MEDIUM, steps=0, minutes=10), "run")
    events: list[Event] = []
    for event in trainer.run():
        events.append(event)
        if isinstance(event, StepDone):
            trainer.progress.seconds = {1: 300.0, 2: 500.0}.get(event.step, 700.0)
    assert [event.step for event in events if isinstance(event, Grown)] == [2]


@pytest.mark.parametrize("steps", [1, 2])
def test_a_run_that_ends_before_it_can_grow_says_so(data_set: DataSet, steps: int) -> None:
    """It is not silently of another size than was asked for."""
    trainer = Trainer(data_set, dataclasses.replace(MEDIUM, steps=steps), "run")
    (notice,) = [event for event in events_of(trainer) if isinstance(event, Notice)]
    assert notice.text == growth.note_at_end(ModelSize.SMALL, ModelSize.MEDIUM)
    assert "ends as Small" in notice.text and "resume it" in notice.text
    stopped = Trainer(data_set, MEDIUM, "run")
    assert not [event for event in events_of(stopped, 3) if isinstance(event, Notice)]


def test_a_run_that_is_brought_to_an_early_end_stays_small(data_set: DataSet, tmp_path: Any) -> None:
    """Finish adds a fourth of the steps at a falling rate; a network that has just grown would not settle in them."""
    long = dataclasses.replace(MEDIUM, steps=100)
    first = Trainer(data_set, long, "run")
    events_of(first, 12)
    finishing = dataclasses.replace(long, steps=15)
    second = Trainer(data_set, finishing, "run", state=through_a_file(first.state(), tmp_path))
    assert not [event for event in events_of(second) if isinstance(event, Grown)]
    assert second.progress.step == 15 and second.size == ModelSize.SMALL


def test_a_run_goes_on_with_a_larger_model_size(data_set: DataSet, tmp_path: Any) -> None:
    """It grows at its time, to the size that is asked for now, and the log says so."""
    first = Trainer(data_set, SETTINGS, "run")
    events_of(first, 4)
    second = Trainer(data_set, MEDIUM, "run", state=through_a_file(first.state(), tmp_path))
    assert second.size == ModelSize.SMALL
    assert growth.note_on_resume(ModelSize.SMALL, ModelSize.MEDIUM) in second.notes
    assert [event.step for event in events_of(second) if isinstance(event, Grown)] == [8]
    assert second.size == ModelSize.MEDIUM


def test_a_run_that_grows_to_medium_can_be_sent_on_to_large(data_set: DataSet, tmp_path: Any) -> None:
    """Also once it is Medium."""
    first = Trainer(data_set, MEDIUM, "run")
    events_of(first, 10)
    large = dataclasses.replace(SETTINGS, model_size=ModelSize.LARGE, steps=20)
    second = Trainer(data_set, large, "run", state=through_a_file(first.state(), tmp_path))
    assert [event.step for event in events_of(second) if isinstance(event, Grown)] == [12]
    assert second.size == ModelSize.LARGE


def test_what_cannot_change_in_a_run_that_goes_on_is_reported(data_set: DataSet, tmp_path: Any) -> None:
    """A smaller Model Size and another Crop Size are not taken, and the log says what to do."""
    first = Trainer(data_set, MEDIUM, "run")
    events_of(first, 10)
    asked = dataclasses.replace(SETTINGS, crop_size=48)
    second = Trainer(data_set, asked, "run", state=through_a_file(first.state(), tmp_path))
    assert second.size == ModelSize.MEDIUM and second.plan.crop_size == first.plan.crop_size
    assert "It stays Medium: a network only ever grows. Start a new run for Model Size Small." in second.notes
    assert "It keeps its crop size of 32; start a new run for Crop Size 48." in second.notes
    same = Trainer(data_set, MEDIUM, "run", state=through_a_file(first.state(), tmp_path))
    assert not [note for note in same.notes if "keeps" in note or "stays" in note]
