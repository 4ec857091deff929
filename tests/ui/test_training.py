"""Training as the window has it: what is done to runs, and what the script then says."""

import os
import sys

import pytest
from copycat_canvas import connect_pairs, of_another_shot, show
from written_runs import write_run

from paircat.engine.errors import RunError
from paircat.engine.runs import process
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import RunState
from paircat.ui import launches, stopping


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
    qtbot.waitUntil(lambda: "steps already, and was asked for 1;" in training.sentence)
    assert training.active.info.state == RunState.STOPPED, "a run that refuses to go on is left as it was"


def test_unconnected_node_says_what_is_missing(training):
    """Nothing is started."""
    training.start()
    assert "The Input input of CopyCat1 is not connected" in training.sentence


def test_what_was_wrong_with_the_node_is_said_until_it_is_put_right(training, canvas, tmp_path, qtbot):
    """One mistake after the other; a sentence about something else stays."""
    training.start()
    assert "Input input of CopyCat1 is not connected" in training.sentence
    connect_pairs(canvas, tmp_path)
    canvas.set_value("CopyCat1", "initialWeights", "Checkpoint")
    qtbot.waitUntil(lambda: "none is chosen" in training.sentence)
    canvas.set_value("CopyCat1", "initialWeights", "None")
    qtbot.waitUntil(lambda: training.sentence == "")
    canvas.set_value("CopyCat1", "initialWeights", "Checkpoint")
    training.resume()
    assert "none is chosen" in training.sentence
    training.say("newer")
    canvas.set_value("CopyCat1", "initialWeights", "None")
    qtbot.wait(600)
    assert training.sentence == "newer"


def test_missing_data_directory_is_reported(training, canvas, tmp_path, qtbot):
    """With the folder and the remedy."""
    connect_pairs(canvas, tmp_path)
    canvas.set_value("CopyCat1", "dataDirectory", "nowhere")
    training.start()
    qtbot.waitUntil(lambda: "nowhere" in training.sentence)
    assert "does not exist" in training.sentence


def test_what_was_wrong_with_the_folder_is_reported_no_longer_than_it_is_true(training, canvas, tmp_path, qtbot):
    """It goes once somebody has made the folder, and at once where the knob names another."""
    connect_pairs(canvas, tmp_path)
    canvas.set_value("CopyCat1", "dataDirectory", "later")
    qtbot.waitUntil(lambda: "does not exist" in training.sentence)
    (tmp_path / "later").mkdir()
    qtbot.waitUntil(lambda: training.sentence == "")
    canvas.set_value("CopyCat1", "dataDirectory", "")
    training.start()
    assert "has no Data Directory" in training.sentence
    for _ in range(2):
        canvas.set_value("CopyCat1", "dataDirectory", "runs")
        qtbot.waitUntil(lambda: training.sentence == "")
        canvas.set_value("CopyCat1", "dataDirectory", "$NOWHERE/runs")
        qtbot.waitUntil(lambda: "$NOWHERE" in training.sentence)
    canvas.set_value("CopyCat1", "dataDirectory", "~nobody/runs")
    qtbot.waitUntil(lambda: "does not exist" in training.sentence)


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
    qtbot.waitUntil(lambda: not canvas.undo_stack.isClean())  # the saved script has the old name
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


def test_training_of_another_session_is_found(training, runs, qtbot):
    """Whoever opens the folder can stop what trains in it."""
    run = write_run(runs, "theirs", end="")
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.stop()
        qtbot.waitUntil(run.stop_requested)


@pytest.fixture
def finished(monkeypatch):
    """The names of runs that were to be gone on with; none is."""
    names = []

    def note(run):
        names.append(run.name)
        raise RunError("That is enough.")

    monkeypatch.setattr(stopping, "launch_finish", note)
    return names


def test_what_follows_a_stop_is_done_when_it_has_ended(training, runs, finished, qtbot):
    """Not before; and whoever would close the window until then is asked."""
    run = write_run(runs, "ours", end="")
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        assert training.in_the_way(quitting=True) == ""
        training.finish()
        assert "'ours' was asked to finish, but has not stopped yet" in training.in_the_way(quitting=True)
        qtbot.waitUntil(run.stop_requested)
        assert finished == []
    qtbot.waitUntil(lambda: finished == ["ours"])
    assert training.in_the_way(quitting=True) == ""


@pytest.mark.parametrize("away", ["the drive", "the knob"])
def test_what_follows_a_stop_waits_while_the_run_is_out_of_sight(
    training, canvas, tmp_path, runs, finished, qtbot, away
):
    """A folder that cannot be read for a moment, or another one that is looked at, says nothing of the run."""
    run = write_run(runs, "ours", end="")
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None)
        training.finish()
        qtbot.waitUntil(run.stop_requested)
        if away == "the drive":
            runs.rename(tmp_path / "away")
            training.monitor.refresh()
        else:
            (tmp_path / "other").mkdir()
            canvas.set_value("CopyCat1", "dataDirectory", "other")
        qtbot.waitUntil(lambda: training.snapshots == ())
        assert finished == []
        if away == "the drive":
            (tmp_path / "away").rename(runs)
        else:
            canvas.undo_stack.undo()
        qtbot.waitUntil(lambda: training.running is not None)
        assert finished == []
    qtbot.waitUntil(lambda: finished == ["ours"])


def test_a_run_that_ends_while_it_is_out_of_sight_is_reported(training, tmp_path, runs, qtbot):
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
    qtbot.waitUntil(lambda: "cannot be resumed" in training.sentence)
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


def test_of_several_runs_those_that_were_deleted_are_meant_no_longer(training, canvas, runs, qtbot, monkeypatch):
    """Where one of them cannot be deleted: the knob would go on naming a run that is gone."""
    write_run(runs, "b")
    write_run(runs, "a")  # the newest goes first
    show(training, qtbot, "b", "a")
    training.activate("a")
    delete = DataDirectory.delete

    def refuses_b(folder, run):
        if run.name == "b":
            raise RunError("'b' is open elsewhere.")
        return delete(folder, run)

    monkeypatch.setattr(DataDirectory, "delete", refuses_b)
    training.delete(["a", "b"])
    qtbot.waitUntil(lambda: "open elsewhere" in training.sentence)
    show(training, qtbot, "b")
    assert canvas.value("CopyCat1", "activeRun") == "" and training.active.name == "b"


def test_a_name_in_use_is_said_until_it_is_another(training, canvas, tmp_path, runs, qtbot):
    """Found when the files were looked at, it is a mistake like any other."""
    connect_pairs(canvas, tmp_path)
    write_run(runs, "taken")
    canvas.set_value("CopyCat1", "runName", "taken")
    training.start()
    qtbot.waitUntil(lambda: "'taken' is in use" in training.sentence)
    canvas.set_value("CopyCat1", "seed", 4)
    canvas.undo_stack.undo()
    canvas.set_value("CopyCat1", "runName", "other")
    qtbot.waitUntil(lambda: training.sentence == "")


def test_why_nothing_was_started_outlives_a_folder_that_can_be_read_again(training, canvas, tmp_path, qtbot):
    """The new folder is no trouble any more; that says nothing of the run's name."""
    connect_pairs(canvas, tmp_path)
    canvas.set_value("CopyCat1", "dataDirectory", "new")
    qtbot.waitUntil(lambda: "does not exist yet" in training.sentence)
    canvas.set_value("CopyCat1", "runName", "my/run")
    training.start(create_folder=True)
    qtbot.waitUntil(lambda: "'my/run'" in training.sentence)
    training.monitor.refresh()
    qtbot.waitUntil(lambda: training.monitor.problem == "")
    qtbot.wait(300)
    assert "'my/run'" in training.sentence


def test_a_run_of_another_shot_is_finished_only_when_it_is_chosen(training, canvas, runs, qtbot, tmp_path, monkeypatch):
    """Of two CopyCats that share a Data Directory, none cuts the other's run short; by its name it can be."""
    monkeypatch.setattr(process, "start", lambda job, log: os.getpid())
    connect_pairs(canvas, tmp_path)
    run = write_run(runs, "theirs", end="")
    of_another_shot(run, tmp_path)
    with RunLock(run.lock):
        training.monitor.refresh()
        qtbot.waitUntil(lambda: training.running is not None and bool(training._sources))
        training.finish()
        assert "'theirs' learns other pictures" in training.sentence and "player.####.exr" in training.sentence
        assert not training.is_finishing(training.running)
        training.finish("theirs")
        assert training.sentence == "" and training.is_finishing(training.running)
        qtbot.waitUntil(run.stop_requested)
