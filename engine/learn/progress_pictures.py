"""Progress pictures: what a run shows while it trains: a contact sheet of crops, a frame of the Preview input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paircat.engine.errors import PairCatError
from paircat.engine.events import Notice, PreviewReady, SheetReady, SheetRow
from paircat.engine.learn.crops import cut
from paircat.engine.learn.preview_frame import farthest_frame
from paircat.engine.picture.channels import placed
from paircat.engine.picture.op import Op

if TYPE_CHECKING:
    from paircat.engine.learn.trainer import Trainer

_ROWS = 3


def contact_sheet(trainer: Trainer) -> SheetReady | Notice:
    """The contact sheet, or why there is none now; like the preview, it is not worth a training."""
    try:
        return sheet(trainer, _ROWS)
    except PairCatError as error:
        return Notice(trainer.progress.step, f"No contact sheet of step {trainer.progress.step}: {error}")


def sheet(trainer: Trainer, rows: int) -> SheetReady:
    """Crops of the pairs and what the network makes of them now.

    Raises:
        PairCatError: a pair has to be decoded again, and cannot be.
    """
    model, data_set, step = trainer.model(), trainer.data_set, trainer.progress.step
    shown = []
    for crop in trainer.sampler.sheet(step, rows):
        before, after = cut(trainer.store, crop)
        output = model.apply(before)
        shown.append(SheetRow(before, after, output, data_set.channels_in, data_set.channels_out, trainer.view))
    return SheetReady(step, tuple(shown))


def preview(trainer: Trainer, source: Op) -> PreviewReady | Notice:
    """The preview, or why there is none now: a drive that is away for an hour does not end a training."""
    step, data_set = trainer.progress.step, trainer.data_set
    try:
        frame = preview_frame(trainer, source)
        image = source.render(frame)
        result = trainer.model().apply_to(image, data_set.channels_in, data_set.channels_out, gate=True)
        channels = data_set.channels_out  # of a matte, not the plate that it is for
        shown = result.select(placed(channels, image.header.channels))
        result = result.with_pixels(shown, channels=channels, formats=())
    except PairCatError as error:
        return Notice(step, f"No preview of step {step}: {error}")
    return PreviewReady(step, result, trainer.view, frame)


def preview_frame(trainer: Trainer, source: Op) -> int:
    """The frame that was asked for, or the one that lies farthest from all that are trained."""
    if trainer.preview_at is not None:
        return trainer.preview_at
    return farthest_frame(source.frame_range().frames, trainer.data_set.frames.frames)
