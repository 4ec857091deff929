"""Tests of ui/viewer_image.py and the marks that it draws."""

from __future__ import annotations

import numpy as np
import pytest
from plates import plate
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from paircat.engine.picture.box import Box
from paircat.engine.picture.display import Look
from paircat.engine.picture.image import Header, Image
from paircat.ui.display_picture import DisplayPicture, display_picture
from paircat.ui.viewer_image import ViewerImage
from paircat.ui.viewer_inset import LEFT, RIGHT

FORMAT = Box(0, 0, 200, 100)


def flat(red: float, window: Box = FORMAT, aspect: float = 1.0) -> DisplayPicture:
    pixels = np.zeros((window.height, window.width, 3), np.float32)
    pixels[:, :, 0] = red
    return display_picture(Image(Header(("R", "G", "B"), window, FORMAT, aspect), pixels), Look(view="none"))


@pytest.fixture
def image(qtbot: QtBot) -> ViewerImage:
    made = ViewerImage()
    qtbot.addWidget(made)
    made.resize(424, 324)
    made.show()
    return made


def colour(image: ViewerImage, x: float, y: float) -> QColor:
    """What is seen at a pixel of the picture."""
    place = image.rectangle(Box(int(x), int(y), 1, 1)).center()
    return image.grab().toImage().pixelColor(place.toPoint())


def wheel(image: ViewerImage, place: QPointF, clicks: int) -> None:
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    turn = QPoint(0, 120 * clicks)
    event = QWheelEvent(place, place, QPoint(), turn, *none, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(image, event)


def test_a_new_format_is_fitted(image: ViewerImage) -> None:
    """Centred, with a margin, and again when the widget changes its size; a wide pixel counts as wide."""
    image.set_pictures(flat(1.0), None)
    assert image.zoom == pytest.approx(2.0) and image.rectangle(FORMAT).center() == QPointF(212, 162)
    image.resize(224, 324)
    assert image.zoom == pytest.approx(1.0)
    image.set_pictures(flat(1.0, aspect=2.0), None)
    assert image.zoom == pytest.approx(0.5) and image.rectangle(FORMAT).width() == pytest.approx(200)


def test_the_wheel_zooms_around_the_mouse(image: ViewerImage) -> None:
    """The pixel under it stays there; a picture of the same format leaves the zoom alone; fit brings it back."""
    image.set_pictures(flat(1.0), None)
    place = QPointF(101, 121)  # the middle of a pixel
    before = image.pixel_at(place)
    wheel(image, place, 6)
    assert image.zoom == pytest.approx(2 * 1.25**6) and image.pixel_at(place) == before
    image.set_pictures(flat(0.5), None)
    assert image.zoom == pytest.approx(2 * 1.25**6) and not image.is_fitted
    image.zoom_to(1.0)
    assert image.rectangle(FORMAT).width() == 200
    image.fit()
    assert image.zoom == pytest.approx(2.0)


def test_the_middle_button_pans(qtbot: QtBot, image: ViewerImage) -> None:
    """The picture goes with the mouse."""
    image.set_pictures(flat(1.0), None)
    corner = image.rectangle(FORMAT).topLeft()
    qtbot.mousePress(image, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    qtbot.mouseMove(image, QPoint(130, 90))
    qtbot.mouseRelease(image, Qt.MouseButton.MiddleButton, pos=QPoint(130, 90))
    assert image.rectangle(FORMAT).topLeft() - corner == QPointF(30, -10)


def test_pixels_stand_where_they_belong(image: ViewerImage) -> None:
    """The data window inside of its black format, also when it is zoomed in hugely."""
    image.set_pictures(flat(1.0, Box(50, 20, 60, 30)), None)
    assert colour(image, 80, 30).red() == 255 and colour(image, 20, 10).red() == 0
    assert colour(image, 51, 21).red() == 255 and colour(image, 48, 21).red() < 10
    image.zoom_to(64.0, image.rectangle(Box(50, 20, 0, 0)).topLeft())
    assert colour(image, 50, 20).red() == 255 and colour(image, 49, 20).red() == 0


def test_an_empty_data_window_is_black(image: ViewerImage) -> None:
    """Nothing to paint is no fault."""
    image.set_pictures(flat(1.0, Box(0, 0, 0, 0)), None)
    assert colour(image, 80, 30).red() == 0


def test_the_wipe_shows_a_left_and_b_right(qtbot: QtBot, image: ViewerImage) -> None:
    """The line is dragged with the mouse, and not beyond the format."""
    image.set_pictures(flat(1.0), flat(0.25))
    assert colour(image, 50, 30).red() == 255 and colour(image, 150, 30).red() == 64
    line = QPoint(round(image.wipe_x), 50)
    qtbot.mousePress(image, Qt.MouseButton.LeftButton, pos=line)
    qtbot.mouseMove(image, line - QPoint(160, 0))
    qtbot.mouseRelease(image, Qt.MouseButton.LeftButton)
    assert image.wipe == pytest.approx(0.1, abs=0.01) and colour(image, 50, 30).red() == 64
    qtbot.mousePress(image, Qt.MouseButton.LeftButton, pos=QPoint(round(image.wipe_x), 50))
    qtbot.mouseMove(image, QPoint(0, 50))
    assert image.wipe == 0.0


def test_control_drag_draws_the_sample_box(qtbot: QtBot, image: ViewerImage) -> None:
    """Both corners are inside of it, in whatever direction it is drawn; Ctrl-right-click removes it."""
    image.set_pictures(flat(1.0), None)
    control = Qt.KeyboardModifier.ControlModifier
    start, end = (image.rectangle(Box(x, y, 1, 1)).center().toPoint() for x, y in ((120, 60), (100, 40)))
    qtbot.mousePress(image, Qt.MouseButton.LeftButton, control, start)
    qtbot.mouseMove(image, end)
    qtbot.mouseRelease(image, Qt.MouseButton.LeftButton, control, end)
    assert image.box == Box(100, 40, 21, 21)
    qtbot.mouseClick(image, Qt.MouseButton.RightButton, control, end)
    assert image.box is None


def test_the_mouse_points_at_a_pixel(qtbot: QtBot, image: ViewerImage) -> None:
    """Counted from the upper left, also beyond the picture."""
    image.set_pictures(flat(1.0), None)
    found: list[QPoint] = []
    image.pointed.connect(found.append)
    qtbot.mouseMove(image, image.rectangle(Box(7, 3, 1, 1)).center().toPoint())
    qtbot.mouseMove(image, QPoint(1, 1))
    assert found[0] == QPoint(7, 3) and found[-1].x() < 0


def test_bad_values_are_magenta(image: ViewerImage) -> None:
    """Where they stand, unless that is switched off."""
    picture = plate(1)
    picture.pixels[10, 20, 0] = np.nan
    image.set_pictures(display_picture(picture, Look(view="none")), None)
    assert colour(image, 20, 10) == QColor(255, 0, 255)
    image.show_bad = False
    assert colour(image, 20, 10) != QColor(255, 0, 255)


def test_a_picture_that_is_behind_is_darker(image: ViewerImage) -> None:
    """And an error's sentence is drawn across the middle."""
    image.set_pictures(flat(1.0), None)
    image.set_texts("Read1  1", "", "this is frame 1", "", True)
    assert colour(image, 150, 90).red() < 140
    image.set_pictures(None, None)
    image.set_texts("", "", "", "A sentence.", False)
    grabbed = image.grab().toImage()
    reds = [grabbed.pixelColor(x, 162).red() for x in range(120, 300)]
    assert max(reds) > 200


def test_the_mouse_brings_the_keys_unless_one_types(qtbot: QtBot, image: ViewerImage) -> None:
    """Focus follows the mouse, but never out of a text field."""
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    image.enterEvent(None)  # type: ignore[arg-type]
    assert field.hasFocus()


def test_a_click_makes_an_inset_large_and_small_again(qtbot: QtBot, image: ViewerImage) -> None:
    """The other one gives way; the next picture keeps the size; hidden ones take no click."""
    image.set_pictures(flat(1.0), None)
    sheet = flat(0.5).picture
    image.set_inset(LEFT, sheet, "sheet")
    image.set_inset(RIGHT, sheet, "preview")
    area = QRectF(image.rect())

    def click_on(corner: str) -> None:
        place = image.insets[corner].place(area).center().toPoint()
        qtbot.mouseClick(image, Qt.MouseButton.LeftButton, pos=place)

    click_on(RIGHT)
    assert [inset.caption for inset in image.insets_seen] == ["preview"]
    image.set_inset(RIGHT, sheet, "next preview")
    assert image.insets[RIGHT].place(area).width() > 350
    click_on(RIGHT)
    assert len(image.insets_seen) == 2
    image.show_insets = False
    click_on(LEFT)
    assert image.insets_seen == [] and not image.insets[LEFT].large
