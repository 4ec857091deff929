"""A pair of sequences on disk: a soft pattern, and the pattern."""

from __future__ import annotations

from pathlib import Path

from patterns import PatternOp

from paircat.engine.picture.files import write_image
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.read import ReadOp


def write_pairs(folder: Path) -> tuple[ReadOp, ReadOp]:
    """Input and ground truth, read back from the files."""
    sharp = PatternOp()
    for frame in sharp.frame_range():
        write_image(folder / f"in.{frame:04d}.exr", BlurOp(sharp, 2.0, 2.0).render(frame))
        write_image(folder / f"gt.{frame:04d}.exr", sharp.render(frame))
    return ReadOp(str(folder / "in.####.exr")), ReadOp(str(folder / "gt.####.exr"))
