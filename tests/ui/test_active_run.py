"""Which run of a CopyCat is meant."""

import dataclasses
import os

from copycat_canvas import connect_pairs, of_another_shot, show
from written_runs import write_run

from paircat.engine.runs import process
from paircat.engine.runs.lock import RunLock
from paircat.ui.launch import Pairs


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


def test_a_newer_run_of_another_shot_is_not_taken_for_ours(training, canvas, runs, qtbot, tmp_path):
    """Two CopyCats may share a Data Directory, also after their script was opened again."""
    connect_pairs(canvas, tmp_path)
    ours = write_run(runs, "ours")
    script = canvas.script()
    job = script.node("CopyCat1").job(script.graph())
    dataclasses.replace(job, run="ours").save(ours.job)
    for path, _ in ours.files():
        os.utime(path, (1e9, 1e9))
    of_another_shot(write_run(runs, "theirs"), tmp_path)
    show(training, qtbot, "ours", "theirs")
    qtbot.waitUntil(lambda: training.active.name == "ours")


def test_a_run_of_another_shot_is_resumed_only_when_it_is_chosen(training, canvas, runs, qtbot, tmp_path, monkeypatch):
    """Or hours would go into the wrong shot; the sentence names its pictures."""
    begun = []
    monkeypatch.setattr(process, "start", lambda job, log: (begun.append(job), os.getpid())[1])
    connect_pairs(canvas, tmp_path)
    of_another_shot(write_run(runs, "theirs"), tmp_path)
    show(training, qtbot, "theirs")
    qtbot.waitUntil(lambda: bool(training._sources))
    training.resume()
    assert "'theirs' learns other pictures" in training.sentence and "player.####.exr" in training.sentence
    training.activate("theirs")
    with qtbot.waitSignal(training.pairs_differ) as asked:
        training.resume()
    assert "player.####.exr', and here " in asked.args[0].difference and begun == []
    training.resume(pairs=Pairs.OWN)
    qtbot.waitUntil(lambda: len(begun) == 1)


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


def test_a_script_remembers_the_run_that_it_began(training, canvas, runs, qtbot):
    """Opened again, it takes no newer one of a CopyCat on the same pictures in the same folder for its own."""
    run = write_run(runs, "mine")
    show(training, qtbot, "mine")
    training._active.begins(run.name)
    assert canvas.value("CopyCat1", "activeRun") == "mine"
    write_run(runs, "theirs")
    show(training, qtbot, "mine", "theirs")
    assert training.active.name == "mine"
