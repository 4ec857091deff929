"""Small real footage, and the command line called in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.cli.program import main


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Call = Callable[..., Answer]


@pytest.fixture
def paircat(capsys: pytest.CaptureFixture[str]) -> Call:
    """`paircat(...)` with words of any kind, which become text."""

    def call(*words: object) -> Answer:
        capsys.readouterr()
        status = main([str(word) for word in words])
        output = capsys.readouterr()
        return Answer(status, output.out, output.err)

    return call


def write_frame(path: Path, pixels: np.ndarray) -> None:
    """A float EXR, or whatever the name ends in."""
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], "float")
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(np.ascontiguousarray(pixels, np.float32)) and out.close()


@pytest.fixture
def footage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """in.0001-0004.exr, gt.0001-0004.exr, half as bright and lifted, and an empty folder `runs`; the current folder."""
    random = np.random.default_rng(1)
    for frame in range(1, 5):
        before = np.kron(random.random((6, 8, 3)), np.ones((8, 8, 1)))
        write_frame(tmp_path / f"in.{frame:04d}.exr", before)
        write_frame(tmp_path / f"gt.{frame:04d}.exr", before * 0.5 + 0.1)
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def training() -> tuple[object, ...]:
    """The words of a training on `footage` that takes a few seconds; more can follow."""
    return (
        *("train", "--input", "in.####.exr", "--groundtruth", "gt.####.exr", "--data-dir", "runs"),
        *("--model-size", "small", "--crop-size", 32, "--batch-size", 2, "--device", "cpu", "--threads", 1),
    )


@pytest.fixture
def script(footage: Path) -> Path:
    """A saved graph on `footage`: two Reads, a CopyCat, an Inference and a Write."""
    from paircat.nodes.script import Script

    made = Script()
    made.add("Read", "Read1").set("file", "in.####.exr")
    made.add("Read", "Read2").set("file", "gt.####.exr")
    for knob, value in {"dataDirectory": "runs", "modelSize": "Small", "cropSize": 32, "useGPU": False}.items():
        (made.nodes.get("CopyCat1") or made.add("CopyCat", "CopyCat1")).set(knob, value)
    made.connect("Read1", "CopyCat1", "Input")
    made.connect("Read2", "CopyCat1", "GroundTruth")
    made.add("Inference", "Inference1").set("useGPU", False)
    made.connect("Read1", "Inference1")
    made.add("Write", "Write1").set("file", "out/a.####.exr")
    made.connect("Inference1", "Write1")
    made.save(footage / "graph.pcat")
    return footage / "graph.pcat"
