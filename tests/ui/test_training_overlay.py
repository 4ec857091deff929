"""Contact sheets over the Viewer while a CopyCat trains."""

import numpy as np
import pytest
from written_runs import write_run

from paircat.engine.runs.lock import RunLock
from paircat.ui import run_monitor
from paircat.ui.services import WindowServices
from paircat.ui.training_overlay import TrainingOverlay
from paircat.ui.trainings import Trainings


@pytest.fixture
def shown():
    """What lay over the Viewer, one after the other."""
    return []


@pytest.fixture
def overlay(canvas, tmp_path, shown, monkeypatch):
    """That of a canvas with one CopyCat."""
    monkeypatch.setattr(run_monitor, "POLL_SECONDS", 0.05)
    canvas.path = tmp_path / "shot.pcat"
    canvas.add_node("CopyCat", None, values={"dataDirectory": "."}, connect_selected=False)
    ignored = lambda *_: None  # noqa: E731
    services = WindowServices(
        folder=lambda: tmp_path,
        say=ignored,
        look_at=ignored,
        frame=lambda: 1,
        set_frame=ignored,
        overlay=lambda picture, caption: shown.append((picture, caption)),
    )
    trainings = Trainings(canvas)
    yield TrainingOverlay(trainings, services)
    trainings.close()


def test_newest_sheet_shows_while_a_run_trains(overlay, tmp_path, qtbot, shown):
    """It goes when the training ends."""
    run = write_run(tmp_path, "first", end="")
    with RunLock(run.lock):
        qtbot.waitUntil(lambda: bool(overlay._trainings.all()))
        overlay._trainings.of("CopyCat1").monitor.refresh()
        qtbot.waitUntil(lambda: bool(shown))
        picture, caption = shown[-1]
        assert picture.shape == (24, 36, 3) and np.allclose(picture, 1)
        assert "first" in caption and "40" in caption
        run.sheet(60).write_bytes(run.sheet(20).read_bytes())
        qtbot.waitUntil(lambda: "60" in shown[-1][1])
        assert np.allclose(shown[-1][0], 0.5, atol=0.01)
    qtbot.waitUntil(lambda: shown[-1][0] is None)


def test_it_can_be_switched_off(overlay, tmp_path, qtbot, shown):
    """Then the Viewer stays free of it, but for a picture that is opened by hand."""
    run = write_run(tmp_path, "first", end="")
    overlay.set_on(False)
    with RunLock(run.lock):
        qtbot.waitUntil(lambda: bool(overlay._trainings.all()))
        training = overlay._trainings.of("CopyCat1")
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        assert shown == []
        overlay.show_file(str(run.preview(40)), "by hand")
        qtbot.waitUntil(lambda: bool(shown))
        assert shown[-1][1] == "by hand"
