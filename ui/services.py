"""WindowServices: what a panel may ask of the window around it, so that it needs to know neither window nor viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class WindowServices:
    """
    Attributes:
        folder: where relative paths of knobs start.
        say: show a sentence at the window's lower edge; an empty one takes it away.
        complain: the same of something that went wrong.
        look_at: show a node in the Viewer.
        frame, set_frame: the Viewer's frame number.
        overlay: lay a picture (height, width, channels; float) with a caption over a lower corner of the Viewer's,
            "left" or "right"; None takes it away.
    """

    folder: Callable[[], Path]
    say: Callable[[str], None]
    complain: Callable[[str], None]
    look_at: Callable[[str], None]
    frame: Callable[[], int]
    set_frame: Callable[[int], None]
    overlay: Callable[[np.ndarray | None, str, str], None]
