"""PreviewFrame: which frame of the Preview input is shown while training, when, and through which view."""

from __future__ import annotations

import numpy as np

from paircat.engine.errors import DataSetError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.picture.color import display_view, view_for
from paircat.engine.picture.op import Op
from paircat.engine.settings import TrainingSettings


def preview_due(step: int, settings: TrainingSettings) -> bool:
    """Whether there is a preview after a step that is no checkpoint's.

    In the beginning much changes and no checkpoint is near: at the first contact sheet, and whenever twice as many
    steps are done, as long as that comes before the first checkpoint.
    """
    sheets, rest = divmod(step, settings.image_interval)
    return step < settings.checkpoint_interval and rest == 0 and sheets > 0 and sheets & (sheets - 1) == 0


def farthest_frame(available: tuple[int, ...], trained: tuple[int, ...]) -> int:
    """The frame that lies farthest from every trained one: the hardest test there is.

    Raises:
        DataSetError: there is none.
    """
    if not available:
        raise DataSetError("Preview has no frames; connect the sequence that Input comes from, or nothing.")
    return max(available, key=lambda frame: min(abs(frame - other) for other in trained))


def check_preview(preview: Op, frame: int, channels_in: tuple[str, ...]) -> None:
    """A mistake in the preview is reported before the first step, not at the first checkpoint."""
    absent = [name for name in channels_in if name not in preview.header(frame).channels]
    if absent:
        raise DataSetError(
            f"Preview has no channel {', '.join(absent)} at frame {frame}, which is trained as an input; connect the "
            f"sequence that Input comes from."
        )


def checked_view(wanted: str, data_set: DataSet) -> str:
    """The view of contact sheets: as set, or by the input's files. An unknown one is reported now."""
    view = view_for(data_set.input.header(data_set.frames.first)) if wanted == "auto" else wanted
    display_view(np.zeros((1, 1, 3), np.float32), view)
    return view
