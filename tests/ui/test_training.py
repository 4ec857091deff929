"""Training as the window has it: what is done to runs, and what the script then says."""

import os
import sys
from dataclasses import replace

import numpy as np
import OpenImageIO as oiio
import pytest
from written_runs import write_run

from paircat.engine.runs import process
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import RunState
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings
from paircat.ui import launches, run_monitor
from paircat.ui.surveyor import Surveyor
from paircat.ui.training import Training


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def training(canvas, tmp_path, runs, qtbot, monkeypatch):
    """That of a CopyCat whose Data Directory is relative to its script."""
    monkeypatch.setattr(run_monitor, "POLL_SECONDS", 0.05)
    canvas.path = tmp_path / "shot.pcat"
    values = {"dataDirectory": "runs", "modelSize": "Small", "cropSize": 32, "epochs": 4000, "imageInterval": 5}
    canvas.add_node("CopyCat", "CopyCat1", values=values, connect_selected=False)
    surveyor = Surveyor()
    made = Training(canvas, "CopyCat1", surveyor)
    yield made
    made.close()
    surveyor.close()


def show(training, qtbot, *names):
    """Wait until these runs, and no others, are known with their losses."""
    training.monitor.refresh()
    qtbot.waitUntil(lambda: {run.name for run in training.snapshots if run.loaded} == set(names), timeout=10000)


def connect_pairs(canvas, folder):
    """Two frames and what they are to become, read by two Reads."""
    random = np.random.default_rng(0)
    for frame in (1, 2):
        picture = random.random((32, 32, 3)).astype(np.float32)
        for name, pixels in (("in", picture), ("gt", picture * 0.5)):
            assert oiio.ImageBuf(pixels).write(str(folder / f"{name}.{frame}.exr"))
    for slot, name in (("Input", "in"), ("GroundTruth", "gt")):
        read = canvas.add_node("Read", None, values={"file": f"{name}.#.exr"}, connect_selected=False)
        canvas.connect(read, "CopyCat1", slot)


def test_train_stop_and_resume_in_a_real_process(training, canvas, tmp_path, qtbot):
    """Start makes a run, Stop ends it in order, Resume goes on with it; the window only looks at the files."""
    connect_pairs(canvas, tmp_path)
    training.start()
    qtbot.waitUntil(lambda: training.running is not None and training.running.info.steps > 6, timeout=60000)
    assert training.starting is None and training.active.sheets
    training.stop()
    qtbot.waitUntil(lambda: training.running is None, timeout=60000)
    stopped = training.active
    assert stopped.info.state == RunState.STOPPED and stopped.cats and training.sentence == ""
    training.resume()
    qtbot.waitUntil(
        lambda: training.running is not None and training.running.info.steps > stopped.info.steps, timeout=60000
    )
    training.stop()
    qtbot.waitUntil(lambda: training.running is None and training.active.info.state == RunState.STOPPED, timeout=60000)
    assert [run.name for run in training.snapshots] == [stopped.name]
    canvas.set_value("CopyCat1", "epochs", 1)
    training.resume()
    qtbot.waitUntil(lambda: "more than the" in training.sentence, timeout=60000)
    assert training.active.info.state == RunState.STOPPED, "a run that refuses to go on is left as it was"


@pytest.fixture
def started(monkeypatch):
    """The jobs that would be trained; in place of the training, nothing is started."""
    jobs = []
    monkeypatch.setattr(process, "start", lambda job, log: (jobs.append(Job.load(job)), os.getpid())[1])
    return jobs


def set_back(canvas, **values):
    """Set knobs without a step of undo, such as the ones of the fixture back to their defaults."""
    canvas.put_values("CopyCat1", values)


FOREIGN = TrainingSettings(
    epochs=100,
    model_size=ModelSize.SMALL,
    batch_size=4,
    learning_rate=5e-4,
    checkpoint_interval=50,
    image_interval=7,
    max_checkpoints=3,
    mixed_precision=MixedPrecision.DISABLED,
    device="cpu",
    processes=2,
    threads=1,
)
"""What no knob of the node has said."""


def test_a_knob_that_nobody_touched_changes_nothing_of_a_run(training, canvas, runs, qtbot, started):
    """It was started from the command line, say, with other values; only how far it goes is the knob's."""
    set_back(canvas, modelSize="Medium", imageInterval=100)
    write_run(runs, "theirs", settings=FOREIGN)
    show(training, qtbot, "theirs")
    canvas.set_value("CopyCat1", "seed", 7)  # decides the crops, which stay as they were
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 1)
    assert started[0].settings == replace(FOREIGN, epochs=4000)


def test_what_the_trainer_advises_can_be_followed(training, canvas, runs, qtbot, started):
    """A lower learning rate, a smaller batch, another device: set on the node, a resumed run takes them."""
    write_run(runs, "ours", settings=replace(FOREIGN, batch_size=0))
    show(training, qtbot, "ours")
    wanted = {"learningRate": 1e-4, "batchSizeType": "Manual", "batchSize": 2, "mixedPrecision": "Adaptive"}
    canvas.set_values("CopyCat1", {**wanted, "modelSize": "Large", "device": "cuda:1"})
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 1)
    settings = started[0].settings
    assert (settings.learning_rate, settings.batch_size, settings.model_size) == (1e-4, 2, ModelSize.LARGE)
    assert (settings.device, settings.image_interval, settings.processes) == ("cuda:1", 5, 2)


def test_a_knob_that_is_set_back_to_its_default_was_touched(training, canvas, tmp_path, runs, qtbot, started):
    """Since the run was started with it, or seen with it; also under another name."""
    connect_pairs(canvas, tmp_path)
    canvas.set_values("CopyCat1", {"learningRate": 1e-4, "batchSizeType": "Manual", "batchSize": 2})
    training.start()
    qtbot.waitUntil(lambda: len(started) == 1 and training.starting is not None)
    training._launches.close()
    write_run(runs, training._followed, settings=started[0].settings)
    show(training, qtbot, training._followed)
    training.rename(training._followed, "look.v2")
    show(training, qtbot, "look.v2")
    canvas.set_values("CopyCat1", {"learningRate": 1e-3, "batchSizeType": "Auto"})
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 2)
    assert started[1].settings == replace(started[0].settings, learning_rate=1e-3, batch_size=0)


def test_unconnected_node_says_what_is_missing(training):
    """Nothing is started."""
    training.start()
    assert "The Input input of CopyCat1 is not connected" in training.sentence


def test_missing_data_directory_is_said(training, canvas, tmp_path, qtbot):
    """With the folder and the remedy."""
    connect_pairs(canvas, tmp_path)
    canvas.set_value("CopyCat1", "dataDirectory", "nowhere")
    training.start()
    qtbot.waitUntil(lambda: "nowhere" in training.sentence)
    assert "does not exist" in training.sentence


def test_what_was_wrong_with_the_folder_is_said_no_longer_than_it_is_true(training, canvas, tmp_path, qtbot):
    """It goes once somebody has made the folder, and at once where the knob names another."""
    connect_pairs(canvas, tmp_path)
    canvas.set_value("CopyCat1", "dataDirectory", "later")
    qtbot.waitUntil(lambda: "does not exist" in training.sentence)
    (tmp_path / "later").mkdir()
    qtbot.waitUntil(lambda: training.sentence == "")
    canvas.set_value("CopyCat1", "dataDirectory", "")
    training.start()
    assert "has no Data Directory" in training.sentence
    canvas.set_value("CopyCat1", "dataDirectory", "runs")
    qtbot.waitUntil(lambda: training.sentence == "")


def test_a_process_that_does_not_begin_is_no_reason_to_offer_another_start(
    training, canvas, tmp_path, runs, qtbot, monkeypatch
):
    """The sentence says that it is waited for, and Stop ends it."""
    monkeypatch.setattr(launches, "_LONG_SECONDS", 0.2)
    command = (sys.executable, "-c", "import time; time.sleep(120)")
    start = process.start
    monkeypatch.setattr(process, "start", lambda job, log: start(job, log, command))
    connect_pairs(canvas, tmp_path)
    training.start()
    qtbot.waitUntil(lambda: "has not begun" in training.sentence, timeout=20000)
    pid = training.starting.pid
    training.stop()
    qtbot.waitUntil(lambda: training.starting is None, timeout=20000)
    assert not process.process_alive(pid)
    qtbot.waitUntil(lambda: "begins it again" in training.sentence)


def test_stop_without_a_training_says_so(training):
    """There is nothing to stop."""
    training.stop()
    assert "nothing to stop" in training.sentence


def test_active_run_is_the_newest_unless_the_knob_says_otherwise(training, canvas, runs, qtbot):
    """As Preview and Resume understand it."""
    old, new = write_run(runs, "old"), write_run(runs, "new")
    for path, _ in old.files():
        os.utime(path, (1e9, 1e9))
    assert new.summary.exists()
    show(training, qtbot, "old", "new")
    assert training.active.name == "new"
    training.activate("old")
    assert training.active.name == "old" and canvas.value("CopyCat1", "activeRun") == "old"
    canvas.undo_stack.undo()
    assert training.active.name == "new"


def test_rename_takes_files_knob_and_inferences_along(training, canvas, runs, qtbot):
    """An Inference of another run is left alone. No undo brings the old name back, since the files keep the new one."""
    write_run(runs, "old")
    show(training, qtbot, "old")
    training.activate("old")
    mine = canvas.add_node("Inference", None, values={"modelFile": "runs/old.40.cat"}, connect_selected=False)
    other = canvas.add_node("Inference", None, values={"modelFile": "runs/other.40.cat"}, connect_selected=False)
    canvas.set_value(mine, "modelFile", "runs/other.40.cat")
    canvas.undo_stack.undo()
    canvas.undo_stack.setClean()
    training.rename("old", "look.v1")
    show(training, qtbot, "look.v1")
    assert not canvas.undo_stack.isClean(), "the saved script has the old name"
    assert (runs / "look.v1.40.cat").exists() and not list(runs.glob("old.*"))
    assert canvas.value("CopyCat1", "activeRun") == "look.v1"
    assert canvas.value(mine, "modelFile") == "runs/look.v1.40.cat"
    assert canvas.value(other, "modelFile") == "runs/other.40.cat"
    canvas.undo_stack.redo()
    assert canvas.value(mine, "modelFile") == "runs/other.40.cat"
    while canvas.value(mine, "modelFile") != "runs/look.v1.40.cat":
        canvas.undo_stack.undo()
    canvas.remove([mine])
    canvas.undo_stack.undo()
    assert canvas.value(mine, "modelFile") == "runs/look.v1.40.cat"


def test_rename_to_a_name_in_use_is_refused(training, runs, qtbot):
    """Both runs stay as they are."""
    write_run(runs, "one")
    write_run(runs, "two")
    show(training, qtbot, "one", "two")
    training.rename("one", "two")
    qtbot.waitUntil(lambda: "in use" in training.sentence)
    show(training, qtbot, "one", "two")


def test_delete_frees_the_active_run(training, canvas, runs, qtbot):
    """Its files are gone, and the newest run is active."""
    write_run(runs, "one")
    write_run(runs, "two")
    show(training, qtbot, "one", "two")
    training.activate("one")
    training.delete(["one"])
    show(training, qtbot, "two")
    assert canvas.value("CopyCat1", "activeRun") == "" and training.active.name == "two"


def test_a_run_of_another_session_does_not_take_the_place_of_ours(training, canvas, runs, qtbot):
    """What trains here stays the active one, and what Stop means, when somebody begins a newer run in the folder.

    That is no doing of the artist's: what can be undone and redone stays as it was.
    """
    canvas.set_value("CopyCat1", "epochs", 77)
    canvas.undo_stack.undo()
    ours = write_run(runs, "ours", end="")
    with RunLock(ours.lock):
        show(training, qtbot, "ours")
        assert training.running.name == "ours"
        theirs = write_run(runs, "theirs", end="")
        with RunLock(theirs.lock):
            show(training, qtbot, "ours", "theirs")
            assert training.active.name == "ours" and training.running.name == "ours"
            assert canvas.undo_stack.canRedo()
            training.stop()
            qtbot.waitUntil(ours.stop.exists)
            assert not theirs.stop.exists()


def test_training_of_another_session_is_found(training, runs, qtbot):
    """Whoever opens the folder can stop what trains in it."""
    run = write_run(runs, "theirs", end="")
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.stop()
        qtbot.waitUntil(run.stop_requested)


def test_what_follows_a_stop_is_done_when_it_has_ended(training, runs, qtbot):
    """Not before."""
    run, done = write_run(runs, "ours", end=""), []
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.stop(then=lambda: done.append(True))
        qtbot.waitUntil(run.stop_requested)
        assert done == []
    qtbot.waitUntil(lambda: done == [True])


@pytest.mark.parametrize("away", ["the drive", "the knob"])
def test_what_follows_a_stop_waits_while_the_run_is_out_of_sight(training, canvas, tmp_path, runs, qtbot, away):
    """A folder that cannot be read for a moment, or another one that is looked at, says nothing of the run."""
    run, done = write_run(runs, "ours", end=""), []
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.stop(then=lambda: done.append(True))
        qtbot.waitUntil(run.stop_requested)
        if away == "the drive":
            runs.rename(tmp_path / "away")
            training.monitor.refresh()
        else:
            (tmp_path / "other").mkdir()
            canvas.set_value("CopyCat1", "dataDirectory", "other")
        qtbot.waitUntil(lambda: training.snapshots == ())
        assert done == []
        if away == "the drive":
            (tmp_path / "away").rename(runs)
        else:
            canvas.undo_stack.undo()
        qtbot.waitUntil(lambda: training.running is not None)
        assert done == []
    qtbot.waitUntil(lambda: done == [True])


def test_a_run_that_ends_while_it_is_out_of_sight_is_told(training, tmp_path, runs, qtbot):
    """Once its folder can be read again."""
    run = write_run(runs, "ours", end="")
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        runs.rename(tmp_path / "away")
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.snapshots == ())
        (tmp_path / "away").rename(runs)
    qtbot.waitUntil(lambda: "'ours' was cut off" in training.sentence)


def test_a_run_is_finished_in_a_real_process(training, canvas, tmp_path, qtbot):
    """It is stopped, goes on in another process, and ends by itself; the word for it is there all the time."""
    connect_pairs(canvas, tmp_path)
    training.start()
    qtbot.waitUntil(lambda: training.running is not None and training.running.info.steps > 6, timeout=60000)
    run = training.running
    assert not training.is_finishing(run)
    training.finish()
    assert training.is_finishing(run)
    qtbot.waitUntil(lambda: training.active.info.finishing, timeout=60000)
    assert training.is_finishing(training.active) and not training.active.run.stop_requested()
    qtbot.waitUntil(lambda: training.active.info.state == RunState.FINISHED, timeout=60000)
    assert training.active.info.steps >= 106 and training.sentence == ""
    assert not training.is_finishing(training.active)


def test_a_stop_after_finish_is_meant(training, runs, qtbot):
    """The run does not go on once it has ended."""
    run = write_run(runs, "ours", end="")
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.finish()
        training.stop()
        assert not training.is_finishing(training.running)
        qtbot.waitUntil(run.stop_requested)
    qtbot.waitUntil(lambda: training.running is None)
    qtbot.wait(300)  # so long that it would have been started
    assert training.starting is None and not run.load_job().finishing


def test_finish_without_a_run_says_so(training):
    """There is nothing to finish."""
    training.finish()
    assert "no run to finish" in training.sentence


def test_a_run_that_cannot_be_finished_is_not_said_to_be(training, runs, qtbot):
    """Where it cannot be asked to stop, and where there is nothing to go on from, the sentence says it."""
    run = write_run(runs, "ours", end="")
    run.stop.mkdir()  # the request cannot be written
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.finish()
        qtbot.waitUntil(lambda: str(run.stop) in training.sentence)
        assert not training.is_finishing(training.running)
    qtbot.waitUntil(lambda: training.running is None)
    run.stop.rmdir()
    run.job.unlink()
    for _, state in run.states():
        state.unlink()
    training.finish()
    qtbot.waitUntil(lambda: "cannot be finished" in training.sentence)
    assert not training.is_finishing(training.active) and training.starting is None


def test_why_a_process_ended_does_not_take_the_place_of_a_newer_sentence(training, runs, qtbot):
    """It is looked up in the background, and the artist may have done something meanwhile."""
    run = write_run(runs, "ours", end="")
    training.monitor.refresh()
    training._ended(run)
    qtbot.waitUntil(lambda: "ours" in training.sentence)
    training._ended(run)
    training.say("newer")
    qtbot.wait(300)
    assert training.sentence == "newer"
