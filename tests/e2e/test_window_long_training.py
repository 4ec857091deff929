"""A training and the window that shows it: its end, a closed window, a killed process, a lost folder."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from driven_window import DrivenWindow
from shots import write_script

from paircat.engine.picture.box import Box
from paircat.engine.runs.run import Run

OpenWindow = Callable[..., DrivenWindow]
RUN = "warm"


def start(window: DrivenWindow, steps: int = 5) -> None:
    """Press Start Training, and wait for some steps."""
    window.click("tile('CopyCat1')")
    window.click("button('Start Training')")
    window.until(f"training('CopyCat1').running.info.steps >= {steps}", 60)


def loss_rows(window: DrivenWindow, column: str) -> list[float]:
    return window.ask(f"training('CopyCat1').active.summary.{column}.tolist()")


def test_finishing_at_full_resolution_ends_by_itself(open_window: OpenWindow, tmp_path: Path) -> None:
    """Stop during a reduced resolution offers it; the run goes on at full resolution, and is finished after the steps
    that the question names."""
    script = write_script(tmp_path, Box(0, 0, 96, 72), multiResolution=True, cropSize=64)
    window = open_window(script)
    start(window)
    window.click("button('Stop')")
    question = window.until("dialog()")
    assert "resolution so far" in question and "100 steps" in question
    window.click("button('Keep Training')")
    window.until("not dialog()")
    assert window.ask("training('CopyCat1').running.name") == RUN
    window.click("button('Stop')")
    window.click("button('Finish at Full Resolution')")
    window.until("'Finishing' in status('CopyCat1')")
    window.until(f"run_state('CopyCat1', '{RUN}') == 'finished'", 90)
    window.until("len(training('CopyCat1').active.summary) == training('CopyCat1').active.info.steps")
    scales = loss_rows(window, "scale")
    reduced = sum(scale > 1 for scale in scales)
    assert reduced >= 5 and len(scales) == reduced + max(100, reduced // 4) and set(scales[reduced:]) == {1}
    assert Run(RUN, tmp_path / "runs").cat(len(scales)).exists()
    window.until("'full resolution' in status('CopyCat1') and 'Finished' in status('CopyCat1')")
    assert not window.ask("training('CopyCat1').sentence")
    assert window.complaints() == ""


def test_finish_brings_a_run_to_a_settled_end(open_window: OpenWindow, tmp_path: Path) -> None:
    """Its tooltip says how long that takes; the line says what goes on, also in a window that is opened meanwhile; a
    run that was stopped can be finished, too."""
    script = write_script(tmp_path)
    window = open_window(script)
    window.click("tile('CopyCat1')")
    assert not window.ask("find_button('Finish').isEnabled()")
    start(window, steps=12)
    tip = window.ask("find_button('Finish').toolTip()")
    assert "100 steps more, about a minute, at full resolution" in tip
    window.click("button('Stop')")
    window.until(f"run_state('CopyCat1', '{RUN}') == 'stopped'")
    stopped = window.ask("training('CopyCat1').active.info.steps")
    window.click("button('Resume Training')")
    window.until(f"training('CopyCat1').running.info.steps >= {stopped + 5}", 60)
    window.click("button('Finish')")
    window.until("'Finishing' in status('CopyCat1')")
    window.until("training('CopyCat1').active.info.finishing", 60)
    assert "Finishing" in window.ask("status('CopyCat1')")
    assert not window.ask("find_button('Finish').isEnabled() or find_button('Start Training').isEnabled()")
    begun = window.ask("int(training('CopyCat1').active.summary.facts['step'])")
    window.quit()
    assert window.wait_closed() == 0 and window.complaints() == ""

    again = open_window(script)
    again.click("tile('CopyCat1')")
    again.until("'Finish' in status('CopyCat1')")  # Finishing, or Finished by now
    again.until(f"run_state('CopyCat1', '{RUN}') == 'finished'", 90)
    again.until("'Finished' in status('CopyCat1')")
    assert again.ask("training('CopyCat1').active.info.steps") == begun + max(100, begun // 4)
    assert not again.ask("find_button('Finish').isEnabled() or training('CopyCat1').sentence")
    assert Run(RUN, tmp_path / "runs").read_summary().facts["finishing"] is True
    assert again.complaints() == ""


def test_advice_on_how_to_go_on_is_done(open_window: OpenWindow, tmp_path: Path) -> None:
    """A run that was stopped at a reduced resolution is finished at the full one, and then goes on to twice the Epochs,
    by two buttons of Reading the Results."""
    script = write_script(tmp_path, Box(0, 0, 96, 72), multiResolution=True, cropSize=64, epochs=4000)
    window = open_window(script)
    start(window)
    window.click("button('Stop')")
    window.click("button('Stop Now')")
    window.until(f"run_state('CopyCat1', '{RUN}') == 'stopped'")
    advice = "window.properties.panel('CopyCat1').training_tab.advice"
    window.click(f"spot({advice}.title, 20, 8)")
    window.until(f"{advice}.body.isVisible() and 'to look at' in {advice}.title.text()")
    for text in ("Finish at Full Resolution", "Double the Epochs and Resume"):
        steps = window.ask("training('CopyCat1').active.info.steps")
        window.reveal(f"find_button('{text}')")
        window.click(f"button('{text}')")
        window.until(f"training('CopyCat1').running.info.steps > {steps}", 60)
        if text.startswith("Finish"):
            window.until(f"run_state('CopyCat1', '{RUN}') == 'finished'", 90)
            window.until("training('CopyCat1').active.loaded and training('CopyCat1').active.summary.end == 'done'")
            assert loss_rows(window, "scale")[steps:] == [1] * 100
    assert window.ask("window.canvas.value('CopyCat1', 'epochs'), training('CopyCat1').running.info.total_steps") == [
        8000, 8000,
    ]  # fmt: skip
    window.click("button('Stop')")
    window.until(f"run_state('CopyCat1', '{RUN}') == 'stopped'")
    assert not window.ask("training('CopyCat1').sentence")
    assert window.complaints() == ""


def test_a_training_outlives_its_window(open_window: OpenWindow, tmp_path: Path) -> None:
    """Closed and opened again the window finds it with its curve, and can stop it; killed, it is interrupted, says so,
    and is resumed."""
    script = write_script(tmp_path)
    window = open_window(script)
    start(window)
    pid = Run(RUN, tmp_path / "runs").holder().pid
    window.quit()
    assert window.wait_closed() == 0 and window.complaints() == ""

    again = open_window(script)
    again.click("tile('CopyCat1')")
    again.until("training('CopyCat1').running.info.state.value == 'training'")
    assert Run(RUN, tmp_path / "runs").holder().pid == pid
    before = again.ask("training('CopyCat1').running.info.steps")
    again.until(f"training('CopyCat1').running.info.steps > {before}")
    line = again.ask("status('CopyCat1')")
    assert all(word in line for word in ("Training", "step", "loss", "steps/s", "elapsed", "left"))
    again.click("tab('CopyCat1', 'Progress')")
    again.until(f"drawn_to('CopyCat1', '{RUN}') >= {before}")

    os.kill(pid, signal.SIGKILL)
    again.until(f"run_state('CopyCat1', '{RUN}') == 'interrupted'")
    sentence = again.until("training('CopyCat1').sentence")
    assert RUN in sentence and "Resume" in sentence
    assert "Interrupted" in again.ask("status('CopyCat1')")
    steps = again.ask("training('CopyCat1').active.info.steps")

    again.click("tab('CopyCat1', 'Training')")
    again.click("button('Resume Training')")
    again.until(f"training('CopyCat1').running.info.steps > {steps}", 60)
    assert not again.ask("training('CopyCat1').sentence")
    again.click("button('Stop')")
    again.until(f"run_state('CopyCat1', '{RUN}') == 'stopped'")
    assert loss_rows(again, "step") == list(range(1, again.ask("training('CopyCat1').active.info.steps") + 1))
    assert again.complaints() == ""


def test_a_lost_data_directory_is_reported(open_window: OpenWindow, tmp_path: Path) -> None:
    """In the panel, by its name, with what to do; once it is there again a new training can begin."""
    script = write_script(tmp_path)
    window = open_window(script)
    start(window)
    holder = Run(RUN, tmp_path / "runs").holder()
    shutil.rmtree(tmp_path / "runs")
    message = window.until("training('CopyCat1').sentence")
    assert str(tmp_path / "runs") in message and ("does not exist" in message or "Check" in message)
    window.until(f"not __import__('psutil').pid_exists({holder.pid})", 90)  # it waits for a drive that is away
    (tmp_path / "runs").mkdir()
    window.click("button('Start Training')")
    window.until("training('CopyCat1').running.info.steps >= 2", 60)
    assert not window.ask("training('CopyCat1').sentence")
    window.click("button('Stop')")
    window.until(f"run_state('CopyCat1', '{RUN}') == 'stopped'")
    assert window.complaints() == ""
