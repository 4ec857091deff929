"""Real frames on disk, and a script beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image
from paircat.nodes.script import Script


def write_plate(folder: Path, name: str, frames: range, channels: tuple[str, ...] = ("R", "G", "B")) -> None:
    """Half-float EXR frames of 32x24 pixels; each frame's pixels hold its number."""
    window = Box(0, 0, 32, 24)
    for frame in frames:
        pixels = np.full((24, 32, len(channels)), frame, np.float32)
        write_image(folder / f"{name}.{frame:04d}.exr", Image(Header(channels, window, window), pixels))


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Read1 (before.1-9) and Read2 (after.3-12) -> CopyCat1, in a script that stands beside the frames."""
    write_plate(tmp_path, "before", range(1, 10))
    write_plate(tmp_path, "after", range(3, 13), ("A",))
    made = Script(tmp_path / "shot.pcat")
    made.add("Read").set("file", "before.####.exr")
    made.add("Read").set("file", "after.####.exr")
    made.add("CopyCat").set("dataDirectory", "training")
    made.connect("Read1", "CopyCat1", "Input")
    made.connect("Read2", "CopyCat1", "GroundTruth")
    return made
