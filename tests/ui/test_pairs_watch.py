"""PairsWatch: painted frames that come and go are noticed."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job
from paircat.engine.settings import TrainingSettings
from paircat.ui import pairs_watch
from paircat.ui.pairs_watch import PairsWatch, stamp


@pytest.fixture
def job(tmp_path: Path) -> Job:
    for side in ("plate", "paint"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.0001.png").write_bytes(b"")
    plate, paint = (ReadOp(str(tmp_path / side / "a.####.png")) for side in ("plate", "paint"))
    return Job(BlurOp(plate, 1.0, 1.0), paint, None, FrameRange(()), TrainingSettings(), "", "run")


def test_a_frame_that_is_painted_or_removed_is_reported(job, tmp_path, qtbot, qapp, monkeypatch):
    """On either side, below other nodes too; once for each change."""
    monkeypatch.setattr(pairs_watch, "_LOOK_MILLISECONDS", 20)
    watch, received = PairsWatch(qapp), []
    watch.changed.connect(lambda: received.append(True))
    watch.follow(job)
    qtbot.wait(100)
    assert received == []
    (tmp_path / "paint" / "a.0002.png").write_bytes(b"")
    qtbot.waitUntil(lambda: len(received) == 1)
    (tmp_path / "plate" / "a.0001.png").unlink()
    qtbot.waitUntil(lambda: len(received) == 2)
    qtbot.wait(100)
    assert len(received) == 2
    watch.follow(None)
    (tmp_path / "plate" / "a.0001.png").write_bytes(b"")
    qtbot.wait(100)
    assert len(received) == 2
    watch.deleteLater()


def test_a_drive_that_does_not_answer_is_asked_once(job, tmp_path, qtbot, qapp, monkeypatch):
    """However long it takes; then the looks go on, at the pairs that are followed by then."""
    monkeypatch.setattr(pairs_watch, "_LOOK_MILLISECONDS", 20)
    asked, answers = [], threading.Event()

    def slow(wanted):
        asked.append(wanted)
        answers.wait(10)
        return stamp(wanted)

    monkeypatch.setattr(pairs_watch, "stamp", slow)
    watch, received = PairsWatch(qapp), []
    watch.changed.connect(lambda: received.append(True))
    watch.follow(job)
    qtbot.wait(200)
    other = replace(job, run="other")
    watch.follow(other)
    qtbot.wait(200)
    assert asked == [job]
    answers.set()
    qtbot.waitUntil(lambda: asked[-3:] == [other] * 3)
    assert asked.count(job) == 1 and received == []
    (tmp_path / "paint" / "a.0002.png").write_bytes(b"")
    qtbot.waitUntil(lambda: received == [True])
    watch.follow(None)
    watch.deleteLater()


def test_a_folder_that_has_gone_is_another_stamp(job, tmp_path):
    """And no failure."""
    before = stamp(job)
    (tmp_path / "paint" / "a.0001.png").unlink()
    (tmp_path / "paint").rmdir()
    assert stamp(job) != before
