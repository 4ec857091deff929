"""Chooser widgets: dialogs for files, folders and colours."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog

from paircat.nodes.knobs import Colour, File, Folder
from paircat.ui.chooser_widgets import ColourWidget, PathWidget, sequence_of


@pytest.fixture
def plate(tmp_path):
    """Three frames of a sequence and a picture that is alone."""
    for name in ("plate.1001.exr", "plate.1002.exr", "plate.1003.exr", "still.0007.exr", "notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_frame_stands_for_its_sequence(plate):
    """Where it has others of its kind beside it."""
    assert sequence_of(plate / "plate.1002.exr") == str(plate / "plate.####.exr")
    assert sequence_of(plate / "still.0007.exr") == str(plate / "still.0007.exr")
    assert sequence_of(plate / "notes.txt") == str(plate / "notes.txt")


@pytest.mark.parametrize(
    ("first", "second", "pattern"),
    [
        ("0001.png", "0002.png", "####.png"),
        ("plate_1001.exr", "plate_1002.exr", "plate_####.exr"),
        ("IMG0001.jpg", "IMG0002.jpg", "IMG####.jpg"),
        ("shot_v001.exr", "shot_v002.exr", "shot_v001.exr"),
        ("take1.mov", "take2.mov", "take1.mov"),
    ],
)
def test_frames_are_known_without_a_dot_before_them(tmp_path, first, second, pattern):
    """The number of a version or of a take is no frame's."""
    for name in (first, second):
        (tmp_path / name).touch()
    assert sequence_of(tmp_path / first) == str(tmp_path / pattern)


def test_the_dialog_lists_the_places_of_its_knob(qtbot, plate):
    """Once each, however often it is opened."""
    widget = PathWidget(File("modelFile", "Model File", "", places=(str(plate),)))
    qtbot.addWidget(widget)
    for _ in range(2):
        widget.choose()
        assert [url.toLocalFile() for url in widget.dialog.sidebarUrls()].count(str(plate)) == 1
        widget.dialog.accept()


@pytest.mark.parametrize(
    ("knob", "chosen", "committed"),
    [
        (File("file", "File", ""), "plate.1001.exr", "plate.####.exr"),
        (File("modelFile", "Model File", "", filters=("*.cat",)), "a.1000.cat", "a.1000.cat"),
        (File("file", "File", "", save=True), "out.1.exr", "out.1.exr"),
        (Folder("dataDirectory", "Data Directory", ""), "", ""),
    ],
)
def test_what_is_chosen_in_the_dialog_is_committed(qtbot, plate, knob, chosen, committed):
    """A picture to read becomes its sequence; other files and folders stay what they are."""
    widget = PathWidget(knob)
    qtbot.addWidget(widget)
    widget.base = plate
    widget.show_value("")
    found = []
    widget.committed.connect(found.append)
    widget.choose()
    assert widget.dialog.directory().absolutePath() == str(plate)
    assert (widget.dialog.fileMode() == QFileDialog.FileMode.Directory) == isinstance(knob, Folder)
    widget.dialog.fileSelected.emit(str(plate / chosen))
    assert found == [str(plate / committed)]
    widget.dialog.reject()


def test_dialog_opens_where_the_path_leads(qtbot, plate):
    """The nearest folder of it that exists; relative paths start at the script's folder."""
    (plate / "runs").mkdir()
    widget = PathWidget(Folder("dataDirectory", "Data Directory", ""))
    qtbot.addWidget(widget)
    widget.base = plate
    widget.show_value("runs/not/there")
    assert widget._start() == plate / "runs"


def test_the_end_of_a_long_path_is_seen(qtbot):
    """The name of the file, such as the step of a .cat, unless the artist is typing elsewhere in it."""
    widget = PathWidget(File("modelFile", "Model File", "", filters=("*.cat",)))
    qtbot.addWidget(widget)
    widget.resize(200, 24)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    long = "/show/shots/sh010/comp/runs/Training_240420_220542.12000.cat"
    widget.show_value(long)

    def sees_the_end() -> bool:
        widget.grab()  # it scrolls as it is painted
        cursor, at = widget.edit.cursorRect(), widget.edit.cursorPosition()
        return at == len(long) and 80 < cursor.left() < cursor.right() <= widget.edit.width()

    assert sees_the_end()
    widget.edit.setFocus()
    qtbot.keyClick(widget.edit, Qt.Key.Key_Home)
    assert widget.edit.cursorPosition() == 0
    widget.show_value(long)
    assert widget.edit.cursorPosition() == 0
    widget.edit.clearFocus()
    assert sees_the_end()


def test_colour_keeps_alpha_and_shows_a_swatch(qtbot):
    """The dialog is about the colour alone."""
    widget = ColourWidget(Colour("white", "White", "", default=(1.0, 1.0, 1.0, 0.5)))
    qtbot.addWidget(widget)
    widget.show_value((2.0, 0.5, 0.0, 0.5))
    assert "#ff8000" in widget.button.styleSheet() or "#ff7f00" in widget.button.styleSheet()
    found = []
    widget.committed.connect(found.append)
    widget._chosen(QColor("#ff0000"))
    assert found == [(1.0, 0.0, 0.0, 0.5)]
