"""Run deletion: all files of some runs, deleted on another thread, since their drive may be slow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.run import Run
from paircat.ui.background import in_background


def delete_runs(owner: QObject, runs: list[Run], then: Callable[[list[str], str], None]) -> None:
    """Delete some runs for good.

    Args:
        then(gone, problem): the names of those that are gone now, and why the others are not.
    """
    gone: list[str] = []

    def work() -> None:
        for run in runs:
            DataDirectory(run.folder).delete(run)
            gone.append(run.name)

    in_background(owner, work, lambda _: then(gone, ""), lambda why: then(gone, why))
