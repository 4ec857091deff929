"""Trainer: learns, tells what happens, and goes on after an interruption as if there had been none."""

from __future__ import annotations

import base64
import dataclasses
import gc
import io
import math
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import PIL.Image
import pytest
import torch
from patterns import LookOp, PatternOp, PowerOp
from trainings import SETTINGS, events_of, losses_of, through_a_file

from paircat.engine.errors import CheckpointError, DataSetError, FrameError, PairCatError, RunError
from paircat.engine.events import (
    CheckpointReady,
    Event,
    Finished,
    Grown,
    Notice,
    PreviewReady,
    SheetReady,
    StageChanged,
    Started,
    StepDone,
)
from paircat.engine.learn.compact_pixels import PixelFile
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.preview_frame import farthest_frame
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.settings import InitialWeights, ModelSize

WRITE = PixelFile.write


@pytest.fixture
def unbroken(look_set: DataSet) -> tuple[dict[int, float], dict[str, torch.Tensor]]:
    trainer = Trainer(look_set, SETTINGS, "run")
    return losses_of(events_of(trainer)), trainer.average.state_dict()


@pytest.mark.parametrize("stop_after", [1, 3, 4, 11])
def test_a_stopped_and_resumed_run_equals_the_unbroken_one(
    stop_after: int, look_set: DataSet, unbroken: tuple[dict[int, float], dict[str, torch.Tensor]], tmp_path: Any
) -> None:
    """Stopped after any step and resumed from its saved state, weights and losses are the same bit for bit."""
    first = Trainer(look_set, SETTINGS, "run")
    losses = losses_of(events_of(first, stop_after))
    second = Trainer(look_set, SETTINGS, "run", state=through_a_file(first.state(), tmp_path))
    losses |= losses_of(events_of(second))
    assert losses == unbroken[0]
    for name, weight in second.average.state_dict().items():
        assert torch.equal(weight, unbroken[1][name]), name


def test_another_seed_gives_other_losses(look_set: DataSet, unbroken: tuple[dict[int, float], Any]) -> None:
    """The seed decides crops and first weights."""
    assert losses_of(events_of(Trainer(look_set, SETTINGS, "run"))) == unbroken[0]
    other = dataclasses.replace(SETTINGS, seed=1)
    assert losses_of(events_of(Trainer(look_set, other, "run"))) != unbroken[0]


def test_more_epochs_go_on_from_where_the_run_ended(look_set: DataSet, tmp_path: Any) -> None:
    """A finished run that is resumed with more steps continues to count, to average and to learn."""
    first = Trainer(look_set, SETTINGS, "run")
    events_of(first)
    longer = dataclasses.replace(SETTINGS, steps=20)
    events = events_of(Trainer(look_set, longer, "run", state=through_a_file(first.state(), tmp_path)))
    assert list(losses_of(events)) == list(range(13, 21))
    assert not [event for event in events if isinstance(event, StageChanged)]


def test_total_steps_follow_epochs_pairs_and_batch(look_set: DataSet) -> None:
    """floor(epochs x pairs / batch size): 5 x 4 / 3 is 6."""
    settings = dataclasses.replace(SETTINGS, steps=0, epochs=5, batch_size=3)
    assert Trainer(look_set, settings, "run").total_steps == 6


def test_events_come_at_their_intervals_and_at_the_end(look_set: DataSet, pattern: PatternOp) -> None:
    """Sheets every 5 steps, checkpoint and preview every 4; a last one of each before Finished."""
    settings = dataclasses.replace(SETTINGS, steps=11)
    events = events_of(Trainer(look_set, settings, "run", preview=pattern))
    assert isinstance(events[0], Started)
    assert events[-1] == Finished(11, "done")
    assert [event.step for event in events if isinstance(event, SheetReady)] == [5, 10, 11]
    previews = [event for event in events if isinstance(event, PreviewReady)]
    assert [event.step for event in previews] == [4, 8, 11]
    assert {event.frame for event in previews} == {farthest_frame(pattern.frame_range().frames, look_set.frames.frames)}
    assert [event.step for event in events if isinstance(event, CheckpointReady)] == [4, 8, 11]


def test_it_learns_a_look(look_set: DataSet) -> None:
    """A grade is learnt from four pairs: the error falls far below that of doing nothing."""
    trainer = Trainer(look_set, dataclasses.replace(SETTINGS, steps=40), "run")
    events_of(trainer)
    pair = look_set.load(2)
    before = np.abs(pair.input - pair.ground_truth).mean()
    after = np.abs(trainer.model().apply(pair.input) - pair.ground_truth).mean()
    assert after < before / 20


def test_the_preview_of_a_matte_is_the_matte(matte_set: DataSet) -> None:
    """And not the plate, which comes back from the network as it was."""
    trainer = Trainer(matte_set, dataclasses.replace(SETTINGS, steps=2), "run", preview=matte_set.input)
    (shown,) = [event.image for event in events_of(trainer) if isinstance(event, PreviewReady)]
    assert shown.header.channels == matte_set.channels_out


def test_the_first_preview_does_not_wait_for_a_checkpoint(look_set: DataSet, pattern: PatternOp) -> None:
    """It comes with the first contact sheet."""
    settings = dataclasses.replace(SETTINGS, steps=12, image_interval=2, checkpoint_interval=12)
    events = events_of(Trainer(look_set, settings, "run", preview=pattern))
    assert [event.step for event in events if isinstance(event, PreviewReady)] == [2, 4, 8, 12]


def test_it_learns_a_matte(matte_set: DataSet) -> None:
    """RGB in, alpha out: the loss for mattes is chosen, said, and finds the figure."""
    trainer = Trainer(matte_set, dataclasses.replace(SETTINGS, steps=60), "run")
    assert any("matte" in note for note in trainer.notes)
    events_of(trainer)
    pair = matte_set.load(1)
    found = trainer.model().apply(pair.input) > 0.5
    wanted = pair.ground_truth > 0.5
    assert (found & wanted).sum() / (found | wanted).sum() > 0.8


@pytest.mark.parametrize(("look", "coding"), [(LookOp, "light"), (PowerOp, "log")])
def test_scene_linear_values_are_learnt_with_their_sign(look: type[Op], coding: str) -> None:
    """Highlights and negatives train without being clamped, coded with the signed log where a matrix is not enough."""
    bright = PatternOp(high=8.0)
    data_set = DataSet.open(bright, look(bright), FrameRange(()))
    trainer = Trainer(data_set, dataclasses.replace(SETTINGS, steps=30), "run")
    assert trainer.plan.encoding_in.kinds == (coding,) * 3
    events_of(trainer)
    result = trainer.model().apply(np.full((32, 32, 3), -0.5, np.float32))
    assert (result < 0).all()


def test_resolution_rises_and_ends_at_full() -> None:
    """Multi-resolution training goes from a quarter over a half to full resolution, and never back."""
    large = PatternOp(width=160, height=144)
    data_set = DataSet.open(large, LookOp(large), FrameRange(()))
    settings = dataclasses.replace(SETTINGS, steps=20, crop_size=128, batch_size=1)
    changes = [
        event.scale for event in events_of(Trainer(data_set, settings, "run")) if isinstance(event, StageChanged)
    ]
    assert changes == [4, 2, 1]
    single = dataclasses.replace(settings, steps=2, multi_resolution=False)
    changes = [event.scale for event in events_of(Trainer(data_set, single, "run")) if isinstance(event, StageChanged)]
    assert changes == [1]


def test_a_time_limit_ends_the_run(look_set: DataSet) -> None:
    """With minutes alone the run ends by time and says so."""
    settings = dataclasses.replace(SETTINGS, steps=0, minutes=1 / 600)
    events = events_of(Trainer(look_set, settings, "run"))
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "minutes"
    assert isinstance(events[0], Started)
    assert events[0].total_steps == 0


def test_a_run_of_minutes_goes_on_with_what_is_left_of_them(look_set: DataSet, tmp_path: Any) -> None:
    """With its time go rates, stages and the moment to grow; when all of it is used, the run is at its end."""
    settings = dataclasses.replace(SETTINGS, steps=0, minutes=10, model_size=ModelSize.MEDIUM)
    first = Trainer(look_set, settings, "run")
    events_of(first, 3)
    first.progress.seconds = 360.0
    second = Trainer(look_set, settings, "run", state=through_a_file(first.state(), tmp_path))
    events = events_of(second, 5)
    assert isinstance(events[0], Started) and events[0].seconds_left == pytest.approx(240)
    assert "Goes on with what is left of its 10 minutes: 4.0." in events[0].notes
    assert [event.step for event in events if isinstance(event, Grown)] == [3]
    second.progress.seconds = 600.0
    state = second.state()
    del state["timed_from"]  # as older versions wrote it
    third = Trainer(look_set, settings, "run", state=through_a_file(state, tmp_path))
    assert [type(event) for event in events_of(third)] == [Started, Finished]


def test_minutes_that_are_new_count_from_where_a_run_goes_on(look_set: DataSet, tmp_path: Any) -> None:
    """All of them are left then, whatever was trained before, and they go on from there when it is resumed again."""
    first = Trainer(look_set, SETTINGS, "run")
    events_of(first, 3)
    first.progress.seconds = 360.0
    timed = dataclasses.replace(SETTINGS, steps=0, minutes=10)
    second = Trainer(look_set, timed, "run", state=through_a_file(first.state(), tmp_path), timed_from=None)
    events = events_of(second, 5)
    assert isinstance(events[0], Started) and events[0].seconds_left == 600
    assert "Its 10 minutes count from here." in events[0].notes
    assert second.state()["timed_from"] == 360
    second.progress.seconds = 660.0
    state = through_a_file(second.state(), tmp_path)
    third = Trainer(look_set, timed, "run", state=state, timed_from=second.limit.since)
    assert "Goes on with what is left of its 10 minutes: 5.0." in third.notes


def test_an_exploding_loss_ends_with_a_sentence(look_set: DataSet) -> None:
    """A loss that is no number is told with the step and the remedy."""
    trainer = Trainer(look_set, SETTINGS, "run")
    with torch.no_grad():
        trainer.network.colour.weight.fill_(math.nan)
    with pytest.raises(Exception, match="stopped being a number at step 1; lower the learning rate"):
        events_of(trainer)


def test_a_pair_that_cannot_be_read_ends_the_run_with_its_sentence(pattern: PatternOp) -> None:
    """A NaN in a pair surfaces as the data set's own sentence."""
    data_set = DataSet.open(PatternOp(bad_frame=3), pattern, FrameRange(()))
    with pytest.raises(DataSetError, match="NaN or Inf values at frame 3"):
        Trainer(data_set, SETTINGS, "run")


@pytest.mark.parametrize("megabytes", [(0, 0), (0, 64)])
def test_where_pairs_are_kept_changes_no_loss(
    megabytes: tuple[int, int],
    look_set: DataSet,
    unbroken: tuple[dict[int, float], Any],
    tmp_path: Any,
    monkeypatch: Any,
) -> None:
    """Decoded each time, or mapped from the disk: the losses are those of pairs in memory."""
    monkeypatch.setenv("PAIRCAT_CACHE", str(tmp_path))
    settings = dataclasses.replace(SETTINGS, cache_megabytes=megabytes[0], disk_cache_megabytes=megabytes[1])
    trainer = Trainer(look_set, settings, "run")
    assert losses_of(events_of(trainer)) == unbroken[0]
    assert trainer.store.memory_bytes == 0
    assert (trainer.store.decoded == len(look_set)) is (megabytes[1] > 0)
    assert not list(tmp_path.iterdir()), "maps do not stay behind"


def test_a_cache_folder_that_cannot_be_written_is_reported_once(
    look_set: DataSet, tmp_path: Any, monkeypatch: Any
) -> None:
    """Training goes on, and decodes its pairs whenever it needs them."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("PAIRCAT_CACHE", str(tmp_path / "file" / "cache"))
    events = events_of(Trainer(look_set, dataclasses.replace(SETTINGS, cache_megabytes=0), "run"))
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "PAIRCAT_CACHE" in notice.text
    assert events[-1] == Finished(12, "done")


def test_the_cat_carries_a_small_picture(look_set: DataSet) -> None:
    """Input, ground truth and output of a crop, as a PNG that any tool can show."""
    events = events_of(Trainer(look_set, dataclasses.replace(SETTINGS, steps=1), "run"))
    (checkpoint,) = [event for event in events if isinstance(event, CheckpointReady)]
    picture = PIL.Image.open(io.BytesIO(base64.b64decode(checkpoint.header.picture)))
    assert picture.format == "PNG"
    assert 64 < picture.width <= 240
    assert len(picture.getcolors(1 << 16) or ()) > 8


def test_the_preview_shows_the_frame_farthest_from_the_trained_ones() -> None:
    """Between 1 and 50 with 1, 20, 50 trained, 35 is the hardest."""
    assert farthest_frame(tuple(range(1, 51)), (1, 20, 50)) == 35


@dataclasses.dataclass(frozen=True)
class GoneOp(LookOp):
    """A recipe whose drive goes away after so many frames."""

    reads: int = 0
    count: ClassVar[dict[str, int]] = {"left": 0}

    def compute(self, frame: int, render: Any) -> Any:
        GoneOp.count["left"] -= 1
        if GoneOp.count["left"] < 0:
            raise FrameError(f"'gt.{frame}.exr' cannot be read: the drive is gone.")
        return super().compute(frame, render)


def test_a_preview_that_fails_costs_no_checkpoint(look_set: DataSet, pattern: PatternOp) -> None:
    """The checkpoint comes first, and a preview that cannot be read is told while training goes on."""
    GoneOp.count["left"] = 1
    events = events_of(Trainer(look_set, SETTINGS, "run", preview=GoneOp(pattern)))
    assert [event.step for event in events if isinstance(event, CheckpointReady)] == [4, 8, 12]
    assert [event.step for event in events if isinstance(event, PreviewReady)] == [4]
    assert [event.text for event in events if isinstance(event, Notice)] == [
        f"No preview of step {step}: 'gt.1.exr' cannot be read: the drive is gone." for step in (8, 12)
    ]
    assert isinstance(events[-1], Finished)


def test_mistakes_in_preview_and_view_are_reported_before_the_first_step(look_set: DataSet) -> None:
    """A preview without the trained channels, or an unknown view, does not wait for the first checkpoint."""
    with pytest.raises(DataSetError, match="Preview has no channel G, B at frame"):
        Trainer(look_set, SETTINGS, "run", preview=PatternOp(channels=("R",)))
    with pytest.raises(PairCatError, match="foo"):
        Trainer(look_set, dataclasses.replace(SETTINGS, view_transform="foo"), "run")


def test_pairs_that_go_away_cost_nothing_that_was_learnt(pattern: PatternOp) -> None:
    """Where pairs are decoded again for each step and their drive goes, the run saves itself before it ends."""
    data_set = DataSet.open(pattern, GoneOp(pattern), FrameRange(()))
    GoneOp.count["left"] = 25
    settings = dataclasses.replace(SETTINGS, cache_megabytes=0, disk_cache_megabytes=0, checkpoint_interval=1000)
    events: list[Event] = []
    with pytest.raises(FrameError, match="the drive is gone"):
        collect(Trainer(data_set, settings, "run"), events)
    steps = [event.step for event in events if isinstance(event, StepDone)]
    assert steps
    assert isinstance(events[-1], CheckpointReady)
    assert events[-1].step == steps[-1]
    assert events[-1].state["step"] == steps[-1]


def collect(trainer: Trainer, events: list[Event]) -> None:
    """Add event by event, so that those before a failure are kept."""
    for event in trainer.run():
        events.append(event)


def test_stopped_before_the_first_step_it_saves_nothing(look_set: DataSet) -> None:
    """There is nothing learnt to keep, and no checkpoint of step 0 that looks like one."""
    events = events_of(Trainer(look_set, SETTINGS, "run"), stop_after=0)
    assert [type(event) for event in events] == [Started, Finished]


def test_resumed_at_its_end_it_ends_and_resumed_for_less_it_says_so(look_set: DataSet, tmp_path: Any) -> None:
    """A finished run has nothing to do; one that is asked for fewer steps than it has done is told."""
    first = Trainer(look_set, SETTINGS, "run")
    events_of(first)
    state = through_a_file(first.state(), tmp_path)
    again = events_of(Trainer(look_set, SETTINGS, "run", state=state))
    assert [type(event) for event in again] == [Started, Finished]
    with pytest.raises(RunError, match="has done 12 steps already, more than the 5 asked for"):
        Trainer(look_set, dataclasses.replace(SETTINGS, steps=5), "run", state=state)


def test_threads_are_as_they_were_when_a_run_ends(look_set: DataSet) -> None:
    torch.set_num_threads(2)
    trainer, used = Trainer(look_set, SETTINGS, "run"), []
    for event in trainer.run():
        used.append(torch.get_num_threads())
        if isinstance(event, StageChanged):
            trainer.threads.count = 1
    assert 1 in used
    assert torch.get_num_threads() == 2


def test_a_number_of_threads_that_was_asked_for_is_kept(look_set: DataSet) -> None:
    torch.set_num_threads(2)
    for threads, kept in ((2, 2), (0, 1)):
        trainer = Trainer(look_set, dataclasses.replace(SETTINGS, threads=threads), "run")
        for event in trainer.run():
            if isinstance(event, Finished):
                for _ in range(3):
                    trainer.threads.took(1.0, "slow")
                assert trainer.threads.count == kept


def test_it_says_which_pairs_it_trains(look_set: DataSet) -> None:
    """The frames of the pairs stand in the notes, so that a missing one is seen."""
    assert "4 pairs: 1-4." in Trainer(look_set, SETTINGS, "run").notes


def test_a_run_that_cannot_begin_leaves_no_decoded_pairs(
    look_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were written to the cache folder until then go with it."""
    monkeypatch.setenv("PAIRCAT_CACHE", str(tmp_path))
    written = []
    monkeypatch.setattr(PixelFile, "write", lambda *args: (written.append(args), WRITE(*args))[1])
    gone = dataclasses.replace(
        SETTINGS, cache_megabytes=0, initial_weights=InitialWeights.CHECKPOINT, checkpoint_file="gone.cat"
    )
    with pytest.raises(CheckpointError, match=r"gone\.cat"):
        Trainer(look_set, gone, "run")
    gc.collect()
    assert written and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("longest", "saved"), [(0.0, [1, 2, 3, 4]), (3600.0, [4])])
def test_what_was_learnt_long_ago_is_saved(
    look_set: DataSet, monkeypatch: pytest.MonkeyPatch, longest: float, saved: list[int]
) -> None:
    """A thousand steps may be an hour, which a crash before the first checkpoint would take."""
    monkeypatch.setattr("paircat.engine.learn.trainer.LONGEST_UNSAVED", longest)
    settings = dataclasses.replace(SETTINGS, steps=4, checkpoint_interval=1000)
    events = events_of(Trainer(look_set, settings, "run"))
    assert [event.step for event in events if isinstance(event, CheckpointReady)] == saved
