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


@pytest.mark.parametrize(("frames", "missing"), [("2000-2010", "2000-2010"), ("1007-1009", "1009")])
def test_frames_that_cannot_be_rendered_are_refused(script: Script, submit: Submit, frames: str, missing: str) -> None:
    """None of them or some; the sentence names the node, the frames that were asked for, and those that are there."""
    sentence = rf"Write1 cannot render {frames}: Frames? {missing} of '.*plate.####.exr' do(es)? not .* are 1001-1008"
    with pytest.raises(PairCatError, match=sentence):
        Assets.of(submit("CopyCat1", "Write1", frames=frames))
    script.node("Write1").set("frames", frames)
    with pytest.raises(PairCatError, match=sentence):
        Assets.of(submit("CopyCat1", "Write1"))


@pytest.mark.parametrize("policy", ["hold", "black"])
def test_frames_that_a_read_makes_up_can_be_rendered(script: Script, submit: Submit, policy: str) -> None:
    """Any that are asked for; so can those of a still."""
    script.node("Read1").set("missing", policy)
    assert Assets.of(submit("CopyCat1", "Write1", frames="2000-2010"))
    script.node("Read1").set("missing", "error")
    script.add("FrameHold", "FrameHold1").set("firstFrame", 1003)
    script.connect("Read1", "FrameHold1")
    script.connect("FrameHold1", "Inference1")
    assert Assets.of(submit("CopyCat1", "Write1", frames="2000-2010"))


def test_every_file_behind_a_frame_has_to_be_there(script: Script, submit: Submit) -> None:
    """Of a Merge both sides, by the numbers that the files have; beyond appended clips there is nothing."""
    script.add("Merge", "Merge1")
    script.add("TimeOffset", "TimeOffset1").set("offset", -1000)
    for source, target, slot in (("Inference1", "TimeOffset1", ""), ("Read2", "Merge1", "A"), ("Read1", "Merge1", "B")):
        script.connect(source, target, slot or script.node(target).slots()[0].name)
    script.connect("Merge1", "Inference1")
    script.connect("TimeOffset1", "Write1")
    assert Assets.of(submit("CopyCat1", "Write1", frames="1,4"))
    with pytest.raises(
        PairCatError, match=r"cannot render 1-4: Frames 1002-1003 of '.*paint.*' do not exist; there are"
    ):
        Assets.of(submit("CopyCat1", "Write1", frames="1-4"))
    clips = script.add("AppendClip", "AppendClip1")
    script.connect("Read1", clips.name, clips.slots()[0].name)
    script.connect(clips.name, "Write1")
    with pytest.raises(PairCatError, match=r"Write1 cannot render 8-9: Frame 9 is outside of the appended clips"):
        Assets.of(submit("Write1", frames="8-9"))
