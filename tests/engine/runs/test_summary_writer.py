"""SummaryWriter: appending, torn ends, and being killed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from paircat.engine.errors import RunError
from paircat.engine.runs.summary import Summary
from paircat.engine.runs.summary_writer import SummaryWriter

WRITE_FOR_EVER = """
import sys
from paircat.engine.runs import summary_writer
summary_writer._FLUSH_SECONDS = 0.001
writer = summary_writer.SummaryWriter(sys.argv[1])
step = int(sys.argv[2])
writer.begin(step, 0)
print("begun", flush=True)
while True:
    step += 1
    writer.add(step, step * 0.5, step * 0.25, 1)
"""


def test_writing_and_reading_agree(tmp_path: Path) -> None:
    """What was added is read back, float32 losses to the last bit."""
    losses = np.random.default_rng(0).random(50).astype(np.float32)
    with SummaryWriter(tmp_path / "a.summary") as writer:
        writer.begin(0, 50)
        for step, loss in enumerate(losses.tolist(), 1):
            writer.add(step, loss, step / 4, 2)
        writer.comment("checkpoint 50")
    summary = Summary.read(tmp_path / "a.summary")
    assert np.array_equal(summary.loss.astype(np.float32), losses)
    assert summary.total_steps == 50 and summary.checkpoints == (50,) and set(summary.scale) == {2}


def test_torn_line_is_closed_off(tmp_path: Path) -> None:
    """A line that a kill tore stays out when the next sitting appends to it, though its rest looks like a row."""
    path = tmp_path / "a.summary"
    path.write_text('# paircat {"total_steps": 9}\n1,0.5,0.1,1\n2,0.25,0.1,1')
    with SummaryWriter(path) as writer:
        writer.begin(1, 9)
        writer.add(2, 0.75, 0.2, 1)
    summary = Summary.read(path)
    assert summary.step.tolist() == [1, 2] and summary.loss.tolist() == [0.5, 0.75]


def test_killed_while_writing(tmp_path: Path, killed) -> None:
    """Killed again and again while it writes, the file never holds a wrong row, nor loses one that was whole."""
    path = tmp_path / "a.summary"
    last = 0
    for seed in range(4):
        killed(WRITE_FOR_EVER, path, last, seed=seed)
        summary = Summary.read(path)
        assert np.array_equal(summary.step, np.arange(1, summary.last_step + 1))
        assert np.allclose(summary.loss, summary.step * 0.5, rtol=1e-8, atol=0)
        assert summary.last_step >= last
        last = summary.last_step
    assert last > 0


def test_full_disk_keeps_lines_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk gives the sentence; once there is space again, no line is missing or doubled."""
    write = os.write
    writer = SummaryWriter(tmp_path / "a.summary")
    writer.begin(0, 9)

    def full(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(
        os, "write", lambda file, data: write(file, bytes(data[:3])) if len(data) > 3 else full(file, data)
    )
    writer.add(1, 0.5, 0.1, 1)
    with pytest.raises(RunError, match="disk is full"):
        writer.flush()
    monkeypatch.undo()
    writer.add(2, 0.25, 0.2, 1)
    writer.close()
    assert Summary.read(tmp_path / "a.summary").step.tolist() == [1, 2]


def test_folder_that_is_gone(tmp_path: Path) -> None:
    """A summary that cannot be opened is named."""
    with pytest.raises(RunError, match=r"a\.summary' could not be written"):
        SummaryWriter(tmp_path / "gone" / "a.summary")
