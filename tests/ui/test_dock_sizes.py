"""DockSizes: the parts of the window share its room, however large it is."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget

from paircat.ui import plugins
from paircat.ui.main_window import MainWindow

FITS = (800, 500)
"""A screen of 1600 x 1000 whose letters are twice as large."""


@pytest.fixture
def windows(qtbot, fresh_menus, tmp_path):
    """Makes a window of the same state as the one before."""
    plugins.load([])

    def make() -> MainWindow:
        made = MainWindow(tmp_path / "state")
        qtbot.addWidget(made, before_close_func=lambda window: window.canvas.undo_stack.setClean())
        made.show()
        QApplication.processEvents()
        return made

    return make


def sized(window: MainWindow, width: int, height: int) -> tuple[int, int]:
    """Height of the Viewer and width of the Properties when the window is that large."""
    window.resize(width, height)
    QApplication.processEvents()
    docks = {dock.objectName(): dock for dock in window.findChildren(QDockWidget)}
    return docks["Viewer"].height(), docks["Properties"].width()


def drag_line(window: MainWindow, by: int) -> None:
    """Move the line between Viewer and canvas."""
    surface = window.canvas.mapTo(window, QPoint(60, -2))
    QTest.mouseMove(window, surface)
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=surface)
    for part in (0.3, 0.7, 1):
        QTest.mouseMove(window, surface + QPoint(0, round(by * part)))
        QTest.qWait(20)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=surface + QPoint(0, by))
    QTest.qWait(20)


def test_a_first_window_fits_the_screen(windows):
    """It is no larger than there is room, and can be made as small as a small or finely drawn screen is."""
    window = windows()
    room = window.screen().availableGeometry()
    assert window.width() <= room.width() and window.height() < room.height()
    least = window.minimumSizeHint()
    assert least.width() <= FITS[0] and least.height() < FITS[1] - 20


def test_the_parts_grow_again_with_the_window(windows):
    """Made small and large again, it is as it was; each part always has a height to work in."""
    window = windows()
    before = sized(window, 1500, 950)
    assert before == pytest.approx((520, 520), abs=30)
    sized(window, 1, 1)
    QTest.mouseClick(window.statusBar(), Qt.MouseButton.LeftButton)  # which is no line that was moved
    QTest.qWait(20)
    assert window.viewer.image.height() >= 120 and window.canvas.height() >= 120
    assert sized(window, 1500, 950) == pytest.approx(before, abs=3)


def test_what_the_artist_drags_is_kept(windows):
    """In proportion, in larger windows too, and in the next session when this one ends with a small window."""
    window = windows()
    before = sized(window, 1200, 800)
    drag_line(window, 120)
    dragged = sized(window, 1200, 800)
    assert dragged[0] == pytest.approx(before[0] + 120, abs=12)
    assert sized(window, 1200, 1200)[0] == pytest.approx(dragged[0] * 1.5, abs=6)
    sized(window, 1, 1)
    assert window.close()
    assert sized(windows(), 1200, 800) == pytest.approx(dragged, abs=6)


def test_the_layout_is_put_back(windows):
    """View > Reset Layout: what floats is back in its place, and every part as large as in a first window."""
    window = windows()
    before = sized(window, 1200, 800)
    drag_line(window, 120)
    window.findChild(QDockWidget, "Properties").setFloating(True)
    window.menu_bar.actions["View/Reset Layout"].trigger()
    assert sized(window, 1200, 800) == pytest.approx(before, abs=3)
    assert not window.findChild(QDockWidget, "Properties").isFloating()


def test_sizes_that_nobody_can_read_change_nothing(windows):
    """A damaged file of settings is no reason not to start."""
    window = windows()
    before = sized(window, 1200, 800)
    for text in ("", "{", "[1]", '{"Viewer": 3}', '{"Viewer": ["a", 1]}', '{"Others": [1, 0]}'):
        window.dock_sizes.restore(text)
    assert sized(window, 1200, 800) == before
