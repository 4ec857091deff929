"""Applying a network, rendering a Write, and reading what a .cat says."""

import json
import shutil
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
import torch

from paircat.engine.learn.pretrained_weights import FOLDER


@pytest.fixture
def cat(paircat, footage: Path, training: tuple[object, ...]) -> Path:
    """A network that was trained for a few steps."""
    assert paircat(*training, "--steps", 8, "--name", "look").status == 0
    return footage / "runs" / "look.8.cat"


def pixels(path: Path) -> np.ndarray:
    return oiio.ImageBuf(str(path)).get_pixels("float")


def test_files_and_script_make_the_same_pictures(paircat, cat: Path, script: Path) -> None:
    """`infer` on files, `infer` on a script and `render` of its Write are one and the same."""
    one = paircat("infer", "--model", cat, "--input", "in.####.exr", "--output", "a/o.####.exr", "--device", "cpu")
    assert (one.status, one.err) == (0, "")
    words = ("infer", script, "-X", "Inference1", "--model", "runs/look.8.cat", "--output", "b/o.####.exr")
    assert paircat(*words, "--threads", 1).status == 0
    for frame in range(1, 5):
        first, second = (pixels(script.parent / folder / f"o.{frame:04d}.exr") for folder in "ab")
        assert np.array_equal(first, second)
        assert not np.array_equal(first, pixels(script.parent / f"in.{frame:04d}.exr"))


def test_a_write_is_rendered(paircat, cat: Path, script: Path) -> None:
    """Only the frames that were asked for, and a line for each."""
    from paircat.nodes.script import Script

    loaded = Script.load(script)
    loaded.node("Inference1").set("modelFile", "runs/look.8.cat")
    loaded.save()
    answer = paircat("render", script, "-X", "Write1", "--frames", "2-3", "--device", "cpu")
    assert (answer.status, answer.err) == (0, "")
    assert [line for line in answer.out.splitlines() if line.startswith("[")] == ["[Frame:1/2] 2", "[Frame:2/2] 3"]
    assert sorted(path.name for path in (script.parent / "out").iterdir()) == ["a.0002.exr", "a.0003.exr"]


def test_rendering_as_json(paircat, cat: Path, footage: Path) -> None:
    """One object a frame, and one at the end."""
    words = ("infer", "--model", cat, "--input", "in.####.exr", "--output", "a/o.####.exr", "--frames", "1,4", "--json")
    events = [json.loads(line) for line in paircat(*words).out.splitlines()]
    assert [(event["event"], event.get("frame")) for event in events] == [
        ("FrameWritten", 1),
        ("FrameWritten", 4),
        ("Finished", None),
    ]
    assert events[-1]["frames"] == "1,4"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--model", "none.cat", "--input", "in.####.exr", "--output", "o.####.exr"], "none.cat"),
        (["--model", "in.0001.exr", "--input", "in.####.exr", "--output", "o.####.exr"], "not a PairCat .cat"),
        (["graph.pcat", "--model", "in.0001.exr", "--frames", "1-99999999999"], "'1-99999999999' is too long"),
        (["graph.pcat", "--missing", "ignore"], "--missing cannot be 'ignore'; it must be one of error, hold, black"),
        (["--input", "in.####.exr", "--output", "o.####.exr"], "Inference needs a script"),
        (["graph.pcat", "--input", "in.####.exr"], "either a script or --input"),
        (["graph.pcat", "-X", "Write1"], "is a Write, not an Inference"),
        (["graph.pcat", "--model", "none.cat", "--frames", "9"], "9"),
        (["graph.pcat", "--set", "tilesize=4"], "An Inference has no knob 'tilesize'"),
        (["graph.pcat", "--tile-size", "77"], "--tile-size cannot be '77'; it must be one of Automatic, None, 1024"),
        (["graph.pcat", "--set", "tileSize=77"], "Inference1: The knob 'tileSize' cannot be '77'"),
        (["graph.pcat", "--data-type", "int3"], "--data-type cannot be 'int3'; it must be one of auto, uint8"),
        (["graph.pcat", "--threads", "many"], "--threads: 'many' is not a whole number; see 'paircat infer --help'"),
    ],
)
def test_a_mistake_is_one_sentence(paircat, script: Path, words: list[str], sentence: str) -> None:
    """Status 2, and a line that names what is wrong."""
    answer = paircat("infer", *words)
    assert answer.status == 2
    assert sentence in answer.err
    assert "was not written" not in answer.err
    assert answer.err.count("\n") == 1


def test_frames_without_a_file_can_be_held(paircat, cat: Path, footage: Path) -> None:
    """As the Read node's knob has it; one frame is counted as one."""
    (footage / "in.0003.exr").unlink()
    words = ("infer", "--model", cat, "--input", "in.####.exr", "--output", "a/o.####.exr", "--frames", "3")
    assert "Frame 3 of" in paircat(*words).err
    answer = paircat(*words, "--missing", "hold")
    assert (answer.status, answer.err) == (0, "")
    assert "Wrote 1 frame to " in answer.out and (footage / "a" / "o.0003.exr").exists()


def test_holes_that_nobody_asked_for_are_reported(paircat, cat: Path, footage: Path) -> None:
    """One line on stderr; frames that were named, and holes that are filled, need none."""
    for number in (6, 7, 11):
        shutil.copy(footage / "in.0001.exr", footage / f"in.{number:04d}.exr")
    words = ("infer", "--model", cat, "--input", "in.####.exr", "--output", "a/o.####.exr", "--threads", 1)
    answer = paircat(*words)
    assert answer.status == 0
    assert answer.err.startswith("There are no frames 5,8-10 to work on, so they are left out;")
    assert answer.err.count("\n") == 1 and "Wrote 7 frames" in answer.out
    assert answer.out.rstrip().endswith("; 5,8-10 are missing from the input and were not written.")
    assert json.loads(paircat(*words, "--json").out.splitlines()[-1])["missing"] == "5,8-10"
    for more in (("--frames", "1,4"), ("--missing", "hold", "--skip-existing")):
        answer = paircat(*words, *more)
        assert answer.err == "" and "missing" not in answer.out


def test_a_matte_is_not_worked_out_for_a_file_without_a_place_for_it(paircat, footage: Path) -> None:
    """The plate alone would be written; whoever chooses the channels knows it."""
    words = ("infer", "--model", FOLDER / "human_matting_small.cat", "--input", "in.####.exr", "--frames", 1)
    answer = paircat(*words, "--output", "m/o.####.jpg")
    assert answer.status == 2 and "without A, which is all" in answer.err and not (footage / "m").exists()
    for output, more in (("m/o.####.png", ()), ("m/o.####.jpg", ("--channels", "rgb"))):
        assert paircat(*words, "--output", output, *more).status == 0


def test_a_cat_says_what_it_is(paircat, cat: Path) -> None:
    """Run, steps, channels and versions, for people and as JSON."""
    answer = paircat("info", cat)
    assert answer.status == 0
    for words in ("look", "8 of 8", "R, G, B", "Small"):
        assert words in answer.out
    header = json.loads(paircat("info", cat, "--json").out, parse_constant=lambda name: 1 / 0)
    assert (header["run"], header["step"], header["channels_in"]) == ("look", 8, ["R", "G", "B"])


def test_info_of_something_else_is_a_mistake(paircat, footage: Path) -> None:
    """The sentence says what the file is not."""
    (footage / "torn.cat").write_bytes(b"")
    assert "zero bytes" in paircat("info", "torn.cat").err
    assert paircat("info", "in.0001.exr").status == 2


@pytest.mark.parametrize("command", ["infer", "render"])
def test_variables_of_a_training_suit_a_rendering(paircat, cat: Path, script: Path, monkeypatch, command: str) -> None:
    """A machine that is set up for training renders as well: with any threads, and on the first of several cards."""
    words: tuple[object, ...] = ("render", script, "-X", "Write1", "--frames", 2)
    if command == "infer":
        words = ("infer", "--model", cat, "--input", "in.####.exr", "--output", "a/o.####.exr", "--frames", 2)
    else:
        from paircat.nodes.script import Script

        loaded = Script.load(script)
        loaded.node("Inference1").set("modelFile", "runs/look.8.cat")
        loaded.save()
    monkeypatch.setenv("PAIRCAT_THREADS", "auto")
    assert paircat(*words).status == 0
    answer = paircat(*words, "--threads", "many")
    assert answer.status == 2 and "'many' is not a whole number" in answer.err
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("PAIRCAT_DEVICE", "cuda:all")
    answer = paircat(*words)
    assert answer.status == 2 and "The GPUs 'cuda:all' are not available: 0 CUDA devices here" in answer.err
    monkeypatch.setattr("paircat.engine.learn.devices.devices", lambda wanted: ("cpu", wanted))  # a machine with cards
    assert paircat(*words).status == 0
