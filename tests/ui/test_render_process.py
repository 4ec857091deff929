"""Tests of ui/render_process.py."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from plates import plate, write_plates

from paircat.engine.errors import PairCatError
from paircat.engine.picture.read import ReadOp
from paircat.ui.render_process import Abandoned, RenderProcess


@pytest.fixture
def process() -> Iterator[RenderProcess]:
    made = RenderProcess()
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> ReadOp:
    return ReadOp(write_plates(tmp_path, "shot", range(1, 4)))


def kill(process: RenderProcess) -> None:
    """End the child as the system does when memory runs out."""
    assert process._process is not None
    process._process.kill()


def suspend(process: RenderProcess) -> None:
    """Keep the child from doing anything more."""
    child = psutil.Process(process.pid)
    child.suspend()
    while child.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)


def test_frames_come_from_one_child(process: RenderProcess, source: ReadOp) -> None:
    """It starts with the first frame, and makes the next ones too."""
    assert process.pid is None
    assert np.array_equal(process.render(source, 2).pixels, plate(2).pixels)
    first = process.pid
    assert np.array_equal(process.render(source, 3).pixels, plate(3).pixels)
    assert process.pid == first != psutil.Process().pid


def test_mistakes_are_the_same_sentences(process: RenderProcess, source: ReadOp) -> None:
    """As if the frame were made here; the child lives on."""
    with pytest.raises(PairCatError, match="Frame 9 of"):
        process.render(source, 9)
    assert process.render(source, 1).header.channels == ("R", "G", "B", "A")


def test_death_is_a_sentence_and_the_next_frame_starts_another(process: RenderProcess, source: ReadOp) -> None:
    """Killed between two frames it is started again unasked; killed while one is made, the sentence says how."""
    process.render(source, 1)
    first = process.pid
    kill(process)
    while process.pid is not None:
        time.sleep(0.01)
    assert np.array_equal(process.render(source, 2).pixels, plate(2).pixels)
    assert process.pid not in (None, first)

    def kill_it() -> bool:
        kill(process)
        return False

    suspend(process)  # so that it cannot have made the frame before it is killed
    with pytest.raises(PairCatError, match=r"frame 3 was ended by SIGKILL.*start it again"):
        process.render(source, 3, kill_it)
    assert process.render(source, 3).pixels.any()


def test_a_child_that_cannot_start_says_why(source: ReadOp) -> None:
    """The last line of what it wrote is part of the sentence; a missing program is another."""
    broken = RenderProcess((sys.executable, "-c", "raise SystemExit('no library of that name')"))
    with pytest.raises(PairCatError, match=r"ended with status 1 \(no library of that name\)"):
        broken.render(source, 1)
    broken.close()
    missing = RenderProcess(("/no/such/program",))
    with pytest.raises(PairCatError, match="cannot be started"):
        missing.render(source, 1)
    missing.close()


def test_who_no_longer_wants_a_frame_is_let_go(process: RenderProcess, source: ReadOp) -> None:
    """And the answer that comes late is not taken for the next one's."""
    with pytest.raises(Abandoned):
        process.render(source, 1, lambda: True)
    assert np.array_equal(process.render(source, 2).pixels, plate(2).pixels)


def test_closing_ends_the_child_and_leaves_nothing(source: ReadOp) -> None:
    """No process, no folder, and no more frames."""
    process = RenderProcess()
    process.render(source, 1)
    assert process.pid is not None and process._folder is not None
    pid, folder = process.pid, Path(process._folder.name)
    assert folder.is_dir()
    process.close()
    assert not folder.exists() and process.pid is None
    assert not psutil.pid_exists(pid)
    with pytest.raises(Abandoned):
        process.render(source, 1)
