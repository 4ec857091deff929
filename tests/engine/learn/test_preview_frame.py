"""PreviewFrame: which frame is shown while training, and when."""

from __future__ import annotations

import pytest
from patterns import PatternOp
from trainings import SETTINGS

from paircat.engine.errors import DataSetError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.preview_frame import farthest_frame, preview_due
from paircat.engine.learn.trainer import Trainer
from paircat.engine.settings import TrainingSettings


def test_previews_come_early_and_then_with_the_checkpoints() -> None:
    """At the first contact sheet and whenever twice as much is done, until the first checkpoint takes over."""
    settings = TrainingSettings(image_interval=100, checkpoint_interval=1000)
    assert [step for step in range(4000) if preview_due(step, settings)] == [100, 200, 400, 800]


def test_the_frame_is_the_one_farthest_from_all_that_are_trained() -> None:
    """The hardest test there is."""
    assert farthest_frame((1, 2, 3, 4, 5, 6, 7), (1, 7)) == 4


def test_a_preview_without_frames_is_told(look_set: DataSet) -> None:
    """Before the first step, in a sentence."""
    with pytest.raises(DataSetError, match="Preview has no frames"):
        Trainer(look_set, SETTINGS, "run", preview=PatternOp(count=0))
