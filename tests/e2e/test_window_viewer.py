"""The Viewer in the real window: zoom, channels, gain, wipe, read-out, errors, playing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driven_window import DrivenWindow
from shots import FRAMES, PAINTED, write_script

OpenWindow = Callable[..., DrivenWindow]
CURRENT = "window.viewer.is_current and window.viewer.shown_frame == {}"


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> DrivenWindow:
    """The plate is looked at, at its first frame, with the mouse over it."""
    opened = open_window(write_script(tmp_path))
    opened.click("tile('Read1')")
    opened.key("1")
    opened.until(CURRENT.format(FRAMES[0]))
    opened.point("pixel(20, 15)")
    opened.until("window.viewer.image.hasFocus()")
    return opened


def test_the_wheel_zooms_about_the_pointer(window: DrivenWindow) -> None:
    """What is under the pointer stays there; F fits again, Ctrl+1 is one to one."""
    fitted = window.ask("window.viewer.image.zoom")
    before = window.ask("pixel(20, 15)")
    window.screen.do("click", "--repeat", 3, "--delay", 20, 4)
    window.until(f"window.viewer.image.zoom > 1.2 * {fitted}")
    after = window.ask("pixel(20, 15)")
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 2
    window.key("f")
    window.until(f"abs(window.viewer.image.zoom - {fitted}) < 1e-6")
    window.key("ctrl+1")
    window.until("window.viewer.image.zoom == 1")
    assert window.complaints() == ""


def test_keys_and_gain_change_what_is_seen(window: DrivenWindow) -> None:
    """R shows red as grey, again all; gain brightens the screen and leaves the values; the read-out says the values."""
    red, green, blue = window.ask("painted(20.5, 15.5)")
    assert len({red, green, blue}) == 3
    window.key("r")
    window.until("painted(20.5, 15.5)[0] == painted(20.5, 15.5)[1] == painted(20.5, 15.5)[2]")
    assert window.ask("painted(20.5, 15.5)[0]") == red
    window.key("r")
    window.until(f"painted(20.5, 15.5) == {[red, green, blue]}")
    values = window.ask("values(20, 15)")
    window.enter("spot(window.viewer.bar.gain.findChild(QLineEdit))", "0.25")
    window.until(f"max(painted(20.5, 15.5)) < {max(red, green, blue)} - 30")
    assert window.ask("values(20, 15)") == values
    window.point("pixel(20.5, 15.5)")
    window.until("window.viewer.readout.values.text()")
    text = window.ask("window.viewer.readout.values.text()")
    assert text.startswith("20, 15") and all(f"{value:.5g}" in text for value in values), (text, values)
    assert window.complaints() == ""


def test_a_plate_is_wiped_against_its_paint(window: DrivenWindow) -> None:
    """W splits the picture at a line that can be dragged; Shift+W shows the difference; W and W again ends it."""
    window.click("spot(window.viewer.bar.b)")
    window.until("QApplication.activePopupWidget() is not None")
    window.type("Read2")
    window.key("Return")
    window.until("window.viewer.is_current and window.viewer.image.right is not None")
    assert PAINTED[0] == FRAMES[0]
    window.point("pixel(20, 15)")
    plate, paint = window.ask("painted(20.5, 15.5)"), window.ask("painted(44.5, 15.5)")
    window.drag(
        "pixel(window.viewer.image.wipe * 64, 30)",
        "pixel(5, 30)",
    )
    window.until("window.viewer.image.wipe < 0.2")
    window.until(f"painted(20.5, 15.5) != {plate} and painted(44.5, 15.5) == {paint}")
    window.point("pixel(20, 15)")
    window.key("shift+w")
    window.until("window.viewer.is_current and window.viewer.image.caption.startswith('|Read1 - Read2|')")
    window.key("shift+w")
    window.until(f"window.viewer.is_current and painted(20.5, 15.5) == {plate}")
    assert window.complaints() == ""


def test_a_missing_frame_is_reported_in_the_picture(window: DrivenWindow, tmp_path: Path) -> None:
    """No dialog comes up; the frames beside it are shown as ever."""
    missing = FRAMES[2]
    (tmp_path / f"plate.{missing}.exr").unlink()
    window.key("Right")
    window.until(CURRENT.format(FRAMES[1]))
    window.key("Right")
    window.until(CURRENT.format(missing))
    assert str(missing) in window.ask("window.viewer.image.error")
    assert window.ask("dialog()") == ""
    window.key("Right")
    window.until(f"{CURRENT.format(FRAMES[3])} and not window.viewer.image.error")
    assert window.complaints() == ""


def test_playing_passes_every_frame_and_comes_round(window: DrivenWindow) -> None:
    """L plays from the first frame to the last and on, K stops; a click on the timeline goes there."""
    window.key("l")
    window.until(f"window.viewer.frame == {FRAMES[-1]}")
    window.until(f"window.viewer.frame == {FRAMES[0]}")
    window.key("k")
    window.until("not window.viewer.playback.playing")
    window.until(f"len(window.viewer.timeline.cached) == {len(FRAMES)}")
    line = "window.viewer.timeline"
    window.click(f"spot({line}, {line}.x_of({FRAMES[5]}), {line}.height() - 12)")
    window.until(CURRENT.format(FRAMES[5]))
    assert window.complaints() == ""
