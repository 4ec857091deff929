"""Reading the Results: each piece of advice does what it says."""

import pytest
from copycat_canvas import connect_pairs, of_another_shot
from panels import click, copycat_panel, show_runs
from PySide6.QtWidgets import QPushButton
from written_runs import write_run

from paircat.engine.runs.run import RunState
from paircat.engine.settings import TrainingSettings


@pytest.fixture
def panel(canvas, tmp_path, qtbot, monkeypatch):
    """That of a CopyCat with an empty Data Directory."""
    with copycat_panel(canvas, tmp_path, qtbot, monkeypatch) as made:
        yield made


def test_advice_acts(panel, tmp_path, qtbot, monkeypatch):
    """Each piece of it does what it says; pairs are shown by their frames."""
    resumed = []
    monkeypatch.setattr(panel.training, "resume", lambda name="": resumed.append(name))
    write_run(tmp_path, "first", total=40, end="# finished\n", settings=TrainingSettings(epochs=100))
    show_runs(panel, qtbot, "first")
    assert panel.training.active.info.state == RunState.FINISHED
    advice = panel.training_tab.advice
    assert not advice.body.isVisible()
    click(qtbot, advice.title)
    buttons = {button.text(): button for button in advice.findChildren(QPushButton)}
    assert advice.body.isVisible()
    click(qtbot, buttons["Double the Epochs and Resume"])
    assert panel.canvas.value("CopyCat1", "epochs") == 200 and resumed == [""]
    click(qtbot, buttons["Take a Larger Model"])
    assert panel.canvas.value("CopyCat1", "modelSize") == "Large"
    click(qtbot, buttons["Take Larger Crops"])
    assert panel.canvas.value("CopyCat1", "cropSize") == 256  # Auto comes to 200 here
    with qtbot.waitSignal(panel.show_frames) as shown:
        click(qtbot, buttons["Compare Input and GroundTruth"])
    assert shown.args == ["CopyCat1", 1]


def test_a_run_that_was_stopped_goes_on_to_its_own_end(panel, tmp_path, qtbot, monkeypatch):
    """With the Epochs that it was started with, whatever the knob says by now."""
    resumed = []
    monkeypatch.setattr(panel.training, "resume", lambda name="": resumed.append(name))
    write_run(tmp_path, "first", settings=TrainingSettings(epochs=100))
    show_runs(panel, qtbot, "first")
    assert panel.training.active.info.state == RunState.STOPPED
    panel.canvas.set_value("CopyCat1", "epochs", 7)
    advice = panel.training_tab.advice
    click(qtbot, advice.title)

    def buttons() -> dict[str, QPushButton]:
        return {button.text(): button for button in advice.findChildren(QPushButton)}

    qtbot.waitUntil(lambda: "Double the Epochs and Resume" not in buttons())  # it is that of no run at first
    click(qtbot, buttons()["Resume"])
    assert panel.canvas.value("CopyCat1", "epochs") == 100 and resumed == [""]


def test_what_applies_is_marked_and_first(panel, tmp_path, qtbot):
    """A bar of the colour of what was changed stands beside it, and beside nothing else."""
    write_run(tmp_path, "first", scale=2, settings=TrainingSettings(epochs=100))
    show_runs(panel, qtbot, "first")
    advice = panel.training_tab.advice
    click(qtbot, advice.title)
    rows = [advice.rows.itemAt(place).widget() for place in range(advice.rows.count())]
    marked = [row.grab().toImage().pixelColor(1, row.height() // 2).name() == "#e8b84a" for row in rows]
    count = sum(finding.applies for finding in advice._findings)
    assert 0 < count < len(rows) and marked == [True] * count + [False] * (len(rows) - count)


def test_a_run_of_another_shot_says_nothing_of_this_one(panel, canvas, tmp_path, qtbot):
    """That it was cut short is no advice to go on, until it is chosen."""
    connect_pairs(canvas, tmp_path)
    of_another_shot(write_run(tmp_path, "theirs", scale=2), tmp_path)
    show_runs(panel, qtbot, "theirs")
    advice = panel.training_tab.advice

    def applying() -> set[str]:
        return {finding.title for finding in advice._findings if finding.applies}

    qtbot.waitUntil(lambda: bool(panel.training._sources) and "Full resolution" not in applying())
    panel.training.activate("theirs")
    assert "Full resolution" in applying()
