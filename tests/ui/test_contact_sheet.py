"""Pictures of a run, and the slider through them."""

import pytest
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
