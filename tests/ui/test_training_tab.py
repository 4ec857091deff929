"""The Training tab: what can be started, stopped, resumed and applied."""

import dataclasses
import os
import threading

import numpy as np
import OpenImageIO as oiio
import pytest
from copycat_canvas import connect_pairs, of_another_shot
from panels import answer, click, copycat_panel, show_runs
from written_runs import header, write_run

from paircat.engine.errors import RunError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs import process
from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import RunLock
from paircat.engine.settings import TrainingSettings
from paircat.ui import training as training_module


@pytest.fixture
def panel(canvas, tmp_path, qtbot, monkeypatch):
    """That of a CopyCat with an empty Data Directory."""
    with copycat_panel(canvas, tmp_path, qtbot, monkeypatch) as made:
        yield made


def test_without_a_run_only_start_is_offered(panel):
    """Resume is grey until there is an active run."""
    tab = panel.training_tab
    assert tab.start.isEnabled()
    assert not any(button.isEnabled() for button in (tab.finish, tab.stop, tab.resume, tab.infer))
    assert panel.status.label.text() == "No run yet"


def test_a_run_can_be_resumed_and_applied(panel, tmp_path, qtbot):
    """Its state is always in sight, whichever tab shows."""
    write_run(tmp_path, "first")
    show_runs(panel, qtbot, "first")
    tab = panel.training_tab
    assert tab.resume.isEnabled() and tab.infer.isEnabled() and not tab.stop.isEnabled()
    panel.tabs.setCurrentIndex(1)
    assert panel.status.label.isVisible() and "step 40 of 100" in panel.status.label.text()
    assert panel.status.bar.value() == 400
    assert tab.resume.toolTip().startswith("Go on with 'first' from step 40, to the Epochs")
    with qtbot.waitSignal(panel.create_inference) as asked:
        panel.tabs.setCurrentIndex(0)
        click(qtbot, tab.infer)
    assert asked.args == ["CopyCat1", str(tmp_path / "first.40.cat")]


def test_info_tells_a_resume_from_a_new_training(panel, canvas, tmp_path, qtbot):
    """Knobs that were touched since change the one more than the other: the run keeps its batch."""
    run = write_run(tmp_path, "first")
    said = dataclasses.replace(header("first", 40, 100), data_set={"batch_size": 1})
    save_cat(run.cat(40), said, {"weight": np.zeros(3, np.float32)})
    show_runs(panel, qtbot, "first")
    tab = panel.training_tab
    canvas.set_value("CopyCat1", "epochs", 300)
    qtbot.waitUntil(lambda: tab.info.text().endswith("Resume of 'first': batch size 1   ·   steps 40 to 600"))
    canvas.set_value("CopyCat1", "batchSizeType", "Manual")
    canvas.set_value("CopyCat1", "batchSize", 2)
    qtbot.waitUntil(lambda: tab.info.text().endswith("batch size 2   ·   steps 40 to 300"))


def test_a_training_can_be_stopped(panel, tmp_path, qtbot):
    """The line says state, step, pace and time left; starting another waits."""
    run = write_run(tmp_path, "first", end="")
    with RunLock(run.lock):
        show_runs(panel, qtbot, "first")
        qtbot.waitUntil(lambda: panel.training_tab.stop.isEnabled())
        assert not panel.training_tab.start.isEnabled()
        assert "steps/s" in panel.status.label.text() and "left" in panel.status.label.text()
        click(qtbot, panel.training_tab.stop)
        qtbot.waitUntil(run.stop_requested)


def test_stop_before_full_resolution_offers_to_finish_there(panel, tmp_path, qtbot, monkeypatch):
    """An early end of a multi-resolution run is no surprise."""
    asked = []
    monkeypatch.setattr(panel.training, "finish", asked.append)
    run = write_run(tmp_path, "first", scale=4, end="")
    with RunLock(run.lock):
        show_runs(panel, qtbot, "first")
        qtbot.waitUntil(lambda: panel.training.running is not None)
        click(qtbot, panel.training_tab.stop)
        box = panel.training_tab.question
        assert "1/4 resolution" in box.text() and not run.stop_requested()
        answer(box, "Finish at Full Resolution")
        assert asked == ["first"]
        click(qtbot, panel.training_tab.stop)
        answer(panel.training_tab.question, "Stop Now")
        qtbot.waitUntil(run.stop_requested)


def test_the_question_of_stop_keeps_up_with_the_run(panel, tmp_path, qtbot):
    """It says how far the resolution has come by now, and goes when the run has ended without an answer."""
    run = write_run(tmp_path, "first", scale=4, end="")
    with RunLock(run.lock):
        show_runs(panel, qtbot, "first")
        qtbot.waitUntil(lambda: panel.training.running is not None)
        click(qtbot, panel.training_tab.stop)
        box = panel.training_tab.question
        for step, scale, words in ((41, 2, "only been trained at 1/2 resolution"), (42, 1, "come to full resolution")):
            with run.summary.open("a") as summary:
                summary.write(f"{step},0.02,{step / 4},{scale}\n")
            qtbot.waitUntil(lambda words=words: words in box.text())
        assert not run.stop_requested() and box.isVisible()
    panel.training.monitor.refresh()
    qtbot.waitUntil(lambda: panel.training_tab.question is None)
    assert not run.stop_requested()


def test_finish_is_offered_while_there_is_something_to_settle(panel, tmp_path, qtbot):
    """To a run that trains or was stopped, with what it takes; not where the end is as near already, or was reached."""
    tab = panel.training_tab
    run = write_run(tmp_path, "first", steps=800, total=4000, end="")
    with RunLock(run.lock):
        show_runs(panel, qtbot, "first")
        qtbot.waitUntil(tab.finish.isEnabled)
        assert "200 steps more, about a minute, at full resolution" in tab.finish.toolTip()
        run.summary.write_text(run.summary.read_text().replace('"total_steps": 4000', '"total_steps": 900'))
        qtbot.waitUntil(lambda: not tab.finish.isEnabled())
        assert "ends by itself, settled, after 100 steps more" in tab.finish.toolTip()
    qtbot.waitUntil(tab.finish.isEnabled)  # interrupted
    with run.summary.open("a") as summary:
        summary.write("# finished done\n")
    panel.training.monitor.refresh()
    qtbot.waitUntil(lambda: not tab.finish.isEnabled())


@pytest.fixture
def pairs(panel, canvas, tmp_path):
    """Two Reads of a frame and what it is to become, connected to the CopyCat."""
    for slot, name in (("Input", "in"), ("GroundTruth", "gt")):
        assert oiio.ImageBuf(np.full((32, 32, 3), 0.5, np.float32)).write(str(tmp_path / f"{name}.1.exr"))
        read = canvas.add_node("Read", None, values={"file": f"{name}.#.exr"}, connect_selected=False)
        canvas.connect(read, "CopyCat1", slot)


def test_start_offers_to_create_the_data_directory(panel, pairs, canvas, tmp_path, qtbot, monkeypatch):
    """Cancel leaves everything as it is; Create makes the folder, starts the run, and nothing red is left."""
    monkeypatch.setattr(process, "start", lambda job, log: os.getpid())
    canvas.set_value("CopyCat1", "dataDirectory", "runs")
    tab, training = panel.training_tab, panel.training
    qtbot.waitUntil(lambda: "does not exist" in training.sentence)
    click(qtbot, tab.start)
    qtbot.waitUntil(lambda: tab.question is not None)
    assert tab.question.text() == "The Data Directory 'runs' does not exist. Create it?"
    answer(tab.question, "Cancel")
    assert not (tmp_path / "runs").exists() and training.starting is None
    tab.question = None
    click(qtbot, tab.start)
    qtbot.waitUntil(lambda: tab.question is not None)
    answer(tab.question, "Create")
    qtbot.waitUntil(lambda: training.starting is not None)
    assert list((tmp_path / "runs").glob("*.job"))
    qtbot.waitUntil(lambda: training.sentence == "" and not panel.status.problem.isVisible())


def test_a_resume_asks_which_pairs_are_meant(panel, pairs, canvas, tmp_path, qtbot, monkeypatch):
    """Another version of the ground truth is connected than the run began with; it goes on as the answer says."""
    jobs = []
    monkeypatch.setattr(process, "start", lambda job, log: (jobs.append(Job.load(job)), os.getpid())[1])
    run = write_run(tmp_path, "first")
    for _, cat in run.checkpoints():
        cat.unlink()  # of other channels
    plate, truth = (ReadOp(str(tmp_path / f"{name}.#.exr")) for name in ("in", "gt.v0"))
    settings = TrainingSettings(epochs=100)
    Job(plate, truth, None, FrameRange(()), settings, str(tmp_path), run.name).save(run.job)
    show_runs(panel, qtbot, "first")
    tab = panel.training_tab
    for button in ("Cancel", "The Connected Pairs"):
        tab.question = None
        qtbot.waitUntil(tab.resume.isEnabled)
        click(qtbot, tab.resume)
        qtbot.waitUntil(lambda: tab.question is not None)
        assert "'first' has learnt other pairs than are connected now" in tab.question.text()
        assert "gt.v0.#.exr', and here '" in tab.question.informativeText()
        assert "Initial Weights" in tab.question.informativeText() and jobs == []
        answer(tab.question, button)
    qtbot.waitUntil(lambda: len(jobs) == 1)
    assert jobs[0].run == "first" and jobs[0].ground_truth == ReadOp(str(tmp_path / "gt.#.exr"))


def test_start_creates_no_folder_in_one_that_is_missing(panel, pairs, canvas, qtbot):
    """That would hide a mistyped path: the sentence says it, and no question is asked."""
    canvas.set_value("CopyCat1", "dataDirectory", "nowhere/runs")
    click(qtbot, panel.training_tab.start)
    qtbot.waitUntil(lambda: "does not exist" in panel.training.sentence)
    assert panel.training_tab.question is None


@pytest.fixture
def slow_drive(monkeypatch):
    """A drive that answers the launch of a run when it is told to; the threads that wait for it."""
    waiting, answers = [], threading.Event()

    def launch(*_):
        waiting.append(threading.current_thread())
        answers.wait(10)
        raise RunError("The drive has gone.")

    monkeypatch.setattr(training_module, "launch_new", launch)
    monkeypatch.setattr(training_module, "launch_again", launch)
    yield waiting, answers
    answers.set()


def test_what_a_start_waits_for_is_in_sight(panel, pairs, qtbot, slow_drive):
    """Its button is grey and the line says it, while the window goes on; a second click would be a second run."""
    waiting, answers = slow_drive
    tab = panel.training_tab
    click(qtbot, tab.start)
    assert not tab.start.isEnabled() and not tab.stop.isEnabled()
    assert panel.status.label.text() == "Looking at the files …" and panel.status.bar.maximum() == 0
    qtbot.waitUntil(lambda: len(waiting) == 1)
    assert waiting[0] is not threading.main_thread()
    answers.set()
    qtbot.waitUntil(tab.start.isEnabled)
    assert panel.training.sentence == "The drive has gone." and panel.status.label.text() == "No run yet"


def test_a_drive_that_does_not_answer_holds_up_no_other(panel, pairs, canvas, tmp_path, qtbot, slow_drive):
    """With another Data Directory, Start is offered again."""
    click(qtbot, panel.training_tab.start)
    qtbot.waitUntil(lambda: len(slow_drive[0]) == 1)
    (tmp_path / "other").mkdir()
    canvas.set_value("CopyCat1", "dataDirectory", "other")
    qtbot.waitUntil(panel.training_tab.start.isEnabled)


def test_what_a_resume_waits_for_is_in_sight(panel, tmp_path, qtbot, slow_drive):
    """As that of a start."""
    _, answers = slow_drive
    write_run(tmp_path, "first")
    show_runs(panel, qtbot, "first")
    tab = panel.training_tab
    click(qtbot, tab.resume)
    assert not tab.resume.isEnabled() and not tab.start.isEnabled()
    assert panel.status.label.text() == "Looking at the files …"
    answers.set()
    qtbot.waitUntil(tab.resume.isEnabled)


def test_the_data_directory_is_looked_for_on_another_thread(panel, pairs, canvas, qtbot, monkeypatch):
    """It may lie on a drive that does not answer."""
    threads = []
    monkeypatch.setattr(
        training_module, "folder_to_create", lambda folder: (threads.append(threading.current_thread()), folder)[1]
    )
    canvas.set_value("CopyCat1", "dataDirectory", "runs")
    click(qtbot, panel.training_tab.start)
    qtbot.waitUntil(lambda: panel.training_tab.question is not None)
    assert threads and threading.main_thread() not in threads


def test_a_start_that_has_to_wait_says_for_which_run(panel, canvas, tmp_path, qtbot):
    """That of another node, by its name, or of who knows whom: it is to be stopped, or another folder chosen."""
    tab = panel.training_tab
    assert tab.taken.isHidden() and "new run" in tab.start.toolTip()
    run = write_run(tmp_path, "first", end="")
    with RunLock(run.lock):
        show_runs(panel, qtbot, "first")
        qtbot.waitUntil(lambda: not tab.start.isEnabled())
        sentence = "'first' is being trained in this Data Directory; stop it, or choose another Data Directory."
        assert tab.start.toolTip() == tab.resume.toolTip() == tab.taken.text() == sentence and tab.taken.isVisible()
        panel.training.owner = lambda run: "CopyCat7"
        tab.refresh()
        assert tab.taken.text().startswith("'first' of CopyCat7 is being trained in this Data Directory;")
        panel.training.activate("first")
        assert tab.taken.isHidden() and tab.start.toolTip().startswith("'first' is being trained")
    panel.training.monitor.refresh()
    qtbot.waitUntil(tab.start.isEnabled)
    assert tab.taken.isHidden() and "new run" in tab.start.toolTip()


def test_a_network_of_another_shot_is_applied_only_when_its_run_is_chosen(panel, canvas, tmp_path, qtbot):
    """The sentence is that of Resume; from the table of runs the artist has chosen it."""
    connect_pairs(canvas, tmp_path)
    of_another_shot(write_run(tmp_path, "theirs"), tmp_path)
    show_runs(panel, qtbot, "theirs")
    qtbot.waitUntil(lambda: panel.training_tab.infer.isEnabled() and bool(panel.training._sources))
    asked = []
    panel.create_inference.connect(lambda *args: asked.append(args))
    click(qtbot, panel.training_tab.infer)
    assert not asked and "'theirs' learns other pictures" in panel.status.problem.text()
    panel.progress_tab.menu.infer(["theirs"])
    assert asked == [("CopyCat1", str(tmp_path / "theirs.40.cat"))]
    panel.training.activate("theirs")
    click(qtbot, panel.training_tab.infer)
    assert len(asked) == 2
