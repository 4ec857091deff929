"""From an empty canvas to the result, with the mouse and the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from driven_window import DrivenWindow
from shots import FRAMES, WARM, plate, write_shot

OpenWindow = Callable[..., DrivenWindow]
RUN = "warm"


def add_read(window: DrivenWindow, name: str, across: float, pattern: Path) -> None:
    """A Read at a place of the canvas, of all frames of which one is chosen."""
    window.click(f"bare_canvas({across}, 0.15)")
    window.key("r")
    window.until("dialog() == 'Read'")
    window.type(str(next(pattern.parent.glob(pattern.name.replace("####", "*")))))
    window.key("Return")
    window.until(f"window.canvas.value('{name}', 'file') == {str(pattern)!r}")


def set_knob(window: DrivenWindow, name: str, value: object) -> None:
    """A line of text of the CopyCat's panel."""
    window.enter(f"knob('CopyCat1', '{name}')", str(value))
    window.until(f"str(window.canvas.value('CopyCat1', '{name}')) == {str(value)!r}")


def choose(window: DrivenWindow, name: str, value: str) -> None:
    """An option of the CopyCat's panel, by its first letters."""
    window.click(f"knob('CopyCat1', '{name}')")
    window.until("QApplication.activePopupWidget() is not None")
    window.type(value)
    window.key("Return")
    window.until(f"str(window.canvas.value('CopyCat1', '{name}')) == {value!r}")


def build(window: DrivenWindow, shot: Path) -> None:
    """Two Reads and a CopyCat, wired, that trains small and quick."""
    add_read(window, "Read1", 0.25, shot / "plate.####.exr")
    add_read(window, "Read2", 0.65, shot / "paint.####.exr")
    window.click("bare_canvas(0.45, 0.7)")
    window.key("Tab")
    window.until("window.editing.search.isVisible()")
    window.type("copycat")
    window.key("Return")
    window.until("'CopyCat1' in window.canvas.names()")
    window.drag("port('Read1', 'Output')", "port('CopyCat1', 'Input')")
    window.drag("port('Read2', 'Output')", "port('CopyCat1', 'GroundTruth')")
    window.drag("port('Read1', 'Output')", "port('CopyCat1', 'Preview')")
    wired = {"Input": "Read1", "GroundTruth": "Read2", "Preview": "Read1"}
    window.until(f"window.canvas.sources('CopyCat1') == {wired!r}")
    window.click("tile('CopyCat1')")
    set_knob(window, "dataDirectory", shot / "runs")
    set_knob(window, "runName", RUN)
    window.click("tab('CopyCat1', 'Advanced')")
    choose(window, "modelSize", "Small")
    choose(window, "cropSize", "32")
    set_knob(window, "checkpointInterval", 50)
    set_knob(window, "imageInterval", 20)
    window.click("tab('CopyCat1', 'Training')")


def stop(window: DrivenWindow, run: str = RUN) -> None:
    """Press Stop; say that it is meant, where full resolution has not been trained yet."""
    window.click("tab('CopyCat1', 'Training')")
    window.click("button('Stop')")
    stopped = f"run_state('CopyCat1', '{run}') == 'stopped'"
    window.until(f"dialog() or {stopped}")
    if window.ask("dialog()"):
        window.click("button('Stop Now')")
    window.until(stopped)


def error_of(values: list[float], frame: int, x: int, y: int) -> float:
    """How far a pixel is from what was painted, in parts of how far the plate is."""
    before, wanted = plate(frame)[y, x], plate(frame)[y, x] * WARM
    return float(np.abs(np.array(values) - wanted).mean() / np.abs(before - wanted).mean())


def test_from_an_empty_canvas_to_the_result(open_window: OpenWindow, tmp_path: Path) -> None:
    """Wire, train, watch, stop, infer, step through the result, save, close, open again, resume."""
    write_shot(tmp_path)
    (tmp_path / "runs").mkdir()
    window = open_window()
    build(window, tmp_path)
    window.until("'3' in window.properties.panel('CopyCat1').training_tab.info.text()")  # pairs
    window.click("button('Start Training')")

    window.click("tab('CopyCat1', 'Progress')")
    window.until(f"training('CopyCat1').running.info.steps > 20 and {RUN!r} in run_names('CopyCat1')", 60)
    for step in (50, 120):  # it grows as it trains
        window.until(f"drawn_to('CopyCat1', '{RUN}') > {step}")
    window.until("progress('CopyCat1').sheets.step >= 20")
    window.until("'left' in window.viewer.image.insets")
    window.click("tab('CopyCat1', 'Preview')")
    window.until("progress('CopyCat1').previews.step >= 50")
    assert all(word in window.ask("status('CopyCat1')") for word in ("Training", "step", "loss", "steps/s", "left"))

    stop(window)
    steps = window.ask("training('CopyCat1').active.info.steps")
    window.click("tab('CopyCat1', 'Progress')")
    window.click(f"run_cell('CopyCat1', '{RUN}', 2)", button=3)
    window.click("entry('Create Inference')")
    window.until("window.canvas.sources('Inference1') == {'Input': 'Read1'}")
    model = Path(window.ask("window.canvas.value('Inference1', 'modelFile')"))
    assert model.name == f"{RUN}.{steps}.cat"

    window.click("tile('Inference1')")
    window.key("1")
    for frame in FRAMES[:5]:
        window.until(f"window.viewer.is_current and window.viewer.shown_frame == {frame}", 40)
        errors = [error_of(window.ask(f"values({x}, {y})"), frame, x, y) for x, y in ((9, 7), (31, 24), (52, 40))]
        assert np.mean(errors) < 0.6, errors
        window.key("Right")

    script = tmp_path / "shot.pcat"
    window.key("ctrl+s")
    window.until("dialog()")
    window.type(str(script))
    window.key("Return")
    window.until("not window.document.modified")
    window.quit()
    assert window.wait_closed() == 0
    assert window.complaints() == ""

    again = open_window(script)
    again.until("window.viewer.node == 'Inference1'")
    again.click("tile('CopyCat1')")
    again.click("tab('CopyCat1', 'Progress')")
    again.click(f"run_cell('CopyCat1', '{RUN}', 2)", button=3)
    again.click("entry('Resume')")
    again.until(f"training('CopyCat1').running.info.steps > {steps}", 60)
    stop(again)
    last = again.ask("training('CopyCat1').active.info.steps")
    assert (tmp_path / "runs" / f"{RUN}.{last}.cat").exists()
    assert again.complaints() == ""
