"""Batch shape: crop and batch size by what is asked for, the frames and the memory."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from patterns import LookOp, PatternOp
from trainings import SETTINGS

from paircat.engine.errors import DataSetError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange


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


def test_a_batch_that_cannot_fit_into_memory_is_refused_before_it_is_tried(monkeypatch: Any) -> None:
    """The need is told before the machine starts to swap, with what to lower."""
    large = PatternOp(width=512, height=512)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=100 << 20))
    data_set = DataSet.open(large, LookOp(large), FrameRange(()))
    settings = dataclasses.replace(SETTINGS, crop_size=512, batch_size=4)
    with pytest.raises(DataSetError, match=r"about 0\.7 GiB .* 4 crops of 512 .* 0\.1 GiB free\. Lower the batch size"):
        Trainer(data_set, settings, "run")
    assert Trainer(data_set, dataclasses.replace(settings, batch_size=0), "run").plan.batch_size == 1
