"""InferenceOp: frames through a .cat, noticed anew when the file is replaced."""

from __future__ import annotations

import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from checkpoints import SETTINGS, train_cat
from patterns import KeyOp, LookOp, PatternOp

from paircat.engine.errors import CheckpointError, PairCatError
from paircat.engine.events import CheckpointReady, PreviewReady
from paircat.engine.learn import inference_op
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.learn.model import Model
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.channel_ops import ShuffleOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
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


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The .cat files that are loaded, one after another."""
    found: list[str] = []
    load = Model.load
    monkeypatch.setattr(Model, "load", lambda path, *given: found.append(Path(path).name) or load(path, *given))
    monkeypatch.setattr(inference_op, "_loaded", OrderedDict())
    return found


def chained(cat: Path, folder: Path, count: int) -> Op:
    op: Op = PatternOp()
    for number in range(count):
        path = folder / f"{number}.cat"
        path.write_bytes(cat.read_bytes())
        op = InferenceOp(op, str(path))
    return op


def test_each_network_of_a_recipe_is_loaded_once(cat: Path, tmp_path: Path, loads: list[str]) -> None:
    """However many there are, and whatever frames are made."""
    op = chained(cat, tmp_path, 4)
    for frame in (1, 2, 3):
        op.render(frame)
    assert sorted(loads) == ["0.cat", "1.cat", "2.cat", "3.cat"]


def test_networks_are_kept_as_far_as_there_is_room(
    cat: Path, tmp_path: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were not used for longest go, and the old one of a file that was replaced."""
    room = inference_op._weight_bytes(Model.load(cat, "cpu")) * 5 // 2
    monkeypatch.setattr(inference_op, "_WEIGHT_BYTES", room)
    chained(cat, tmp_path, 3).render(1)
    assert [Path(path).name for path, *_ in inference_op._loaded] == ["1.cat", "0.cat"]
    train_cat(tmp_path / "0.cat", seed=5, steps=2)
    InferenceOp(PatternOp(), str(tmp_path / "0.cat")).render(1)
    assert loads[1:] == ["2.cat", "1.cat", "0.cat", "0.cat"]
    assert [Path(path).name for path, *_ in inference_op._loaded] == ["1.cat", "0.cat"]


def test_a_header_is_read_once(cat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for again and again, and the file is the same."""
    op = InferenceOp(PatternOp(), str(cat))
    known = op.header(1)
    monkeypatch.setattr(inference_op, "read_header", None)
    assert op.header(2).channels == known.channels


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
