"""A renderer's EXRs through Read, Inference and Write: only the trained channels change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from paircat.cli.program import main
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import read_image, write_image
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import Attribute
from paircat.nodes.script import Script

FORMAT = Box(0, 0, 64, 48)
CHANNELS = ("R", "G", "B", "A", "Z", "diffuse.R", "diffuse.G", "diffuse.B", "mask.id")
TYPES = ("half", "half", "half", "half", "float", "half", "half", "half", "float")
FRAMES = range(1001, 1007)


@dataclass(frozen=True)
class Shot:
    """The files of a shot, before and after the work that is to be learnt."""

    folder: Path

    def window(self, frame: int) -> Box:
        """Moves from overscan at the left to well inside the format."""
        step = frame - 1001
        return Box(-6 + 4 * step, -4 + 3 * step, 60 - 3 * step, 50 - 2 * step)

    def render(self) -> None:
        random = np.random.default_rng(4)
        for frame in FRAMES:
            window = self.window(frame)
            header = Header(
                CHANNELS, window, FORMAT, 2.0, TYPES,
                {"compression": "piz", "shot": "ab_010", "smpte:TimeCode": Attribute("timecode", (frame, 0))},
            )  # fmt: skip
            pixels = random.normal(0.4, 0.8, (window.height, window.width, len(CHANNELS))).astype(np.float16)
            image = Image(header, pixels.astype(np.float32))
            write_image(self.folder / f"plate.{frame}.exr", image)
            if frame in (1001, 1003, 1006):
                warm = image.pixels.copy()
                warm[:, :, :3] *= np.array([1.5, 1.0, 0.5], np.float32)
                write_image(self.folder / f"paint.{frame}.exr", image.with_pixels(warm))


@pytest.fixture
def shot(tmp_path: Path) -> Shot:
    shot = Shot(tmp_path)
    shot.render()
    return shot


def test_only_the_trained_channels_change(shot: Shot) -> None:
    """Layers, types, windows, pixel aspect and attributes of every frame are as they were; the colours are not."""
    folder = shot.folder
    (folder / "runs").mkdir()
    train = ["train", "--input", f"{folder}/plate.####.exr", "--groundtruth", f"{folder}/paint.####.exr"]
    train += ["--channels-in", "rgb", "--channels-out", "rgb", "--data-dir", f"{folder}/runs", "--name", "warm"]
    assert main([*train, "--steps", "30", "--model-size", "small", "--crop-size", "32", "--threads", "1"]) == 0
    script = Script(folder / "shot.pcat")
    script.add("Read", "Read1").set("file", "plate.####.exr")
    script.add("Inference", "Inference1").set("modelFile", "runs/warm.30.cat")
    script.add("Write", "Write1").set("file", "out/warm.####.exr")
    script.connect("Read1", "Inference1")
    script.connect("Inference1", "Write1")
    script.save()
    assert main(["render", str(script.path), "-X", "Write1"]) == 0
    for frame in FRAMES:
        before, after = read_image(folder / f"plate.{frame}.exr"), read_image(folder / f"out/warm.{frame}.exr")
        assert replace(after.header, metadata={}) == replace(before.header, metadata={})
        for name in ("compression", "shot", "smpte:TimeCode"):
            assert after.header.metadata[name] == before.header.metadata[name], name
        kept = [name for name in CHANNELS if name not in "RGB"]
        np.testing.assert_array_equal(after.select(kept), before.select(kept))
        wanted = before.select(("R", "G", "B")) * np.array([1.5, 1.0, 0.5], np.float32)
        error = np.abs(after.select(("R", "G", "B")) - wanted).mean()
        assert error < np.abs(before.select(("R", "G", "B")) - wanted).mean() / 2
