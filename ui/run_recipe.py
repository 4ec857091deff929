"""RunRecipe: how a run was started, in words that tell it from others. It reads files, and knows no Qt."""

from __future__ import annotations

from pathlib import Path

from paircat.engine.errors import PairCatError
from paircat.engine.runs.checkpoint import read_header
from paircat.engine.runs.job import read_settings
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings


def recipe(run: Run, cat: Path | None) -> str:
    """Model size, crop, batch, frames and channels; empty where no file of the run says them.

    The job says what was asked for, the newest .cat also what Auto came to.

    Args:
        cat: the newest one, where there is any that can be read here.
    """
    settings, frames = _asked(run)
    model = settings.model_size.value if settings is not None else ""
    crop, batch, channels = (settings.crop_size, settings.batch_size, "") if settings is not None else (0, 0, "")
    if settings is not None and (settings.channels_in or settings.channels_out):
        channels = f"{settings.channels_in or 'all'} → {settings.channels_out or 'all'}"
    if cat is not None:
        try:
            header = read_header(cat)
        except PairCatError:
            header = None
        if header is not None:
            found = header.data_set
            model = model or header.model_size
            crop, batch = crop or found.get("crop_size", 0), batch or found.get("batch_size", 0)
            frames = frames or str(found.get("frames", ""))
            channels = f"{', '.join(header.channels_in)} → {', '.join(header.channels_out)}"
    if not model:
        return ""
    lines = [
        f"Model Size {model}, Crop Size {crop or 'Auto'}, batch size {batch or 'Auto'}",
        f"Frames {frames}" if frames else "",
        f"Channels {channels}" if channels else "",
    ]
    return "\n".join(line for line in lines if line)


def _asked(run: Run) -> tuple[TrainingSettings | None, str]:
    try:
        settings, frames = read_settings(run.job)
    except PairCatError:
        return None, ""
    return settings, str(frames)
