"""Task: a folder of pairs to learn from and of held-out pairs to be judged by.

    NAME/input  NAME/gt                     the training pairs
    NAME/heldout_input  NAME/heldout_gt     frames that nobody trains on

Files of one pair have the same frame number. `make_tasks.py` makes the folders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.picture.op import Op
from paircat.engine.picture.read import ReadOp

LEARNT = ("grade", "deblur", "restore", "matte", "tennis", "grade_exr", "grade_hdr")
TWINS = (("fix", "fix_whole"), ("mark", "mark_whole"))
"""The pairs of `fix.py`: damage in a small part of the frame, and the same all over it."""
FIXES = tuple(name for twins in TWINS for name in twins)
NAMES = (*LEARNT, *FIXES)
_MATTES = ("matte", "tennis")
RGB = ("R", "G", "B")


@dataclass(frozen=True)
class Task:
    """What there is to learn. The parts are 'input', 'gt', 'heldout_input' and 'heldout_gt'."""

    name: str
    folder: Path

    @classmethod
    def find(cls, data: Path, name: str) -> Task | None:
        """The task in the data folder, or None where it was not made."""
        folder = data / name
        return cls(name, folder) if (folder / "heldout_gt").is_dir() else None

    @classmethod
    def needed(cls, data: Path, name: str) -> Task:
        """The same.

        Raises:
            SystemExit: it was not made.
        """
        task = cls.find(data, name)
        if task is None:
            raise SystemExit(f"There is no task '{name}' in '{data}'.")
        return task

    @property
    def matte(self) -> bool:
        """Whether the ground truth is a coverage, to be judged by its overlap too."""
        return self.name in _MATTES

    @property
    def scene_linear(self) -> bool:
        """Whether values go beyond 0..1 and are judged after a log encoding."""
        return self.name.endswith(("_exr", "_hdr"))

    def op(self, part: str) -> Op:
        """The recipe of a part's frames, as a Read node would give it."""
        return ReadOp(str(self.folder / part))

    def frames(self, part: str) -> tuple[int, ...]:
        return self.op(part).frame_range().frames

    def pixels(self, part: str, frame: int) -> np.ndarray:
        """Float32 (height, width, 3): the colours of a frame, as they stand in the file."""
        return self.op(part).render(frame).select(RGB)

    def pairs(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """All training pairs, in memory."""
        return [(self.pixels("input", frame), self.pixels("gt", frame)) for frame in self.frames("input")]

    def heldout(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The held-out pairs, one at a time."""
        for frame in self.frames("heldout_input"):
            yield self.pixels("heldout_input", frame), self.pixels("heldout_gt", frame)
