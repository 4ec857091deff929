"""Project: what belongs to a script as a whole rather than to one of its nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange


@dataclass
class Project:
    """Settings of a script.

    Attributes:
        fps: frames a second, for playing and for movies whose source says none.
        frames: the range that the window shows, such as 1-250; empty: that of what is viewed.
        extra: entries that this version does not know, such as the format that an earlier one had no use for.
    """

    fps: float = 24.0
    frames: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        values = {"fps": self.fps, "frames": self.frames}
        default = Project()
        return {**{name: value for name, value in values.items() if value != getattr(default, name)}, **self.extra}

    @classmethod
    def from_json(cls, data: Any) -> Project:
        """
        Raises:
            PairCatError: it is no group of entries, the frame rate no positive number, or the frames no frame range.
        """
        if not isinstance(data, dict):
            raise PairCatError(f"The project is '{data}' instead of a group of entries; restore a copy of the file.")
        rest = dict(data)
        fps, frames = rest.pop("fps", 24.0), str(rest.pop("frames", ""))
        if isinstance(fps, bool) or not isinstance(fps, (int, float)) or not 0 < fps < 100000:
            raise PairCatError(f"The project's fps is '{fps}'; it must be a number above 0, such as 24.")
        FrameRange.parse(frames)
        return cls(float(fps), frames, rest)
