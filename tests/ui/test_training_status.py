"""The status of a training, in words."""

import os
import shutil

import pytest
from copycat_canvas import connect_pairs, of_another_shot
from panels import click, copycat_panel, show_runs
from written_runs import write_run

from paircat.engine.runs import process
from paircat.engine.runs.lock import RunLock
from paircat.ui import run_format


@pytest.fixture
def panel(canvas, tmp_path, qtbot, monkeypatch):
    """That of a CopyCat with an empty Data Directory."""
    with copycat_panel(canvas, tmp_path, qtbot, monkeypatch) as made:
        yield made


def test_problem_of_the_folder_is_in_sight(panel, qtbot):
    """And can be put away."""
    panel.canvas.set_value("CopyCat1", "dataDirectory", "nowhere")
    qtbot.waitUntil(lambda: "nowhere" in panel.status.problem.text())
    assert panel.status.problem.isVisible()
    click(qtbot, panel.status.dismiss)
    assert not panel.status.problem.isVisible()


def test_a_folder_that_start_creates_is_no_problem(panel, tmp_path, qtbot):
    """It is said, and in the colour of all words; one that has gone, or a path that is mistyped, is red."""
    label, plain = panel.status.problem, panel.status.label

    def inks(of) -> set[str]:
        image = of.grab().toImage()
        found = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return {"red" if ink.saturation() > 80 else "grey" for ink in found if ink.lightness() > 90}

    panel.canvas.set_value("CopyCat1", "dataDirectory", "runs")
    qtbot.waitUntil(lambda: label.text().endswith("runs' does not exist yet; Start Training offers to create it."))
    assert inks(label) == inks(plain)
    panel.canvas.set_value("CopyCat1", "dataDirectory", "nowhere/runs")
    qtbot.waitUntil(lambda: label.text().endswith("create it, or choose another folder."))
    assert "red" in inks(label)
    (tmp_path / "runs").mkdir()
    write_run(tmp_path / "runs", "ours")
    panel.canvas.set_value("CopyCat1", "dataDirectory", "runs")
    qtbot.waitUntil(lambda: not label.isVisible() and bool(panel.training.snapshots))
    shutil.rmtree(tmp_path / "runs")
    panel.training.monitor.refresh()
    qtbot.waitUntil(lambda: label.text().endswith("create it, or choose another folder."))
    assert "red" in inks(label)


def test_it_stays_in_sight_on_every_tab(panel, tmp_path, qtbot):
    """State, step, loss, pace, elapsed and time left, and a bar."""
    run = write_run(tmp_path, "first", end="")
    with RunLock(run.lock):
        show_runs(panel, qtbot, "first")
        qtbot.waitUntil(lambda: panel.training.running is not None)
        for tab in range(panel.tabs.count()):
            panel.tabs.setCurrentIndex(tab)
            assert panel.status.label.isVisible()
            assert panel.status.mapTo(panel, panel.status.rect().bottomLeft()).y() <= panel.height()
        words = panel.status.label.text()
        assert all(part in words for part in ("Training", "step 40 of 100", "loss", "steps/s", "elapsed", "left"))
        assert panel.status.bar.value() == 400


def test_a_run_that_goes_on_is_not_full_before_it_does(panel, tmp_path, qtbot, monkeypatch):
    """From the press of Resume to its first step it starts; nothing says that no time is left, in other windows too."""
    monkeypatch.setattr(process, "start", lambda job, log: os.getpid())
    run = write_run(tmp_path, "first", total=40, end="# finished done\n")
    show_runs(panel, qtbot, "first")
    status, training = panel.status, panel.training
    assert status.bar.value() == status.bar.maximum() and "Finished" in status.label.text()
    panel.canvas.set_value("CopyCat1", "epochs", 1000)
    training.resume()
    qtbot.waitUntil(lambda: training.starting is not None)
    for taken in (False, True):
        if taken:
            lock = RunLock(run.lock)
            lock.__enter__()
            training.monitor.refresh()
            qtbot.waitUntil(lambda: training.running is not None)
        assert status.label.text() == "Starting   ·   first"
        assert (status.bar.value(), status.bar.minimum() < status.bar.maximum()) == (0, True)
        assert not any("left" in fact for fact in run_format.facts(training.active))
    with run.summary.open("a") as summary:
        summary.write('# paircat {"version": 1, "step": 40, "total_steps": 400}\n41,0.02,10.25,1\n42,0.02,10.5,1\n')
    qtbot.waitUntil(lambda: "step 42 of 400" in status.label.text() and "left" in status.label.text())
    assert status.bar.value() == 105
    lock.__exit__(None, None, None)


def test_a_run_of_another_shot_is_no_run_of_this_node(panel, canvas, tmp_path, qtbot):
    """Its steps would be taken for those of this node, until it is chosen."""
    connect_pairs(canvas, tmp_path)
    of_another_shot(write_run(tmp_path, "theirs"), tmp_path)
    show_runs(panel, qtbot, "theirs")
    qtbot.waitUntil(lambda: panel.status.label.text().startswith("No run of this node yet; 'theirs' learns other"))
    assert panel.status.bar.value() == 0
    panel.training.activate("theirs")
    assert "step 40 of 100" in panel.status.label.text() and panel.status.bar.value() == 400
