"""Going through frames in the real window: in and out, loops, keys of playing, typed numbers, zoom and pan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driven_window import DrivenWindow
from shots import FRAMES, write_script

OpenWindow = Callable[..., DrivenWindow]
CURRENT = "window.viewer.is_current and window.viewer.shown_frame == {}"
LINE = "window.viewer.timeline"
FIRST, LAST = FRAMES[0], FRAMES[-1]


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> DrivenWindow:
    """The plate is looked at, at its first frame, with the mouse over it."""
    opened = open_window(write_script(tmp_path))
    opened.click("tile('Read1')")
    opened.key("1")
    opened.until(CURRENT.format(FIRST))
    over_picture(opened)
    return opened


def over_picture(window: DrivenWindow) -> None:
    """Where the keys are the Viewer's."""
    window.click("spot(window.viewer.image)")
    window.until("window.viewer.image.hasFocus()")


def on_line(frame: float, y: int) -> str:
    return f"spot({LINE}, {LINE}.x_of({frame}), {y})"


def choose_loop(window: DrivenWindow, entry: int) -> None:
    window.click("spot(window.viewer.transport.loop)")
    window.until("QApplication.activePopupWidget() is not None")
    window.key("Home", *["Down"] * entry, "Return")
    window.until(f"window.viewer.transport.loop.currentIndex() == {entry} and QApplication.activePopupWidget() is None")
    over_picture(window)


def test_steps_and_typed_numbers(window: DrivenWindow) -> None:
    """Arrows, Shift and arrows, Home and End, the transport's buttons, a number, the timeline and its wheel."""
    window.key("Right", "Right")
    window.until(CURRENT.format(FIRST + 2))
    window.key("Left")
    window.until(CURRENT.format(FIRST + 1))
    window.key("shift+Right")
    window.until(CURRENT.format(LAST))
    window.key("Home")
    window.until(CURRENT.format(FIRST))
    window.key("End")
    window.until(CURRENT.format(LAST))
    window.click("spot(window.viewer.transport.buttons['back'])")
    window.until(CURRENT.format(LAST - 1))
    window.enter("spot(window.viewer.transport.frame)", str(FIRST + 3))
    window.until(CURRENT.format(FIRST + 3))
    window.click(on_line(FIRST + 5, 30))
    window.until(CURRENT.format(FIRST + 5))
    window.screen.do("click", 4)  # the wheel
    window.until(CURRENT.format(FIRST + 4))
    window.drag(on_line(FIRST + 4, 30), on_line(FIRST + 1, 30))
    window.until(CURRENT.format(FIRST + 1))
    assert window.complaints() == ""


def test_in_out_and_loops(window: DrivenWindow) -> None:
    """I and O, or their handles, bound the playing; it repeats, turns or ends there; J, K and L go as they say."""
    window.key("Right", "i", "Right", "Right", "Right", "o")
    window.until(f"({LINE}.in_point, {LINE}.out_point) == ({FIRST + 1}, {FIRST + 4})")
    assert window.ask("window.viewer.transport.out_point.value()") == FIRST + 4
    window.drag(on_line(FIRST + 4.5, 18), on_line(FIRST + 3, 18))
    window.until(f"({LINE}.in_point, {LINE}.out_point) == ({FIRST + 1}, {FIRST + 3})")
    over_picture(window)
    window.enter("spot(window.viewer.transport.fps)", "12")
    window.until("window.viewer.playback.fps == 12")
    over_picture(window)
    window.key("Home", "l")
    window.until(f"window.viewer.frame == {FIRST + 3}")
    window.until(f"window.viewer.frame == {FIRST + 1}")  # and round
    window.until("abs(window.viewer.playback.real_fps - 12) < 1.5 and window.viewer.transport._real.text()")
    window.key("j")
    window.until("window.viewer.playback.direction == -1")
    window.key("k")
    window.until("window.viewer.playback.direction == 0")
    choose_loop(window, 1)
    window.key("Home", "l")
    window.until("window.viewer.playback.direction == -1")  # turned
    window.until("window.viewer.playback.direction == 1")
    window.key("k")
    choose_loop(window, 2)
    window.key("Home", "l")
    window.until(f"window.viewer.playback.direction == 0 and {CURRENT.format(FIRST + 3)}")  # ended
    assert window.ask(f"sorted({LINE}.cached)[:4]") == [FIRST, FIRST + 1, FIRST + 2, FIRST + 3]
    assert window.complaints() == ""


def test_zoom_and_pan(window: DrivenWindow) -> None:
    """The middle button takes the picture along; F brings it back, the menu and Ctrl+1 give it its own size."""
    before = window.ask("pixel(20, 15)")
    x, y = before
    window.screen.do("mousemove", x, y, "mousedown", 2)
    for step in (10, 30, 60):
        window.screen.do("mousemove", x + step, y + step // 2)
        window.ask("1")
    window.screen.do("mouseup", 2)
    window.until(f"list(pixel(20, 15)) == {[x + 60, y + 30]}")
    window.key("f")
    window.until(f"list(pixel(20, 15)) == {before}")
    window.key("ctrl+1")
    window.until("window.viewer.image.zoom == 1 and window.viewer.bar.zoom.currentText() == '100%'")
    window.click("spot(window.viewer.bar.zoom)")
    window.until("QApplication.activePopupWidget() is not None")
    window.key("End", "Return")
    window.until("window.viewer.image.zoom == 8")
    over_picture(window)
    window.key("minus")
    window.until("window.viewer.image.zoom == 4")
    assert window.complaints() == ""
