"""The panel of a CopyCat on a real canvas, for tests of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox

from paircat.engine.training_estimate import TrainingEstimate
from paircat.ui import run_monitor
from paircat.ui.canvas import Canvas
from paircat.ui.copycat_panel import CopyCatPanel
from paircat.ui.trainings import Trainings

ESTIMATE = TrainingEstimate(frames=(1, 5), crop_size=200, total_steps=900)
"""What the panel hears of its pairs; the process that has PyTorch is asked by the tests of EstimateProcess."""


@contextmanager
def copycat_panel(canvas: Canvas, folder: Path, qtbot: Any, monkeypatch: Any) -> Iterator[CopyCatPanel]:
    """The panel of CopyCat1, whose script and Data Directory lie in `folder`."""
    monkeypatch.setattr(run_monitor, "POLL_SECONDS", 0.05)
    canvas.path = folder / "shot.pcat"
    canvas.add_node("CopyCat", "CopyCat1", values={"dataDirectory": "."}, connect_selected=False)
    trainings = Trainings(canvas)
    monkeypatch.setattr(trainings.estimate_process, "ask", lambda who, job, then: then(ESTIMATE))
    panel = CopyCatPanel(canvas, "CopyCat1", trainings.of("CopyCat1"))
    qtbot.addWidget(panel)
    panel.resize(460, 800)
    panel.show()
    try:
        yield panel
    finally:
        trainings.close()


def show_runs(panel: CopyCatPanel, qtbot: Any, *names: str) -> None:
    """Wait until the panel knows these runs, and no others, with their losses."""
    panel.training.monitor.refresh()
    qtbot.waitUntil(lambda: {run.name for run in panel.training.snapshots if run.loaded} == set(names), timeout=10000)


def click(qtbot: Any, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(box: QMessageBox, text: str) -> None:
    """Press a question's button."""
    next(button for button in box.buttons() if button.text().replace("&", "") == text).click()


def type_in(qtbot: Any, edit: QLineEdit, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """Type a text in place of what stands in a field, and end with a key."""
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, key)
