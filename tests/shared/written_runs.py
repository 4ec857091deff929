"""Runs as files, as a training leaves them, without training: for tests of what shows and changes runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.checkpoint import CatHeader, save_cat
from paircat.engine.runs.contact_sheet import Sheet, write_sheet
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings


def write_run(
    folder: Path,
    name: str = "Training_240420_220542",
    steps: int = 40,
    total: int = 100,
    scale: int = 1,
    end: str = "# stopped\n",
    settings: TrainingSettings | None = None,
) -> Run:
    """A run with a falling loss, checkpoints and pictures at half of its steps and at the end, and a job."""
    from patterns import LookOp, PatternOp

    run = Run(name, folder)
    rows = "".join(f"{step},{1 / (step + 9):.9g},{step / 4:.2f},{scale}\n" for step in range(1, steps + 1))
    run.summary.write_text(f'# paircat {{"version": 1, "step": 0, "total_steps": {total}}}\n{rows}{end}')
    for step in (steps // 2, steps):
        save_cat(run.cat(step), header(name, step, total), {"weight": np.zeros(3, np.float32)})
        run.ost(step).write_bytes(b"state")
        for path in (run.sheet(step), run.preview(step)):
            write_sheet(path, Sheet(np.full((24, 36, 3), step / steps, np.float32), "sRGB"), step)
    pattern = PatternOp()
    settings = settings or TrainingSettings(epochs=100)
    Job(pattern, LookOp(pattern), None, FrameRange.parse("1,3"), settings, str(folder), name).save(run.job)
    return run


def header(name: str, step: int, total: int) -> CatHeader:
    """What a .cat of such a run says about itself."""
    return CatHeader(name, step, total, "Medium", {}, ("R", "G", "B"), ("A",), loss=0.25)


def write_foundry_run(folder: Path, name: str = "Training_231105_101500") -> Run:
    """What Nuke's own CopyCat leaves: one line of steps and losses, a .cat of another kind, a contact sheet."""
    run = Run(name, folder)
    run.summary.write_text("".join(f"{step},{0.5 / (step + 1):.6f}," for step in range(0, 200, 10)))
    run.cat(190).write_bytes(b"PK\x03\x04 a network of Nuke")
    write_sheet(run.sheet(190), Sheet(np.zeros((8, 8, 3), np.float32), "sRGB"), 190)
    return run
