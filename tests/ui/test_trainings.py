"""Trainings: one for every CopyCat of the canvas."""

import os

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from written_runs import write_run

from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import Run
from paircat.engine.training_estimate import TrainingEstimate
from paircat.nodes.script import Script
from paircat.ui.launch import Launch
from paircat.ui.trainings import Trainings


def test_every_copycat_is_followed_without_its_panel(canvas, tmp_path, qtbot):
    """A run is found when its script is opened; a deleted node's is let go, a renamed one's is kept."""
    write_run(tmp_path, "first")
    trainings = Trainings(canvas)
    changed = []
    trainings.changed.connect(changed.append)
    canvas.add_node("CopyCat", "CopyCat1", values={"dataDirectory": str(tmp_path)}, connect_selected=False)
    qtbot.waitUntil(lambda: len(trainings.all()) == 1)
    found = trainings.of("CopyCat1")
    qtbot.waitUntil(lambda: len(found.snapshots) == 1)
    canvas.rename("CopyCat1", "Paint")
    assert trainings.of("Paint") is found and found.name == "Paint"
    canvas.remove(["Paint"])
    qtbot.waitUntil(lambda: trainings.all() == [])
    canvas.undo_stack.undo()
    qtbot.waitUntil(lambda: len(trainings.all()) == 1)
    assert changed[0] == "CopyCat1"
    trainings.close()


def test_a_run_that_goes_on_without_its_node_is_reported(canvas, tmp_path, qtbot):
    """Which run, and how it can still be stopped; nothing is said of a node that trains nothing."""
    run = write_run(tmp_path, "mine", end="")
    trainings, messages = Trainings(canvas), []
    trainings.left_alone.connect(messages.append)
    with RunLock(run.lock):
        for name, folder in (("CopyCat1", str(tmp_path)), ("CopyCat2", "")):
            canvas.add_node("CopyCat", name, values={"dataDirectory": folder}, connect_selected=False)
        qtbot.waitUntil(lambda: len(trainings.all()) == 2)
        qtbot.waitUntil(lambda: trainings.of("CopyCat1").running is not None)
        canvas.remove(["CopyCat2"])
        assert messages == []
        canvas.remove(["CopyCat1"])
        assert len(messages) == 1 and "CopyCat1 is gone, but its run 'mine' goes on training. Undo" in messages[0]
        canvas.undo_stack.undo()
        qtbot.waitUntil(lambda: trainings.of("CopyCat1").running is not None)
    trainings.close()


def test_nodes_that_share_a_folder_see_what_one_of_them_trains(canvas, tmp_path, qtbot):
    """Also without Live Updates: what the second panel says, and makes an Inference of, would be of the past."""
    run = write_run(tmp_path, "shared")
    trainings = Trainings(canvas)
    for name in ("CopyCat1", "CopyCat2"):
        values = {"dataDirectory": str(tmp_path), "liveUpdates": False}
        canvas.add_node("CopyCat", name, values=values, connect_selected=False)
    qtbot.waitUntil(lambda: [len(each.snapshots) for each in trainings.all()] == [1, 1])
    first, second = (trainings.of(name) for name in ("CopyCat1", "CopyCat2"))
    with RunLock(run.lock):
        first.monitor.refresh()  # as it does when it begins a training
        qtbot.waitUntil(lambda: second.running is not None, timeout=10000)
    qtbot.waitUntil(lambda: second.running is None, timeout=10000)
    trainings.close()


@pytest.mark.parametrize(("knob", "value"), [("liveUpdates", "maybe"), ("activeRun", 5)])
def test_an_odd_value_in_a_script_keeps_no_training_from_sight(canvas, tmp_path, qtbot, knob, value):
    """It counts as the knob's default, so its runs are found and followed."""
    write_run(tmp_path, "first")
    knobs = {"dataDirectory": str(tmp_path), knob: value}
    nodes = {"CopyCat1": {"kind": "CopyCat", "knobs": knobs, "position": [0, 0]}}
    trainings = Trainings(canvas)
    canvas.load(Script.from_json({"format": "paircat script", "version": 1, "nodes": nodes}))
    qtbot.waitUntil(lambda: len(trainings.all()) == 1)
    training = trainings.of("CopyCat1")
    qtbot.waitUntil(lambda: training.active is not None and training.active.name == "first")
    assert training.running is None and not training.monitor.live
    training.delete(["first"])
    qtbot.waitUntil(lambda: training.snapshots == ())
    assert canvas.node("CopyCat1").values[knob] == value
    trainings.close()


def test_an_answer_for_a_node_that_is_gone_is_dropped(canvas, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CopyCat may be deleted while another process still works out what its training would come to."""
    trainings = Trainings(canvas)
    answers = []
    monkeypatch.setattr(trainings.estimate_process, "ask", lambda who, job, then: answers.append(then))
    canvas.add_node("CopyCat", "CopyCat1", connect_selected=False)
    training = trainings.of("CopyCat1")
    training.want_estimate()
    canvas.remove(["CopyCat1"])
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert answers
    for then in answers:
        then(TrainingEstimate())
    assert training.estimate is None
    trainings.close()


def test_whose_run_it_is_can_be_told(canvas, tmp_path, qtbot):
    """The CopyCat that started it, whatever both are called now, or whose knob names it; of others nobody knows."""
    runs = [write_run(tmp_path, name) for name in ("mine", "named", "foreign")]
    trainings = Trainings(canvas)
    for name in ("CopyCat1", "CopyCat2"):
        canvas.add_node("CopyCat", name, values={"dataDirectory": str(tmp_path)}, connect_selected=False)
    qtbot.waitUntil(lambda: len(trainings.all()) == 2)
    first, second = trainings.of("CopyCat1"), trainings.of("CopyCat2")
    qtbot.waitUntil(lambda: len(first.snapshots) == len(second.snapshots) == 3)
    first._launched(Launch(runs[0], os.getpid(), 0.0))
    second.activate("named")
    canvas.rename("CopyCat1", "Paint")
    assert [second.owner(run) for run in runs] == ["Paint", "CopyCat2", ""]
    assert first.owns(runs[0]) and not second.owns(runs[0])
    first.rename("mine", "look")
    qtbot.waitUntil(lambda: first.owns(Run("look", tmp_path)))
    trainings.close()
