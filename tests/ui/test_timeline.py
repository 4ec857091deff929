"""Tests of ui/timeline.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from paircat.engine.picture.frames import FrameRange
from paircat.ui.timeline import Timeline


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(432, 38)
    made.set_range(1001, 1040)
    made.show()
    return made


def at(timeline: Timeline, frame: float, y: int = 30) -> QPoint:
    return QPoint(round(timeline.x_of(frame)), y)


def test_dragging_scrubs(qtbot: QtBot, timeline: Timeline) -> None:
    """Every frame that the mouse comes to is chosen, none beyond the ends."""
    chosen: list[int] = []
    timeline.frame_chosen.connect(lambda frame: (chosen.append(frame), timeline.set_frame(frame)))
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at(timeline, 1010))
    qtbot.mouseMove(timeline, at(timeline, 1020))
    qtbot.mouseMove(timeline, QPoint(431, 30))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(timeline, at(timeline, 1005))
    assert chosen == [1010, 1020, 1040]


def test_handles_set_in_and_out(qtbot: QtBot, timeline: Timeline) -> None:
    """They cannot pass each other, and the playhead stays."""
    for edge, target in ((1000.5, 1010), (1040.5, 1030), (1009.5, 1039)):
        qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at(timeline, edge, 18))
        qtbot.mouseMove(timeline, at(timeline, target, 18))
        qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton)
    assert (timeline.in_point, timeline.out_point) == (1030, 1030)


def test_another_range_keeps_in_and_out_that_were_set(timeline: Timeline) -> None:
    """What stood at an end stays at it; what was set stays where it is, as far as that exists."""
    timeline.set_in_out(1010, 1040)
    timeline.set_range(1001, 1080)
    assert (timeline.in_point, timeline.out_point) == (1010, 1080)
    timeline.set_range(1, 9)
    assert (timeline.in_point, timeline.out_point) == (9, 9)


def test_kept_frames_are_green(timeline: Timeline) -> None:
    """A stripe under those that are quick to show."""
    timeline.set_cached(FrameRange.between(1010, 1019))
    timeline.add_cached(1030)
    picture = timeline.grab().toImage()

    def green(frame: int) -> bool:
        found = picture.pixelColor(at(timeline, frame, 35))
        return found.green() > found.red() + 30

    assert [green(frame) for frame in (1005, 1012, 1019, 1025, 1030)] == [False, True, True, False, True]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (-5, 5), (1, 2), (1, 100_000)])
def test_any_range_can_be_drawn(timeline: Timeline, first: int, last: int) -> None:
    """One frame, negative ones, and far more than there are pixels."""
    timeline.set_range(first, last)
    timeline.set_frame(last)
    timeline.set_seen(first)
    assert not timeline.grab().isNull()
    assert all(timeline.frame_at(timeline.x_of(frame)) == frame for frame in (first, (first + last) // 2, last))


@pytest.mark.parametrize(("asked", "given"), [((-5, 1040), (1001, 1040)), ((1001, 500), (1001, 1001))])
def test_who_asks_for_frames_that_are_not_there_is_told_those_that_are(
    timeline: Timeline, asked: tuple[int, int], given: tuple[int, int]
) -> None:
    """Also where nothing changes by it: the field would go on showing what was typed."""
    told: list[tuple[int, int]] = []
    timeline.in_out_changed.connect(lambda start, end: told.append((start, end)))
    timeline.set_in_out(*asked)
    timeline.set_in_out(*asked)
    assert told == [given, given]
