"""A virtual screen, and windows on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driven_window import DrivenWindow, Screen

from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.process import end

_WITHOUT = os.environ.get("PAIRCAT_NO_XVFB") == "1"  # read now: tests see no variables of PairCat


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """One for all tests. Where it cannot be had the tests fail, unless they are left out on purpose."""
    if _WITHOUT:
        pytest.skip("PAIRCAT_NO_XVFB=1 leaves out the tests of the real window")
    made = Screen()
    yield made
    made.close()


@pytest.fixture
def open_window(screen: Screen, tmp_path: Path) -> Iterator[Callable[..., DrivenWindow]]:
    """Opens the window, on a script if one is named; all windows of a test have the same user."""
    home = tmp_path / "home"
    home.mkdir()
    opened: list[DrivenWindow] = []

    def open_one(script: Path | None = None) -> DrivenWindow:
        opened.append(DrivenWindow(screen, home, script))
        return opened[-1]

    yield open_one
    for window in opened:
        window.kill()
    folder = tmp_path / "runs"
    for run in DataDirectory(folder).runs() if folder.is_dir() else []:
        if holder := run.holder():  # of a test that failed half way
            end(holder.pid)
