"""The Progress tab in the real window: graph, live updates, several runs, pictures, what Reading the Results offers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from driven_window import DrivenWindow
from shots import write_script
from written_runs import write_foundry_run, write_run

from paircat.engine.runs.data_directory import DataDirectory

OpenWindow = Callable[..., DrivenWindow]
FIRST, SECOND, NUKES = "Training_240420_220542", "Training_240421_090000", "Training_231105_101500"
GRAPH = "progress('CopyCat1').graph"
WIDTH = f"{GRAPH}.view_range()[0][1] - {GRAPH}.view_range()[0][0]"
SHEETS = "progress('CopyCat1').sheets"


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DrivenWindow:
    """The Progress tab, with two runs of ours and one that Nuke made; a file manager that notes what it is given."""
    manager = tmp_path / "bin" / "xdg-open"
    manager.parent.mkdir()
    manager.write_text(f"#!/bin/sh\necho \"$1\" > '{tmp_path}/revealed'\n")
    manager.chmod(0o755)
    monkeypatch.setenv("PATH", f"{manager.parent}{os.pathsep}{os.environ['PATH']}")
    script = write_script(tmp_path)
    for name in (FIRST, SECOND):
        write_run(tmp_path / "runs", name, steps=400, total=1000)
    write_foundry_run(tmp_path / "runs", NUKES)
    opened = open_window(script)
    opened.click("tile('CopyCat1')")
    opened.click("tab('CopyCat1', 'Progress')")
    opened.until(f"len(run_names('CopyCat1')) == 3 and len({GRAPH}.names()) == 3")
    return opened


def view(window: DrivenWindow) -> tuple[float, float, float, float]:
    """Left, right, bottom, top."""
    (left, right), (bottom, top) = window.ask(f"{GRAPH}.view_range()")
    return left, right, bottom, top


def knob(window: DrivenWindow, name: str) -> object:
    return window.ask(f"window.canvas.value('CopyCat1', '{name}')")


def test_the_graph_is_zoomed_read_and_set(window: DrivenWindow) -> None:
    """Buttons, wheel and drag; the cursor reads a curve; the view is kept in knobs, one step of undo a change."""
    left, right, _, top = view(window)
    assert left == 0 and 1000 <= right <= 1020
    for text, narrower in (("X +", True), ("X −", False)):
        before = view(window)
        window.click(f"button('{text}')")
        window.until(
            f"({GRAPH}.view_range()[0][1] - {GRAPH}.view_range()[0][0] < {before[1] - before[0]}) is {narrower}"
        )
    for text, lower in (("Y +", True), ("Y −", False)):
        before = view(window)
        window.click(f"button('{text}')")
        window.until(f"({GRAPH}.view_range()[1][1] < {before[3]}) is {lower}")
    plot = f"{GRAPH}.plot.viewport()"
    window.point(f"spot({plot})")
    window.screen.do("click", 4)
    window.until(f"{WIDTH} < {right - left - 1}")
    before = view(window)
    window.drag(f"spot({plot}, 200, 60)", f"spot({plot}, 260, 60)")
    window.until(f"{GRAPH}.view_range()[0][0] < {before[0]}")
    window.click("button('Reset Zoom')")
    window.until(f"{GRAPH}.view_range()[0] == ({left}, {right}) and abs({GRAPH}.view_range()[1][1] - {top}) < 1e-9")

    window.point(f"spot({plot}, 120, 60)")
    read = window.until(f"'step' in {GRAPH}.read_out.text() and {GRAPH}.read_out.text()")
    assert "loss" in read and "original" in read
    window.point("spot(progress('CopyCat1').live, 8, 8)")
    window.until(f"not {GRAPH}.read_out.text().strip()")

    steps = "window.canvas.undo_stack.index()"
    before_any = window.ask(steps)
    window.click(f"spot({GRAPH}.log_scale, 8, 8)")
    window.until(f"{GRAPH}.view_range()[1][0] < -1")  # exponents of ten
    window.click(f"spot({GRAPH}.original, 8, 8)")
    slider = f"{GRAPH}._slider"
    window.drag(
        f"spot({slider}, {slider}.width() * 0.6, {slider}.height() / 2)", f"spot({slider}, 8, {slider}.height() / 2)"
    )
    window.click(f"spot({GRAPH}.x_axis)")
    window.until("QApplication.activePopupWidget() is not None")
    window.key("Down", "Return")
    window.until(f"window.canvas.value('CopyCat1', 'graphAxis') == 'Time' and {GRAPH}.over_time")
    assert (knob(window, "logScale"), knob(window, "originalCurve")) == (True, False)
    assert knob(window, "smoothness") < 0.2
    assert window.ask(steps) == before_any + 4
    assert window.ask(f"len({GRAPH}.curves('{NUKES}')), {GRAPH}.curves('{FIRST}').original.x[-1]") == [0, 100]
    for _ in range(4):
        window.key("ctrl+z")
    window.until(f"{steps} == {before_any} and {GRAPH}.original.isChecked() and not {GRAPH}.logarithmic")
    assert window.ask(f"{GRAPH}.smoothness.value()") == 0.6
    assert window.complaints() == ""


def test_runs_made_elsewhere_are_followed(window: DrivenWindow, tmp_path: Path) -> None:
    """Not before Live Updates is on, but by Refresh; then a training by the command line shows while it goes on."""
    write_run(tmp_path / "runs", "theirs")
    window.click(f"spot({GRAPH}.findChild(QToolButton, 'graph Refresh'))")
    window.until("'theirs' in run_names('CopyCat1')")
    window.click("spot(progress('CopyCat1').live, 8, 8)")
    window.until("window.canvas.value('CopyCat1', 'liveUpdates') is True")
    command = [
        sys.executable, "-m", "paircat", "train", "--input", "plate.####.exr", "--groundtruth", "paint.####.exr",
        "--preview", "plate.####.exr", "--data-dir", "runs", "--name", "farm", "--steps", "240", "--threads", "1",
        "--model-size", "small", "--crop-size", "32", "--image-interval", "40", "--checkpoint-interval", "100",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as farm:
        window.until("'farm' in run_names('CopyCat1') and run_state('CopyCat1', 'farm') == 'training'", 60)
        window.click("run_cell('CopyCat1', 'farm', 1)")
        window.until(f"{SHEETS}.step is not None and {SHEETS}.step >= 40")
        first = window.ask(f"{SHEETS}.step")
        window.until(f"{SHEETS}.step > {first} and drawn_to('CopyCat1', 'farm') > {first}", 60)
        assert "steps/s" in window.ask("status('CopyCat1')")
        window.click("tab('CopyCat1', 'Preview')")
        window.until("progress('CopyCat1').previews.step and not progress('CopyCat1').previews.view.image.isNull()", 60)
        assert farm.wait(90) == 0
    window.until("run_state('CopyCat1', 'farm') == 'finished'")
    window.until("drawn_to('CopyCat1', 'farm') > 225")
    assert window.complaints() == ""


def test_several_runs_at_once_and_one_alone(window: DrivenWindow, tmp_path: Path) -> None:
    """Hide, show and delete two; make one active, look at its pictures, copy its settings, reveal it."""
    window.click(f"run_cell('CopyCat1', '{FIRST}', 2)")
    window.screen.do("keydown", "ctrl")
    window.click(f"run_cell('CopyCat1', '{SECOND}', 2)")
    window.screen.do("keyup", "ctrl")
    for text, left in (("Hide in Graph", [NUKES]), ("Show in Graph", sorted([FIRST, SECOND, NUKES]))):
        window.click(f"run_cell('CopyCat1', '{SECOND}', 2)", button=3)
        window.click(f"entry('{text}')")
        window.until(f"sorted({GRAPH}.names()) == {left!r}")

    window.click(f"run_cell('CopyCat1', '{FIRST}', 1)")
    window.until(f"window.canvas.value('CopyCat1', 'activeRun') == '{FIRST}' and {SHEETS}.step == 400")
    window.click(f"spot({SHEETS}.earlier)")
    window.until(f"{SHEETS}.step == 200 and {SHEETS}.view.image.pixelColor(5, 5).red() < 140")
    window.drag(f"spot({SHEETS}.slider, 8, 10)", f"spot({SHEETS}.slider, {SHEETS}.slider.width() - 8, 10)")
    window.until(f"{SHEETS}.step == 400 and {SHEETS}.view.image.pixelColor(5, 5).red() > 240")
    window.click(f"spot({SHEETS}.view)", times=2)
    window.until(f"{SHEETS}.large.isVisible()")
    window.click("button('Lay over the Viewer')")
    window.until("'left' in window.viewer.image.insets")

    window.click(f"run_cell('CopyCat1', '{FIRST}', 2)", button=3)
    window.click("entry('Copy Settings into Knobs')")
    window.until("window.canvas.value('CopyCat1', 'epochs') == 100")
    assert (knob(window, "modelSize"), knob(window, "frames")) == ("Medium", "1,3")
    window.key("ctrl+z")
    window.until("window.canvas.value('CopyCat1', 'epochs') == 10000")
    assert knob(window, "modelSize") == "Small"
    window.click(f"run_cell('CopyCat1', '{FIRST}', 2)", button=3)
    window.click("entry('Reveal in File Manager')")
    window.until(f"open({str(tmp_path / 'revealed')!r}).read().strip()")
    assert str(tmp_path / "runs") in (tmp_path / "revealed").read_text()

    window.click(f"run_cell('CopyCat1', '{FIRST}', 2)")
    window.screen.do("keydown", "ctrl")
    window.click(f"run_cell('CopyCat1', '{SECOND}', 2)")
    window.screen.do("keyup", "ctrl")
    window.click(f"run_cell('CopyCat1', '{SECOND}', 2)", button=3)
    window.click("entry('Delete Files …')")
    window.until("'2 runs' in dialog() and ' kB' in dialog()")
    window.click("button('Delete')")
    window.until(f"run_names('CopyCat1') == ['{NUKES}']")
    assert {run.name for run in DataDirectory(tmp_path / "runs").runs()} == {NUKES}
    assert window.complaints() == ""


def test_nukes_own_run_is_seen_beside_ours(window: DrivenWindow) -> None:
    """Its curve, contact sheet and state; what only PairCat's own files can do is not offered."""
    window.click(f"run_cell('CopyCat1', '{NUKES}', 1)")
    window.until(f"{SHEETS}.step == 190 and not {SHEETS}.view.image.isNull()")
    window.until("'Made by Nuke' in status('CopyCat1') and 'step 190' in status('CopyCat1')")
    window.until(f"180 < drawn_to('CopyCat1', '{NUKES}') < 200")
    assert window.ask(f"{GRAPH}.curves('{NUKES}').original.x.tolist()") == list(range(0, 200, 10))
    window.click(f"run_cell('CopyCat1', '{NUKES}', 2)", button=3)
    actions = "QApplication.activePopupWidget().actions()"
    offered = window.until(f"[item.text() for item in {actions} if item.isEnabled() and not item.isSeparator()]")
    assert not {"Resume", "Create Inference", "Copy Settings into Knobs"} & set(offered)
    assert {"Hide in Graph", "Reveal in File Manager", "Delete Files …"} <= set(offered)
    window.key("Escape")
    window.click("tab('CopyCat1', 'Training')")
    assert not window.ask("find_button('Resume Training').isEnabled() or find_button('Create Inference').isEnabled()")
    assert window.complaints() == ""


def test_what_reading_the_results_offers_is_done(window: DrivenWindow) -> None:
    """A larger model, larger crops, and the pairs side by side, one after the other."""
    window.click("tab('CopyCat1', 'Training')")
    advice = "window.properties.panel('CopyCat1').training_tab.advice"
    window.click(f"spot({advice}.title, 20, 8)")
    window.until(f"{advice}.body.isVisible()")
    for text, name, value in (("Take a Larger Model", "modelSize", "Medium"), ("Take Larger Crops", "cropSize", 64)):
        window.reveal(f"find_button('{text}')")
        window.click(f"button('{text}')")
        window.until(f"window.canvas.value('CopyCat1', '{name}') == {value!r}")
    window.until("len(training('CopyCat1').estimate.frames) == 3", 60)
    window.reveal("find_button('Compare Input and GroundTruth')")
    window.click("button('Compare Input and GroundTruth')")
    window.until("window.viewer.node == 'Read1' and window.viewer.is_current and window.viewer.shown_frame == 1001")
    window.click("spot(find_button('Compare Input and GroundTruth').parentWidget().findChildren(QToolButton)[0])")
    window.until("window.viewer.is_current and window.viewer.shown_frame == 1004")
    assert window.ask("window.viewer._answer.b is not None")
    assert window.complaints() == ""
