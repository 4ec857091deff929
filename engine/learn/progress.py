"""Progress: where a run stands, and how long ago it was saved."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_UNSAVED = 600.0
"""Seconds of training after which a run is saved, however many steps lie between its checkpoints: of a large network on
a slow machine a thousand steps are an hour that a crash would take."""


@dataclass
class Progress:
    """`seconds` is training time over all its sittings, `scale` the resolution's divisor."""

    step: int = 0
    seconds: float = 0.0
    scale: int = 4
    loss: float = float("nan")
