"""Launching: what is checked before a training process is started."""

import dataclasses

import pytest
from patterns import LookOp, PatternOp
from written_runs import write_foundry_run, write_run

from paircat.engine.errors import CheckpointError, DataSetError, RunError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs import process
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import RunLock
from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.ui import launch
from paircat.ui.folder_watch import FolderWatch


@pytest.fixture
def started(monkeypatch):
    """The jobs that would be trained; in place of the training, nothing is started."""
    jobs = []
    monkeypatch.setattr(process, "start", lambda job_path, log_path: (jobs.append(Job.load(job_path)), 4711)[1])
    return jobs


@pytest.fixture
def job(tmp_path):
    pattern = PatternOp()
    return Job(pattern, LookOp(pattern), None, FrameRange(()), TrainingSettings(), str(tmp_path), "")


def snapshot_of(folder):
    watch = FolderWatch(folder)
    watch.look()
    return watch.snapshots[0]


def test_new_run_is_named_and_its_job_written(started, job, tmp_path):
    """After the time, unless the knob names it."""
    found = launch.launch_new(job)
    assert found.run.name.startswith("Training_") and started[0].run == found.run.name
    assert found.run.job.exists() and not started[0].resume
    assert launch.launch_new(dataclasses.replace(job, run="look.v1")).run.name == "look.v1"


def test_pairs_that_cannot_be_trained_leave_nothing_behind(started, job, tmp_path):
    """The sentence names the frame, and no run is listed."""
    with pytest.raises(DataSetError, match="frame 3"):
        launch.launch_new(dataclasses.replace(job, ground_truth=LookOp(PatternOp(odd_frame=3))))
    assert started == [] and list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_model_size_leaves_nothing_behind(started, job, tmp_path):
    """It is told before anything begins, with the size to set; a farm would find it out at night."""
    earlier = str(write_run(tmp_path, "earlier").newest_cat())  # of Medium, as its .cat says
    before = sorted(tmp_path.iterdir())
    settings = TrainingSettings(initial_weights=InitialWeights.CHECKPOINT, checkpoint_file=earlier)
    small = dataclasses.replace(settings, model_size=ModelSize.SMALL)
    with pytest.raises(CheckpointError, match=r"earlier\.40\.cat' holds a Medium model.*set Model Size to Medium"):
        launch.launch_new(dataclasses.replace(job, settings=small))
    assert started == [] and sorted(tmp_path.iterdir()) == before
    launch.launch_new(dataclasses.replace(job, settings=settings))
    assert len(started) == 1


def test_resume_takes_the_runs_own_pairs_and_the_changes(started, tmp_path):
    """The network and its pairs are those it began with."""
    write_run(tmp_path, settings=TrainingSettings(epochs=100, seed=7))
    launch.launch_again(snapshot_of(tmp_path), {"epochs": 300, "steps": 0, "minutes": 0.0})
    (job,) = started
    assert job.resume and job.settings.epochs == 300 and job.settings.seed == 7
    assert job.frames.frames == (1, 3)


def test_other_connected_pairs_are_asked_about_before_a_resume(started, job, tmp_path):
    """Then the run goes on with those that are meant; the ones that it began with stay in its job until then."""
    run = write_run(tmp_path)
    for _, cat in run.checkpoints():
        cat.unlink()  # of other channels
    before = run.job.read_bytes()
    v2 = dataclasses.replace(job, ground_truth=LookOp(LookOp(PatternOp())))
    asked = launch.launch_again(snapshot_of(tmp_path), {}, connected=v2)
    assert (
        isinstance(asked, launch.OtherPairs) and asked.run == run.name and "GroundTruth is made by" in asked.difference
    )
    assert started == [] and run.job.read_bytes() == before
    launch.launch_again(snapshot_of(tmp_path), {}, connected=v2, pairs=launch.Pairs.OWN)
    launch.launch_again(snapshot_of(tmp_path), {}, connected=v2, pairs=launch.Pairs.CONNECTED)
    own, other = started
    assert own.ground_truth == LookOp(PatternOp()) and own.frames.frames == (1, 3)
    assert other.ground_truth == v2.ground_truth and not other.frames and other.run == run.name and other.resume
    assert isinstance(launch.launch_again(snapshot_of(tmp_path), {}, connected=v2), launch.Launch), "the same by now"


def test_a_further_pair_lets_a_finished_run_go_on(started, job, tmp_path):
    """To the Epochs that it has, of three pairs in place of two."""
    settings = TrainingSettings(epochs=50, batch_size=2)
    write_run(tmp_path, steps=50, total=50, end="# finished done\n", settings=settings)
    found = launch.launch_again(snapshot_of(tmp_path), {}, connected=job)
    assert isinstance(found, launch.OtherPairs) and "frames 1,3" in found.difference
    with pytest.raises(RunError, match="all its 50 steps"):
        launch.launch_again(snapshot_of(tmp_path), {}, connected=job, pairs=launch.Pairs.OWN)
    with pytest.raises(DataSetError, match="it learns A of GroundTruth, which has R, G, B now; set Channels Out"):
        launch.launch_again(snapshot_of(tmp_path), {}, connected=job, pairs=launch.Pairs.CONNECTED)
    for _, cat in snapshot_of(tmp_path).run.checkpoints():
        cat.unlink()
    launch.launch_again(snapshot_of(tmp_path), {}, connected=job, pairs=launch.Pairs.CONNECTED)
    assert len(started) == 1


def test_finished_run_needs_more_epochs(started, tmp_path):
    """Starting it would end at once."""
    write_run(tmp_path, steps=100, end="# finished done\n")
    with pytest.raises(RunError, match="all its 100 steps; to go on, raise Epochs above 100"):
        launch.launch_again(snapshot_of(tmp_path), {"epochs": 100, "steps": 0, "minutes": 0.0})
    launch.launch_again(snapshot_of(tmp_path), {"epochs": 101, "steps": 0, "minutes": 0.0})
    assert len(started) == 1


def test_run_that_trains_or_is_nukes_cannot_be_resumed(started, tmp_path):
    """Each with its reason."""
    run = write_run(tmp_path)
    with RunLock(run.lock), pytest.raises(RunError, match="already being trained"):
        launch.launch_again(snapshot_of(tmp_path), {})
    (tmp_path / "nuke").mkdir()
    write_foundry_run(tmp_path / "nuke")
    with pytest.raises(RunError, match="cannot be resumed, since Nuke trained it; train anew"):
        launch.launch_again(snapshot_of(tmp_path / "nuke"), {})


def test_stop_reaches_a_process_that_is_still_starting(tmp_path):
    """It holds nothing yet, and looks for the file after its first step."""
    run = write_run(tmp_path)
    launch.ask_to_stop(run)
    assert run.stop_requested()


@pytest.mark.parametrize(
    ("line", "is_mistake"),
    [
        ("Training would take about 9.0 GiB of memory; lower the batch size.", True),
        ("Training finished at step 30.", False),
        ("Training stopped as asked at step 30.", False),
        ("It has only seen 1/2 of the resolution yet; resume it to train at full resolution.", False),
    ],
)
def test_only_a_mistake_is_what_a_process_said_in_the_end(tmp_path, line, is_mistake):
    """Whatever word it begins with; a refused resume leaves the run stopped or finished, so only the log tells."""
    run = write_run(tmp_path, "old")
    run.log.write_text(f"[Step:3/9] Loss:0.1\n{line}\n")
    assert launch.end_of_process(run, began=False) == (line if is_mistake else "")
    assert launch.end_of_process(run) == ""


def test_last_output_line(tmp_path):
    """The last line of a run's log; nothing without one."""
    run = write_run(tmp_path)
    assert launch.last_output_line(run) == ""
    run.log.write_text("Training starts.\nOut of memory on CPU; lower the batch size.\n")
    assert launch.last_output_line(run) == "Out of memory on CPU; lower the batch size."
    run.log.write_text("Training starts.\n[Step:10/30] Loss:0.022428\n")
    assert launch.last_output_line(run) == ""


def test_a_process_that_said_nothing_was_killed(tmp_path):
    """The sentence says where, and what to do."""
    run = write_run(tmp_path, end="")
    run.log.write_text("[Step:40/100] Loss:0.022428\n")
    message = launch.end_of_process(run)
    assert f"'{run.name}'" in message and "after step 40" in message and "from step 40" in message
