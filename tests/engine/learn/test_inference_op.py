"""InferenceOp: frames through a .cat, noticed anew when the file is replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from checkpoints import SETTINGS, train_cat
from patterns import KeyOp, LookOp, PatternOp

from paircat.engine.errors import CheckpointError, PairCatError
from paircat.engine.events import CheckpointReady, PreviewReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.channel_ops import ShuffleOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.transform_ops import CropOp
from paircat.engine.runs.checkpoint import save_cat


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_cat(tmp_path_factory.mktemp("cats") / "look.3.cat")


def test_a_frame_comes_out_near_the_ground_truth(cat: Path) -> None:
    """The .cat alone carries all that applying it takes."""
    pattern = PatternOp()
    result = InferenceOp(pattern, str(cat)).render(3).pixels
    wanted = LookOp(pattern).render(3).pixels
    assert np.abs(result - wanted).mean() < np.abs(pattern.render(3).pixels - wanted).mean() / 4


def test_header_agrees_with_the_frame(cat: Path) -> None:
    """What is promised before the pixels are computed is what they have."""
    op = InferenceOp(PatternOp(channels=("R", "G", "B", "Z")), str(cat))
    assert op.header(1) == op.render(1).header
    cropped = InferenceOp(CropOp(PatternOp(), 5, 3, 20, 11), str(cat))
    assert cropped.header(1) == cropped.render(1).header


def test_header_of_a_grey_matte_agrees_with_the_frame(tmp_path: Path) -> None:
    """It is the picture's alpha in both."""
    pattern = PatternOp()
    grey = ShuffleOp(KeyOp(pattern), (("Y", "A"),), keep="")
    path = tmp_path / "key.3.cat"
    trainer = Trainer(DataSet.open(pattern, grey, FrameRange(())), SETTINGS, "key", preview=pattern)
    for event in trainer.run():
        if isinstance(event, CheckpointReady):
            save_cat(path, event.header, event.weights)
        if isinstance(event, PreviewReady):
            assert event.image.header.channels == ("Y",)
    op = InferenceOp(pattern, str(path))
    assert op.header(1) == op.render(1).header
    assert op.header(1).channels == ("R", "G", "B", "A")


def test_a_replaced_file_changes_the_key_and_the_frame(cat: Path, tmp_path: Path) -> None:
    """A .cat that is written anew is loaded anew, and cached frames of the old one miss."""
    path = tmp_path / "look.cat"
    path.write_bytes(cat.read_bytes())
    op = InferenceOp(PatternOp(), str(path))
    key, before = op.frame_key(1), op.render(1).pixels
    train_cat(path, seed=5, steps=6)
    assert op.frame_key(1) != key
    assert not np.array_equal(op.render(1).pixels, before)


def test_mistakes_name_the_frame_and_the_file(cat: Path, tmp_path: Path) -> None:
    """A missing channel or file is one sentence that says where."""
    with pytest.raises(PairCatError, match=r"^Frame 2 cannot go through 'look\.3\.cat': .*no B.*\w\.$"):
        InferenceOp(PatternOp(channels=("R", "G")), str(cat)).render(2)
    with pytest.raises(CheckpointError, match=r"gone\.cat"):
        InferenceOp(PatternOp(), str(tmp_path / "gone.cat")).render(1)


def test_declaring_the_op_does_not_load_torch() -> None:
    """The window and quick commands can name the op without the seconds that torch takes."""
    code = "import sys, paircat.engine.learn.inference_op; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
