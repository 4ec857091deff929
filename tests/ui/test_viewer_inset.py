"""Tests of ui/viewer_inset.py."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from paircat.ui.viewer_inset import LEFT, RIGHT, Inset

AREA = QRectF(0, 0, 400, 200)


def picture(width: int, height: int) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(255, 255, 255))
    return made


def test_an_inset_keeps_its_shape_and_leaves_room() -> None:
    """Large pictures are made smaller, small ones at most twice as large; each stands in its corner."""
    wide = Inset(picture(1000, 500), "", LEFT).place(AREA)
    assert wide.width() < 150 and wide.width() == pytest.approx(2 * wide.height())
    assert (wide.left(), wide.bottom()) == (10, 190)
    small = Inset(picture(40, 20), "", RIGHT).place(AREA)
    assert (small.width(), small.height(), small.right()) == (80, 40, 390)


def test_a_high_sheet_takes_most_of_the_height() -> None:
    """Three rows of crops can only be read where they are given it."""
    assert Inset(picture(300, 600), "").place(AREA).height() > 0.65 * AREA.height()


def test_words_are_read_beside_a_small_picture(qapp: object) -> None:
    """They may be wider than it, towards the middle."""
    for corner in (LEFT, RIGHT):
        inset = Inset(picture(20, 10), "Preview, step 40", corner)
        assert inset.covers(AREA).width() > 80 and AREA.contains(inset.covers(AREA))
        assert inset.covers(AREA).contains(inset.place(AREA))


def test_made_large_it_fills_the_viewer(qapp: object) -> None:
    """Also with its line of text it stays inside."""
    large = Inset(picture(1000, 500), "", RIGHT, large=True)
    assert large.place(AREA).height() > 0.8 * AREA.height()
    assert AREA.contains(large.covers(AREA))


def test_picture_and_caption_are_painted(qapp: object) -> None:
    """The line of text stands above the picture."""
    screen = picture(400, 200)
    screen.fill(QColor(0, 0, 0))
    inset = Inset(picture(100, 50), "Preview, step 1,000, frame 12   first", RIGHT)
    painter = QPainter(screen)
    inset.paint(painter, AREA)
    painter.end()
    where = inset.place(AREA)
    assert screen.pixelColor(where.center().toPoint()).lightness() == 255
    above = [screen.pixelColor(x, y).lightness() for x in range(285, 390) for y in range(121, 139)]
    assert max(above) > 120
