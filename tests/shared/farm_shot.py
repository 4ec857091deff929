"""A shot to be trained and rendered on a farm."""

from __future__ import annotations

from pathlib import Path

import shots

from paircat.engine.picture.box import Box
from paircat.nodes.script import Script


def write_farm_script(folder: Path, size: Box = shots.FORMAT) -> Path:
    """The shot of tests/shared/shots.py, with an Inference without a Model File and a Write behind the plate."""
    path = shots.write_script(folder, size, useGPU=False, runName="")
    script = Script.load(path)
    script.add("Inference", "Inference1").set("useGPU", False)
    script.connect("Read1", "Inference1")
    script.add("Write", "Write1").set("file", "out/warm.####.exr")
    script.connect("Inference1", "Write1")
    script.save()
    return path
