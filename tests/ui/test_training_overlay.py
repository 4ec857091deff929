"""Contact sheets and previews over the Viewer while a CopyCat trains."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from written_runs import write_run

from paircat.engine.runs.contact_sheet import Sheet, write_sheet
from paircat.engine.runs.lock import RunLock
from paircat.nodes.script import Script
from paircat.ui import run_monitor
from paircat.ui.services import WindowServices
from paircat.ui.training_overlay import TrainingOverlay
from paircat.ui.trainings import Trainings
from paircat.ui.viewer_inset import LEFT, RIGHT


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
        complain=ignored,
        look_at=ignored,
        frame=lambda: 1,
        set_frame=ignored,
        overlay=lambda picture, caption, corner: shown.append((picture, caption, corner)),
    )
    trainings = Trainings(canvas)
    yield TrainingOverlay(trainings, services)
    trainings.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # before what they belong to goes


def test_newest_sheet_shows_while_a_run_trains(overlay, tmp_path, qtbot, shown):
    """It goes when the training ends."""
    run = write_run(tmp_path, "first", end="")
    with RunLock(run.lock):
        qtbot.waitUntil(lambda: bool(overlay._trainings.all()))
        overlay._trainings.of("CopyCat1").monitor.refresh()
        qtbot.waitUntil(lambda: len(shown) == 2)
        picture, caption, _ = next(one for one in shown if one[2] == LEFT)
        assert picture.shape == (24, 36, 3) and np.allclose(picture, 1)
        assert caption == "Contact sheet, step 40   first"
        run.sheet(60).write_bytes(run.sheet(20).read_bytes())
        qtbot.waitUntil(lambda: "60" in shown[-1][1])
        assert np.allclose(shown[-1][0], 0.5, atol=0.01)
    qtbot.waitUntil(lambda: all(picture is None for picture, _, _ in shown[-2:]))


def test_newest_preview_shows_beside_it_with_its_frame(overlay, tmp_path, qtbot, shown):
    """The frame is the one that the file names, since it is seldom the one that the Viewer is at."""
    run = write_run(tmp_path, "first", end="")
    write_sheet(run.preview(1000), Sheet(np.full((24, 36, 3), 0.25, np.float32), "sRGB", frame=12), 1000)
    with RunLock(run.lock):
        qtbot.waitUntil(lambda: bool(overlay._trainings.all()))
        overlay._trainings.of("CopyCat1").monitor.refresh()
        qtbot.waitUntil(lambda: any(corner == RIGHT for _, _, corner in shown))
        picture, caption, _ = next(one for one in shown if one[2] == RIGHT)
        assert caption == "Preview, step 1,000, frame 12   first" and np.allclose(picture, 0.25, atol=0.01)


def test_a_picture_that_was_opened_by_hand_stays(overlay, canvas, tmp_path, qtbot, shown):
    """Whatever changes on the canvas, until the last CopyCat goes, as it does with the script."""
    run = write_run(tmp_path, "first")
    qtbot.waitUntil(lambda: bool(overlay._trainings.all()))
    overlay.show_file(str(run.sheet(40)), "by hand")
    qtbot.waitUntil(lambda: len(shown) == 1)
    with qtbot.waitSignal(overlay._trainings.changed):
        canvas.set_value("CopyCat1", "epochs", 7)
    assert [caption for _, caption, _ in shown] == ["by hand"]
    canvas.load(Script())
    assert shown[-1] == (None, "", LEFT)
