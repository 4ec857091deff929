"""Which files a farm needs, and which folders it writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shots

from paircat.engine.errors import PairCatError
from paircat.farm.assets import Assets
from paircat.farm.submission import Submission
from paircat.nodes.script import Script

Submit = Callable[..., Submission]


def names(paths: tuple[str, ...], folder: Path) -> list[str]:
    return [str(Path(path).relative_to(folder)) for path in paths]


def test_a_training_reads_both_sides_and_writes_its_data_directory(tmp_path: Path, submit: Submit) -> None:
    """Every frame of every Read above it, by name."""
    found = Assets.of(submit("CopyCat1"))
    plates = [f"plate.{frame}.exr" for frame in shots.FRAMES]
    assert names(found.files, tmp_path / "shot") == [f"paint.{frame}.exr" for frame in shots.PAINTED] + plates
    assert names(found.folders, tmp_path / "shot") == ["runs"]


def test_a_rendering_reads_its_network(script: Script, tmp_path: Path, submit: Submit) -> None:
    """And nothing of what it was trained on; of a Read that is limited, only those frames."""
    (tmp_path / "shot" / "runs" / "warm.9.cat").write_bytes(b"a network")
    script.node("Inference1").set("modelFile", "runs/warm.9.cat")
    script.node("Read1").set("frames", "1002-1003")
    found = Assets.of(submit("Write1"))
    assert names(found.files, tmp_path / "shot") == ["plate.1002.exr", "plate.1003.exr", "runs/warm.9.cat"]
    assert names(found.folders, tmp_path / "shot") == ["out"]


def test_a_network_that_is_yet_to_be_trained_is_no_input(submit: Submit) -> None:
    """The scheduler hands it from one step to the next."""
    assert not [path for path in Assets.of(submit("CopyCat1", "Write1")).files if path.endswith(".cat")]


def test_a_missing_network_is_reported(script: Script, submit: Submit) -> None:
    """At submission, not at night."""
    script.node("Inference1").set("modelFile", "runs/gone.9.cat")
    with pytest.raises(PairCatError, match=r"Inference1 uses '.*gone.9.cat', which does not exist"):
        Assets.of(submit("Write1"))


def test_a_missing_plate_is_reported(script: Script, submit: Submit, tmp_path: Path) -> None:
    """With what its folder does hold."""
    script.node("Read2").set("file", "painted.####.exr")
    with pytest.raises(PairCatError, match=r"painted.####.exr"):
        Assets.of(submit("CopyCat1"))
