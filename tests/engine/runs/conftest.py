"""What the tests of runs share: child processes that are killed while they write, and a run with files."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from paircat.engine.runs.contact_sheet import Sheet, write_sheet
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.run import Run

Kill = Callable[..., None]


@pytest.fixture
def killed() -> Kill:
    """Runs Python code in a child process, and kills it a random while after it has printed its first line."""

    def run(code: str, *arguments: object, seed: int = 0, longest: float = 0.15) -> None:
        child = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None and child.stderr is not None
        first = child.stdout.readline()
        assert first, child.stderr.read()
        time.sleep(random.Random(seed).uniform(0, longest))
        child.kill()
        _, errors = child.communicate()
        assert child.returncode == -signal.SIGKILL, errors

    return run


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """Makes a run with two checkpoints, a contact sheet, a preview and a summary that ends as asked."""

    def make(name: str = "shot.v2", folder: Path = tmp_path, end: str = "# finished done\n") -> Run:
        run = Run(name, DataDirectory(folder).path)
        run.summary.write_text('# paircat {"version": 1, "total_steps": 20}\n10,0.5,1,1\n20,0.25,2,1\n' + end)
        for step in (10, 20):
            run.cat(step).write_text("cat")
            run.ost(step).write_text("ost")
        for path in (run.sheet(20), run.preview(20)):
            write_sheet(path, Sheet(np.zeros((8, 8, 3), np.float32), "sRGB"), 20)
        run.log.write_text("log")
        return run

    return make
