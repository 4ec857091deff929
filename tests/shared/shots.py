"""A shot to learn from: small frames on disk, and what was painted over a few of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image
from paircat.nodes.script import Script

FORMAT = Box(0, 0, 64, 48)
FRAMES = range(1001, 1009)
PAINTED = (1001, 1004, 1007)
WARM = np.array([1.5, 1.0, 0.5], np.float32)
"""What was done to the colours."""


def plate(frame: int, size: Box = FORMAT) -> np.ndarray:
    """Soft waves that move, (height, width, 3), from 0.1 to 0.9."""
    y, x = np.mgrid[0 : size.height, 0 : size.width].astype(np.float32)
    waves = [np.sin(x / (4 + c) + frame / 3) + np.cos(y / (5 - c) - frame / (2 + c)) for c in range(3)]
    return (0.5 + 0.2 * np.stack(waves, axis=-1)).astype(np.float32)


def write_shot(folder: Path, size: Box = FORMAT) -> None:
    """plate.1001-1008.exr, and paint of three of them, warmer."""
    folder.mkdir(parents=True, exist_ok=True)
    header = Header(("R", "G", "B"), size, size, formats=("half",) * 3)
    for frame in FRAMES:
        write_image(folder / f"plate.{frame}.exr", Image(header, plate(frame, size)))
        if frame in PAINTED:
            write_image(folder / f"paint.{frame}.exr", Image(header, plate(frame, size) * WARM))


def write_script(folder: Path, size: Box = FORMAT, **knobs: object) -> Path:
    """The shot, and shot.pcat: two Reads, a Blur, and a CopyCat that learns small and quick into the folder runs."""
    write_shot(folder, size)
    (folder / "runs").mkdir(exist_ok=True)
    script = Script(folder / "shot.pcat")
    script.add("Read", "Read1").set("file", "plate.####.exr")
    script.add("Read", "Read2").set("file", "paint.####.exr")
    script.add("Blur", "Blur1")
    quick = {"dataDirectory": "runs", "runName": "warm", "modelSize": "Small", "cropSize": 32, "multiResolution": False}
    copycat = script.add("CopyCat", "CopyCat1")
    for name, value in (quick | knobs).items():
        copycat.set(name, value)
    for source, target, slot in (
        ("Read1", "Blur1", "Input"),
        ("Read1", "CopyCat1", "Input"),
        ("Read2", "CopyCat1", "GroundTruth"),
    ):
        script.connect(source, target, slot)
    for name, place in {"Read1": (0, 0), "Read2": (200, 0), "Blur1": (-200, 120), "CopyCat1": (100, 160)}.items():
        script.node(name).position = place
    script.save()
    return script.path
