"""SavedState: what a run goes on from, whether it fits the pairs of now, and what the log says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import OpenImageIO as oiio
import pytest
from patterns import LookOp, PatternOp
from trainings import SETTINGS, events_of, through_a_file

from paircat.engine.errors import CheckpointError
from paircat.engine.events import CheckpointReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp


def test_a_state_of_other_channels_is_refused(look_set: DataSet, pattern: PatternOp) -> None:
    """Resuming with other channels than the run was trained with is told, not tried."""
    state = Trainer(look_set, SETTINGS, "run").state()
    red = DataSet.open(pattern, LookOp(pattern), FrameRange(()), channels_in="red")
    with pytest.raises(CheckpointError, match="trained with channels in R, G, B, but now they are R"):
        Trainer(red, SETTINGS, "run", state=state)


def test_a_cat_of_a_resumed_run_says_what_it_was_begun_with(look_set: DataSet, tmp_path: Any) -> None:
    """Loss, crop, batch, coding and start as they were chosen then, and where it was resumed; each once."""
    state, received = None, tuple[str, ...]()
    for until in (3, 5, 7):
        trainer = Trainer(look_set, SETTINGS, "run", state=state)
        saved = [event for event in events_of(trainer, until) if isinstance(event, CheckpointReady)][-1]
        received = received or trainer.notes
        state = through_a_file(trainer.state(), tmp_path)
    assert "Crop size 32." in received and any("Ground truth is a picture" in note for note in received)
    assert saved.header.notes == (*received, "Resumed at step 3.", "Resumed at step 5.")
    assert trainer.notes[0] == "Resumed at step 5." and "Crop size 32." not in trainer.notes
    del state["notes"]  # as older versions wrote it
    assert Trainer(look_set, SETTINGS, "run", state=state).notes[0] == "Resumed at step 7."


def test_other_pairs_of_a_resumed_run_are_told(pattern: PatternOp) -> None:
    """Those that it learns now stand in its log and in its .cat, behind those that it was begun with."""
    few, all_of_them = (DataSet.open(pattern, LookOp(pattern), FrameRange.parse(frames)) for frames in ("1-2", "1-4"))
    first = Trainer(few, SETTINGS, "run")
    events_of(first, 2)
    second = Trainer(all_of_them, SETTINGS, "run", state=first.state())
    assert second.notes[:2] == ("Resumed at step 2.", "4 pairs: 1-4.")
    events_of(second, 4)
    assert [note for note in second.history if "pairs: " in note] == ["2 pairs: 1-2.", "4 pairs: 1-4."]
    third = Trainer(all_of_them, SETTINGS, "run", state=second.state())
    assert not any("pairs: " in note for note in third.notes)


def test_other_files_of_a_resumed_run_are_told(tmp_path: Any) -> None:
    """Such as another version of the ground truth: with the side, and the step from which on it is learnt."""
    plate, *truths = (tmp_path / f"{name}.1.exr" for name in ("plate", "v1", "v2"))
    for number, path in enumerate((plate, *truths)):
        pixels = np.random.default_rng(number).random((40, 48, 3)).astype(np.float32)
        assert oiio.ImageBuf(pixels).write(str(path))
    first, second = (DataSet.open(ReadOp(str(plate)), ReadOp(str(path)), FrameRange(())) for path in truths)
    single = replace(SETTINGS, batch_size=1)
    trainer = Trainer(first, single, "run")
    events_of(trainer, 2)
    state = through_a_file(trainer.state(), tmp_path)
    notes = Trainer(second, single, "run", state=state).notes
    assert notes[1] == f"GroundTruth is '{truths[1]}' from step 2 on, and was '{truths[0]}'."
    assert not any(str(plate) in note for note in notes)
    del state["files"]  # as older versions wrote it
    assert not any("from step" in note for note in Trainer(second, single, "run", state=state).notes)


def test_pairs_that_became_smaller_than_the_crop_cannot_be_gone_on_with(pattern: PatternOp) -> None:
    """Crops would lie outside of them; the sentence says what they were and are."""
    whole = DataSet.open(pattern, LookOp(pattern), FrameRange(()))
    first = Trainer(whole, SETTINGS, "run")
    events_of(first, 2)
    small = PatternOp(24, 40)
    with pytest.raises(CheckpointError, match="begun with crops of 32 pixels, and its pairs are 24x40 now"):
        Trainer(DataSet.open(small, LookOp(small), FrameRange(())), SETTINGS, "run", state=first.state())
