"""The search of a node by its name."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from paircat.ui.canvas_search import NodeSearch, rank
from paircat.ui.menus import NodeEntry

ENTRIES = [
    NodeEntry(path, path.rpartition("/")[2])
    for path in ("Time/FrameHold", "Time/FrameRange", "Image/Read", "Learn/CopyCat", "Transform/Crop")
]


@pytest.fixture
def search(qtbot):
    """The open field over an empty widget."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    made = NodeSearch(parent)
    made.open(ENTRIES, QPoint(10, 10))
    yield made


def found(search) -> list[str]:
    return [search.found.item(row).data(Qt.ItemDataRole.UserRole) for row in range(search.found.count())]


def test_names_that_begin_so_come_first():
    """Then those that hold the letters together, then those that hold them in their order."""
    assert rank("co", "CopyCat") < rank("cat", "CopyCat") < rank("ct", "CopyCat")
    assert rank("tac", "CopyCat") is None and rank("", "Read") is not None


def test_it_stands_on_the_screen_whole(search, monkeypatch):
    """Opened near its lower right corner, it keeps off the edges; elsewhere it is where it was asked for."""
    room, asked = search.screen().availableGeometry(), []
    monkeypatch.setattr(search, "move", lambda x, y: asked.append(QRect(x, y, search.width(), search.height())))
    for place in (room.bottomRight(), room.topLeft() - QPoint(50, 50), room.topLeft() + QPoint(60, 70)):
        search.close()
        search.open(ENTRIES * 3, place)
    assert len(asked) == 3 and all(room.contains(area) for area in asked)
    assert asked[2].topLeft() == room.topLeft() + QPoint(60, 70)


def test_typing_narrows_and_return_takes_the_first(search, qtbot):
    """A few letters are enough, in any case."""
    assert len(found(search)) == len(ENTRIES)
    qtbot.keyClicks(search.field, "FR")
    assert found(search) == ["FrameHold", "FrameRange"]
    assert search.height() < search.field.height() + 2 * search.found.sizeHintForRow(0) + 40  # no larger than it needs
    with qtbot.waitSignal(search.chosen) as blocker:
        qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert blocker.args == ["FrameHold"] and not search.isVisible()


def test_arrows_choose_another(search, qtbot):
    """Down goes to the next one."""
    qtbot.keyClicks(search.field, "frame")
    qtbot.keyClick(search.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(search.chosen) as blocker:
        qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert blocker.args == ["FrameRange"]


def test_what_was_used_last_is_at_the_top(search, qtbot):
    """Tab and Return give the same node again."""
    qtbot.keyClicks(search.field, "crop")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    search.open(ENTRIES, QPoint(10, 10))
    assert found(search)[0] == "Crop"


def test_leaving_the_field_adds_nothing(search, qtbot):
    """A second Tab closes the field, and so do Escape, and Return where nothing fits."""
    received = []
    search.chosen.connect(received.append)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Escape):
        qtbot.keyClick(search.field, key)
        assert not search.isVisible()
        search.open(ENTRIES, QPoint(10, 10))
    qtbot.keyClicks(search.field, "xyz")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert not search.isVisible() and received == []


def test_it_says_that_nothing_fits(search, qtbot):
    """Return takes nothing then."""
    chosen = []
    search.chosen.connect(chosen.append)
    qtbot.keyClicks(search.field, "xyz")
    assert [search.found.item(row).text() for row in range(search.found.count())] == ["No node has such a name."]
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert chosen == [] and not search.isVisible()
