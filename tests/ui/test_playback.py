"""Tests of ui/playback.py."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from paircat.ui.playback import BOUNCE, ONCE, REPEAT, Playback, next_frame


@pytest.mark.parametrize(
    ("loop", "direction", "expected"),
    [
        (REPEAT, 1, [4, 5, 3, 4, 5]),
        (REPEAT, -1, [5, 4, 3, 5, 4]),
        (BOUNCE, 1, [4, 5, 4, 3, 4]),
        (BOUNCE, -1, [4, 5, 4, 3, 4]),
        (ONCE, 1, [4, 5]),
    ],
)
def test_order_of_frames(loop: str, direction: int, expected: list[int]) -> None:
    """From frame 3 within 3-5; Once ends at the end."""
    frame, found = 3, []
    while len(found) < 5:
        frame, direction = next_frame(frame, direction, 3, 5, loop)
        if not direction:
            break
        found.append(frame)
    assert found == expected


@pytest.mark.parametrize("loop", [REPEAT, BOUNCE, ONCE])
@pytest.mark.parametrize("frame", [-4, 99])
def test_a_frame_outside_comes_back_in(loop: str, frame: int) -> None:
    """Wherever the playhead was left, playing goes on within in and out."""
    for direction in (1, -1):
        assert 3 <= next_frame(frame, direction, 3, 5, loop)[0] <= 5


def test_one_frame_alone_stays() -> None:
    """A still plays on without moving; Once is over at once."""
    assert next_frame(7, 1, 7, 7, REPEAT) == (7, 1)
    assert next_frame(7, 1, 7, 7, ONCE)[1] == 0


def test_no_frame_is_due_before_the_last_was_shown(qtbot: QtBot) -> None:
    """A slow picture holds playing up; none is passed over."""
    playback = Playback()
    playback.first, playback.last, playback.fps = 1, 9, 500.0
    due: list[int] = []
    playback.due.connect(due.append)
    playback.play(1, 1)
    qtbot.waitUntil(lambda: due == [2])
    qtbot.wait(20)
    assert due == [2]
    playback.shown(7)  # another one, such as a late answer
    qtbot.wait(10)
    assert due == [2]
    playback.shown(2)
    qtbot.waitUntil(lambda: due == [2, 3])
    playback.stop()
    playback.shown(3)
    qtbot.wait(10)
    assert due == [2, 3] and not playback.playing


def test_once_stops_at_the_end_and_begins_anew(qtbot: QtBot) -> None:
    """Pressing play at the end plays from the beginning."""
    playback = Playback()
    playback.first, playback.last, playback.fps, playback.loop = 1, 3, 500.0, ONCE
    seen: list[int] = []
    playback.due.connect(lambda frame: (seen.append(frame), playback.shown(frame)))
    playback.play(1, 2)
    qtbot.waitUntil(lambda: not playback.playing)
    assert seen == [3]
    playback.play(1, 3)
    qtbot.waitUntil(lambda: not playback.playing)
    assert seen == [3, 1, 2, 3]


def test_the_frames_ahead_follow_the_loop(qtbot: QtBot) -> None:
    """What to make in advance: each frame once at most."""
    playback = Playback()
    playback.first, playback.last = 1, 5
    playback.direction, playback._frame = 1, 4
    assert playback.ahead(8) == (5, 1, 2, 3)
    playback.loop = BOUNCE
    assert playback.ahead(3) == (5, 4, 3)
