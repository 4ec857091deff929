"""What a CopyCat learns, seen in the Viewer of the real window while it trains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from driven_window import DrivenWindow
from shots import FRAMES, write_script

OpenWindow = Callable[..., DrivenWindow]
IMAGE = "window.viewer.image"
INSET = f"spot({IMAGE}, *{IMAGE}.insets['{{}}'].place({IMAGE}.rect().toRectF()).center().toTuple())"


def test_sheet_preview_and_result_follow_the_training(open_window: OpenWindow, tmp_path: Path) -> None:
    """Sheet and preview lie over the corners with run and step, Q hides both, a click makes one large. The CopyCat
    itself shows its newest checkpoint on the frame that the timeline is at, and says which.
    """
    window = open_window(write_script(tmp_path, checkpointInterval=60, imageInterval=30, epochs=100000))
    window.drag("port('Read1', 'Output')", "port('CopyCat1', 'Preview')")
    window.until("'Preview' in window.canvas.sources('CopyCat1')")
    window.click("tile('CopyCat1')")
    window.key("1")
    window.until("window.viewer.is_current and 'nothing learnt yet' in window.viewer.image.caption")
    plate = window.ask("values(20, 15)")
    window.click("button('Start Training')")
    window.until(f"sorted({IMAGE}.insets) == ['left', 'right']", 60)
    assert window.ask(f"{IMAGE}.insets['left'].caption").startswith("Contact sheet, step ")
    assert window.ask(f"{IMAGE}.insets['right'].caption").startswith("Preview, step ")
    assert all(caption.endswith("   warm") for caption in window.ask(f"[i.caption for i in {IMAGE}.insets.values()]"))

    window.until("window.viewer.is_current and 'warm, step ' in window.viewer.image.caption", 40)
    assert window.ask("values(20, 15)") != plate
    window.point("pixel(40, 5)")
    window.until(f"{IMAGE}.hasFocus()")
    window.key("Right")
    window.until(f"window.viewer.is_current and f'CopyCat1   {FRAMES[1]}   warm, step ' in {IMAGE}.caption", 40)
    caption = window.ask(f"{IMAGE}.caption")
    window.until(f"window.viewer.is_current and {IMAGE}.caption != {caption!r}", 60)  # it follows
    assert f"CopyCat1   {FRAMES[1]}   warm, step " in window.ask(f"{IMAGE}.caption")

    window.click(INSET.format("left"))
    window.until(f"[inset.corner for inset in {IMAGE}.insets_seen] == ['left']")
    window.click(INSET.format("left"))
    window.until(f"len({IMAGE}.insets_seen) == 2")
    window.key("q")
    window.until(f"not {IMAGE}.insets_seen and not window.viewer.bar.overlay.isChecked()")
    window.key("q")
    window.until(f"len({IMAGE}.insets_seen) == 2")

    window.click("tab('CopyCat1', 'Training')")
    window.click("button('Stop')")
    window.until("not training('CopyCat1').running", 40)
    window.until(f"not {IMAGE}.insets")
    assert "warm, step " in window.ask(f"{IMAGE}.caption")
    assert window.complaints() == ""
