"""Tests of ui/viewer_marks.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from paircat.engine.picture.box import Box
from paircat.ui import viewer_marks as marks

AREA = QRectF(0, 0, 300, 200)


@pytest.fixture
def drawn(qtbot: QtBot) -> Callable[..., list[QPoint]]:
    """Calls a mark on a black picture; gives the pixels that it has changed."""

    def draw(mark: Callable[..., None], *values: object) -> list[QPoint]:
        picture = QImage(300, 200, QImage.Format.Format_RGB32)
        picture.fill(QColor(0, 0, 0))
        painter = QPainter(picture)
        mark(painter, *values)
        painter.end()
        places = [QPoint(x, y) for x in range(300) for y in range(200)]
        return [place for place in places if picture.pixelColor(place).lightness() > 40]

    return draw


def around(places: list[QPoint]) -> QRect:
    columns, rows = [place.x() for place in places], [place.y() for place in places]
    return QRect(QPoint(min(columns), min(rows)), QPoint(max(columns), max(rows)))


def test_one_bad_pixel_gets_a_frame_that_can_be_seen(drawn: Callable[..., list[QPoint]]) -> None:
    """However small the picture is shown."""
    frame = around(drawn(marks.bad_frame, QRectF(150, 100, 0.2, 0.2)))
    assert frame.width() >= 18 and frame.contains(QPoint(150, 100))


def test_frames_follow_their_boxes_and_carry_numbers(drawn: Callable[..., list[QPoint]]) -> None:
    """The outline, and text outside of it: the size below, the data window's corners beside."""
    where = QRectF(50, 50, 150, 100)
    format_frame = drawn(marks.format_frame, where, Box(0, 0, 1920, 1080))
    assert QPoint(50, 60) in format_frame and any(place.y() > 152 for place in format_frame)
    window_frame = around(drawn(marks.window_frame, where, Box(-8, 4, 1900, 1000)))
    assert window_frame.top() < 50 and window_frame.right() > 201


def test_words_stay_inside(drawn: Callable[..., list[QPoint]]) -> None:
    """A long sentence is broken into lines; a caption and a notice do not lie over each other."""
    sentence = around(drawn(marks.error, AREA, "There is no such frame; render it or choose another one. " * 3))
    assert AREA.toRect().contains(sentence) and sentence.height() > 40
    caption, notice = drawn(marks.captions, AREA, "Read1   1001", ""), drawn(marks.notice, AREA, "a notice")
    assert around(caption).bottom() < around(notice).top()
    assert around(drawn(marks.captions, AREA, "", "Grade1   1001")).left() > 150
