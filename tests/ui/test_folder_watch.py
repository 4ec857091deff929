"""Watching a Data Directory: what a look finds."""

import os

import pytest
from written_runs import write_foundry_run, write_run

from paircat.engine.errors import RunError
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import RunState
from paircat.ui.folder_watch import FolderWatch


@pytest.fixture
def watch(tmp_path):
    """A folder with one run, seen and read."""
    write_run(tmp_path, "first")
    made = FolderWatch(tmp_path)
    made.look()
    while made.load_next():
        pass
    return made


def test_table_is_there_before_the_curves(tmp_path):
    """State, steps and files come with the first look; losses when they are read."""
    write_run(tmp_path, "first")
    watch = FolderWatch(tmp_path)
    assert watch.look()
    (found,) = watch.snapshots
    assert (found.info.steps, found.info.state, found.loaded, len(found.summary)) == (40, RunState.STOPPED, False, 0)
    assert found.cats == found.sheets == found.previews == (20, 40)
    assert found.newest_cat == found.run.cat(40)
    assert found.settings.epochs == 100
    assert watch.load_next() and not watch.load_next()
    assert len(watch.snapshots[0].summary) == 40


def test_a_long_run_is_outlined_before_it_is_read(tmp_path):
    """The outline goes when all losses are there; a short run needs none."""
    write_run(tmp_path, "long", steps=20_000, total=20_000)
    write_run(tmp_path, "short")
    watch = FolderWatch(tmp_path)
    watch.look()
    while watch.outline_next():
        pass
    found = {snapshot.name: snapshot for snapshot in watch.snapshots}
    assert not found["long"].loaded and 1000 < len(found["long"].outline) < 10_000
    assert found["short"].loaded and not len(found["short"].outline)
    assert watch.load_next() and not watch.load_next()
    found = {snapshot.name: snapshot for snapshot in watch.snapshots}
    assert len(found["long"].summary) == 20_000 and not len(found["long"].outline)


def test_new_steps_and_pictures_are_found(watch):
    """A growing summary is followed, and a new sheet is listed."""
    run = watch.snapshots[0].run
    assert not watch.look(thorough=True)
    with run.summary.open("a") as file:
        file.write("41,0.01,11,1\n")
    run.sheet(41).write_bytes(run.sheet(40).read_bytes())
    assert watch.look(thorough=True)
    found = watch.snapshots[0]
    assert (found.info.steps, found.summary.last_step, found.sheets[-1]) == (41, 41, 41)


def test_runs_of_others_come_and_go(watch, tmp_path):
    """The newest run is first; a deleted one is gone."""
    other = write_run(tmp_path, "second")
    os.utime(other.summary, (2e9, 2e9))
    watch.look(thorough=True)
    assert [found.name for found in watch.snapshots] == ["second", "first"]
    for path in tmp_path.glob("first*"):
        path.unlink()
    watch.look(thorough=True)
    assert [found.name for found in watch.snapshots] == ["second"]


def test_start_and_end_of_a_training_are_noticed(watch):
    """Whoever holds the run's lock trains it; who lets go has ended."""
    with RunLock(watch.snapshots[0].run.lock):
        assert watch.look()
        assert watch.training and watch.snapshots[0].info.state == RunState.TRAINING
    assert watch.look()
    assert not watch.training


def test_foundrys_own_run_is_read(tmp_path):
    """Its curve and contact sheet show beside ours; it cannot be resumed here."""
    write_foundry_run(tmp_path)
    watch = FolderWatch(tmp_path)
    watch.look()
    watch.load_next()
    (found,) = watch.snapshots
    assert found.info.state == RunState.FOUNDRY and not found.info.resumable
    assert found.summary.step[-1] == 190 and found.sheets == (190,)
    assert found.newest_cat is None


def test_unreadable_summary_is_reported_with_the_run(tmp_path):
    """One broken file costs that run's curve, not the others."""
    write_run(tmp_path, "good")
    (tmp_path / "bad.summary").write_text("hello there")
    watch = FolderWatch(tmp_path)
    watch.look()
    while watch.load_next():
        pass
    problems = {found.name: found.problem for found in watch.snapshots}
    assert "is not a loss summary" in problems["bad"] and not problems["good"]


def test_missing_folder_is_a_sentence(tmp_path):
    """The folder is named, and what to do: a new one comes with the training, one that has gone or is mistyped not."""
    with pytest.raises(RunError, match="none' does not exist yet; Start Training offers to create it"):
        FolderWatch(tmp_path / "none").look()
    with pytest.raises(RunError, match=r"runs' does not exist, nor does .*none' that it belongs in; connect its drive"):
        FolderWatch(tmp_path / "none" / "runs").look()
    (tmp_path / "none").mkdir()
    watch = FolderWatch(tmp_path / "none")
    watch.look()
    (tmp_path / "none").rmdir()
    with pytest.raises(RunError, match="does not exist; create it"):
        watch.look()
