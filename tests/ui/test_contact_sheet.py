"""Pictures of a run, and the slider through them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from written_runs import write_run

from paircat.ui.contact_sheet import PictureHistory


@pytest.fixture
def history(qtbot):
    made = PictureHistory("Contact sheet", "None yet.")
    qtbot.addWidget(made)
    made.resize(300, 260)
    made.show()
    return made


def grey(history):
    return history.view.image.pixelColor(5, 5).red() if not history.view.image.isNull() else None


def test_newest_shows_and_goes_on_to(history, tmp_path, qtbot):
    """A picture that is saved while the newest shows takes its place."""
    run = write_run(tmp_path)
    history.show_run(run.name, (20,), run.sheet)
    qtbot.waitUntil(lambda: grey(history) == 128)
    history.show_run(run.name, (20, 40), run.sheet)
    qtbot.waitUntil(lambda: grey(history) == 255)
    assert history.step == 40 and "step 40" in history.label.text()


def test_whose_picture_it_is_stands_on_it(history, tmp_path, qtbot):
    """In its upper left corner, also when the window is narrow; it goes with the picture."""
    first, second = write_run(tmp_path, "first"), write_run(tmp_path, "a_name_that_is_long" * 5)
    history.show_run("first", (40,), first.sheet)
    qtbot.waitUntil(lambda: history.view.caption == "first" and grey(history) == 255)
    corner = history.view.grab().toImage()
    assert {corner.pixelColor(x, 8).lightness() < 200 for x in range(2, 30)} == {True, False}
    history.show_run(second.name, (40,), second.sheet)
    qtbot.waitUntil(lambda: history.view.caption == second.name)
    history.show_run("none", ())
    assert history.view.caption == ""


def test_earlier_picture_stays_while_new_ones_come(history, tmp_path, qtbot):
    """Who looks back is not pulled away."""
    run = write_run(tmp_path)
    history.show_run(run.name, (20, 40), run.sheet)
    history.slider.setValue(0)
    qtbot.waitUntil(lambda: grey(history) == 128)
    run.sheet(50).write_bytes(run.sheet(40).read_bytes())
    history.show_run(run.name, (20, 40, 50), run.sheet)
    assert history.step == 20 and history.slider.maximum() == 2


def test_another_run_shows_its_newest(history, tmp_path):
    """The place in one run's history means nothing in another's."""
    first, second = write_run(tmp_path, "first"), write_run(tmp_path, "second", steps=60)
    history.show_run("first", (20, 40), first.sheet)
    history.slider.setValue(0)
    history.show_run("second", (30, 60), second.sheet)
    assert history.step == 60


def test_nothing_to_show_and_unreadable_pictures_say_so(history, tmp_path, qtbot):
    """In the picture's place."""
    assert history.view.message == "None yet." and history.step is None
    broken = tmp_path / "a.10.png"
    broken.write_bytes(b"no picture")
    history.show_run("a", (10,), lambda step: broken)
    qtbot.waitUntil(lambda: "a.10.png" in history.view.message)


def test_a_double_click_shows_it_large(history, tmp_path, qtbot):
    """In a window of its own, which Escape closes; from there it can be laid over the Viewer."""
    run = write_run(tmp_path)
    history.show_run(run.name, (20, 40), run.sheet)
    qtbot.waitUntil(lambda: grey(history) == 255)
    assert "Double-click" in history.view.toolTip()
    qtbot.mouseDClick(history.view, Qt.MouseButton.LeftButton)
    large = history.large
    assert (
        large.isVisible() and large.view.image.size() == history.view.image.size() and "step 40" in large.windowTitle()
    )
    room = large.screen().availableGeometry().size()
    assert large.width() <= room.width() and large.height() <= room.height()
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: history.large is None)
    qtbot.mouseDClick(history.view, Qt.MouseButton.LeftButton)
    over = next(button for button in history.large.findChildren(QPushButton) if "Viewer" in button.text())
    with qtbot.waitSignal(history.opened) as opened:
        qtbot.mouseClick(over, Qt.MouseButton.LeftButton)
    assert opened.args == [str(run.sheet(40)), history.caption]
