"""The training process: a job in, a run's files out, whatever happens to the process in between."""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from patterns import LookOp, PatternOp

from paircat.engine import train as training
from paircat.engine.errors import PairCatError, RunError
from paircat.engine.events import Event, Finished, Notice, Started, StepDone
from paircat.engine.picture.files import write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.checkpoint import load_cat, load_ost, read_header
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.finish import finishing_job
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run
from paircat.engine.runs.summary_writer import SummaryWriter
from paircat.engine.settings import ModelSize, TrainingSettings
from paircat.engine.train import stop_signals, train

STEPS = 40


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReadOp, ReadOp]:
    folder = tmp_path_factory.mktemp("pairs")
    pattern = PatternOp()
    for frame in pattern.frame_range():
        write_image(folder / f"in.{frame:04d}.exr", pattern.render(frame))
        write_image(folder / f"gt.{frame:04d}.exr", LookOp(pattern).render(frame))
    return ReadOp(str(folder / "in.####.exr")), ReadOp(str(folder / "gt.####.exr"))


def job_in(folder: Path, pairs: tuple[ReadOp, ReadOp], **changes: object) -> Job:
    settings = TrainingSettings(
        steps=STEPS, model_size=ModelSize.SMALL, batch_size=2, crop_size=32, checkpoint_interval=7, image_interval=15,
        device="cpu", threads=1,
    )  # fmt: skip
    settings = dataclasses.replace(settings, **changes)  # type: ignore[arg-type]
    folder.mkdir(exist_ok=True)
    return Job(*pairs, pairs[0], FrameRange(()), settings, str(folder), "shot_010")


@pytest.fixture(scope="module")
def unbroken(pairs: tuple[ReadOp, ReadOp], tmp_path_factory: pytest.TempPathFactory) -> Run:
    job = job_in(tmp_path_factory.mktemp("unbroken"), pairs)
    train(job)
    return Run(job.run, Path(job.data_directory))


def assert_same_result(run: Run, other: Run) -> None:
    """Weights bit for bit, and every loss of every step."""
    _, weights = load_cat(run.cat(STEPS))
    _, wanted = load_cat(other.cat(STEPS))
    assert weights.keys() == wanted.keys()
    for name in weights:
        np.testing.assert_array_equal(weights[name], wanted[name], err_msg=name)
    summary, whole = run.read_summary(), other.read_summary()
    np.testing.assert_array_equal(summary.step, np.arange(1, STEPS + 1))
    np.testing.assert_array_equal(summary.loss, whole.loss)


def test_a_run_leaves_its_files_at_their_intervals(unbroken: Run) -> None:
    """Weights and states every 7 steps and at the end, sheets every 15, previews with the checkpoints, nothing else."""
    steps = [7, 14, 21, 28, 35, 40]
    assert [step for step, _ in unbroken.checkpoints()] == steps
    assert [step for step, _ in unbroken.states()] == steps
    assert [step for step, _ in unbroken.previews()] == steps
    assert [step for step, _ in unbroken.sheets()] == [15, 30, 40]
    assert not unbroken.lock.exists()
    assert not [path for path in unbroken.folder.iterdir() if ".part" in path.name]


def test_the_cat_tells_what_made_it(unbroken: Run) -> None:
    """A frame can be traced to its pairs and settings from the .cat alone."""
    header = read_header(unbroken.cat(STEPS))
    assert (header.run, header.step, header.total_steps) == ("shot_010", STEPS, STEPS)
    assert header.settings["seed"] == 0
    assert header.data_set["frames"] == "1-4"
    assert sorted(header.data_set["hashes"]) == ["1", "2", "3", "4"]
    assert set(header.versions) == {"paircat", "python", "torch"}
    assert len(header.losses) == STEPS


def test_killed_at_ten_random_moments_it_ends_as_the_unbroken_run(
    pairs: tuple[ReadOp, ReadOp], unbroken: Run, tmp_path: Path
) -> None:
    """SIGKILL ten times, resumed each time: the same result in the end. A run that ends before gets a twin."""
    seed = random.randrange(1 << 30)
    print("moments drawn with seed", seed)  # pytest shows it when the test fails
    moments = random.Random(seed)
    kills = 0
    while kills < 10:
        job = job_in(tmp_path / f"after_{kills}_kills", pairs)
        run = Run(job.run, Path(job.data_directory))
        job.save(run.job)
        while kills < 10 and train_and_kill(run, moments.uniform(0, 0.3)):
            kills += 1
            run.load_job().save(run.job)
        if run.newest_ost() != run.ost(STEPS):
            train(run.load_job())
        assert_same_result(run, unbroken)


def train_and_kill(run: Run, seconds: float) -> bool:
    """Train in a process and kill it so long after its first word; false if it had ended by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "paircat.engine.train", str(run.job)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()  # torch is loaded and the pairs are read, so the kill hits the training itself
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode in (0, -signal.SIGKILL)
    return process.returncode != 0


def test_stopped_by_its_file_it_saves_and_resumes_to_the_same_end(
    pairs: tuple[ReadOp, ReadOp], unbroken: Run, tmp_path: Path
) -> None:
    """A .stop file ends the run after the current step with a checkpoint; resumed, it ends as the unbroken one."""
    job = job_in(tmp_path / "stopped", pairs)
    run = Run(job.run, Path(job.data_directory))

    def stop_at_17(event: Event, files: list[str]) -> None:
        if isinstance(event, StepDone) and event.step == 17:
            run.ask_to_stop()

    assert train(job, stop_at_17) == Finished(17, "stopped")
    assert run.newest_cat() == run.cat(17)
    assert not run.stop.exists()
    assert train(run.load_job()) == Finished(STEPS, "done")
    assert_same_result(run, unbroken)


def test_minutes_go_on_counting_when_a_run_is_resumed(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """The job says since when, so that a process that is killed before its first checkpoint takes nothing along."""
    job = job_in(tmp_path / "timed", pairs, steps=0, minutes=60)
    run = Run(job.run, Path(job.data_directory))
    received: list[str] = []

    def stop(event: Event, files: list[str]) -> None:
        received.extend(event.notes if isinstance(event, Started) else ())
        if isinstance(event, StepDone) and event.step % 7 == 3:
            run.ask_to_stop()

    assert train(job, stop) == Finished(3, "stopped")
    assert train(run.load_job(), stop) == Finished(10, "stopped")
    assert "Goes on with what is left of its 60 minutes: 60.0." in received
    assert run.load_job().timed_from == 0
    train(dataclasses.replace(run.load_job(), timed_from=None), stop)
    assert "Its 60 minutes count from here." in received
    assert run.load_job().timed_from == load_ost(run.ost(10))["seconds"] > 0


def test_a_log_in_another_encoding_takes_every_name(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """Letters that it lacks are escaped; no picture is lost for a word about it."""
    job = dataclasses.replace(job_in(tmp_path / "größe", pairs, steps=1), run="größe")
    run = Run(job.run, Path(job.data_directory))
    job.save(run.job)
    command = [sys.executable, "-m", "paircat.engine.train", str(run.job)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii:strict"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert r"gr\xf6\xdfe.1.png" in done.stdout and run.sheet(1).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_ends_with_status_0(number: int, pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """A farm that takes its machine back, or a terminal that is closed, loses nothing."""
    job = job_in(tmp_path / "terminated", pairs, steps=100_000, image_interval=1_000_000, checkpoint_interval=1_000_000)
    run = Run(job.run, Path(job.data_directory))
    job.save(run.job)
    process = subprocess.Popen(
        [sys.executable, "-m", "paircat.engine.train", str(run.job)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("[Step:"):
            process.send_signal(number)
            break
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "stopped as asked" in output
    assert run.newest_cat() is not None
    assert run.newest_ost() is not None


def test_a_signal_is_heeded_while_the_drive_is_away(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """What was learnt since the last checkpoint is saved once it is back, instead of being taken for nothing."""
    job = job_in(tmp_path / "here", pairs, steps=100_000, image_interval=1_000_000, checkpoint_interval=1_000_000)
    folder = Path(job.data_directory)

    def pull_the_plug(event: Event, files: list[str]) -> None:
        if isinstance(event, StepDone) and event.step == 8:
            folder.rename(tmp_path / "away")
            os.kill(os.getpid(), signal.SIGTERM)
            threading.Timer(0.5, (tmp_path / "away").rename, [folder]).start()

    with stop_signals(Run(job.run, folder)) as signals:
        finished = train(job, pull_the_plug, signals)
    assert (finished.reason, finished.step) == ("stopped", 8)
    assert [step for step, _ in Run(job.run, folder).states()] == [8]


@pytest.mark.parametrize("place", ["_configuration", "data_set_of"])
def test_a_signal_before_the_first_step_leaves_no_run(
    place: str, pairs: tuple[ReadOp, ReadOp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was learnt, so there is nothing to go on from, nor decoded pairs; a run that is there is stopped."""
    job = job_in(tmp_path / "new", pairs)
    run = Run(job.run, Path(job.data_directory))
    cache = tmp_path / "cache"
    monkeypatch.setenv("PAIRCAT_CACHE", str(cache))
    original = getattr(training, place)

    def while_it_loads(*given: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return original(*given)

    monkeypatch.setattr(training, place, while_it_loads)
    with stop_signals(run) as signals:
        assert train(job, signals=signals) == Finished(0, "stopped")
    assert list(run.folder.iterdir()) == [] and not any(path.is_file() for path in cache.rglob("*"))
    job.save(run.job)
    with stop_signals(run) as signals:
        assert train(job, signals=signals) == Finished(0, "stopped")
    assert run.job.exists() and run.read_summary().end == "stopped"


def test_a_name_in_use_is_refused_and_nothing_is_changed(pairs: tuple[ReadOp, ReadOp], unbroken: Run) -> None:
    """Training anew under the name of a run does not touch it."""
    before = {path: path.stat().st_mtime_ns for path, _ in unbroken.files()}
    with pytest.raises(RunError, match="shot_010"):
        train(job_in(unbroken.folder, pairs))
    assert {path: path.stat().st_mtime_ns for path, _ in unbroken.files()} == before


def test_a_second_training_into_the_same_run_is_refused(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """While a run is being trained, another process cannot train it too."""
    job = job_in(tmp_path / "twice", pairs)
    refused: list[RunError] = []

    def try_again(event: Event, files: list[str]) -> None:
        if isinstance(event, StepDone) and event.step == 8:
            with pytest.raises(RunError, match="already being trained") as caught:
                train(dataclasses.replace(job, resume=True))
            refused.append(caught.value)

    train(dataclasses.replace(job, settings=dataclasses.replace(job.settings, steps=9)), try_again)
    assert refused


def test_a_failed_start_leaves_no_run_behind(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """A batch that is too large is told, and the same name can be used at once with a better one."""
    job = job_in(tmp_path / "failed", pairs, batch_size=5, steps=2)
    with pytest.raises(Exception, match="fewer than the batch size"):
        train(job)
    assert train(job_in(tmp_path / "failed", pairs, steps=2)).reason == "done"
    assert [run.name for run in DataDirectory(tmp_path / "failed").runs()] == ["shot_010"]


def test_a_refused_resume_changes_nothing(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """A setting that was refused is not what the next resume goes on with."""
    job = job_in(tmp_path / "refused", pairs, steps=2)
    train(job)
    run = Run(job.run, Path(job.data_directory))
    again = run.load_job()
    with pytest.raises(Exception, match="abacus"):
        train(dataclasses.replace(again, settings=dataclasses.replace(again.settings, device="abacus", steps=3)))
    assert run.load_job().settings == job.settings
    assert train(run.load_job()) == Finished(2, "done")


def test_pictures_that_cannot_be_written_cost_no_training(
    pairs: tuple[ReadOp, ReadOp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told once, before the end, and the training comes to its end with all its checkpoints."""

    def full(path: Path, *given: object) -> None:
        raise PairCatError(f"'{path.name}' could not be written: the disk is full.")

    monkeypatch.setattr("paircat.engine.runs.record.write_sheet", full)
    events: list[Event] = []
    job = job_in(tmp_path / "full", pairs, steps=14)
    assert train(job, lambda event, files: events.append(event)) == Finished(14, "done")
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "shot_010.7.preview.png' could not be written: the disk is full" in notice.text
    assert isinstance(events[-1], Finished)
    assert [step for step, _ in Run(job.run, Path(job.data_directory)).states()] == [7, 14]


def test_what_was_learnt_is_saved_when_the_summary_cannot_be_written(
    pairs: tuple[ReadOp, ReadOp], unbroken: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The training ends with that sentence, and goes on from its last step when it is resumed."""
    job = job_in(tmp_path / "unwritable", pairs)
    run = Run(job.run, Path(job.data_directory))
    with monkeypatch.context() as patched:

        def unwritable(*given: object, **more: object) -> None:
            raise RunError("The summary could not be written: the disk is full.")

        def add(writer: SummaryWriter, step: int, *given: object) -> None:
            if step == 17:
                patched.setattr(SummaryWriter, "flush", unwritable)
                unwritable()

        patched.setattr(SummaryWriter, "add", add)
        with pytest.raises(RunError, match="The summary could not be written"):
            train(job)
    assert run.newest_ost() == run.ost(17) and run.newest_cat() == run.cat(17)
    assert train(run.load_job()) == Finished(STEPS, "done")
    weights, wanted = (load_cat(made.cat(STEPS))[1] for made in (run, unbroken))
    for name, values in wanted.items():
        np.testing.assert_array_equal(weights[name], values, err_msg=name)


def test_a_run_that_is_finished_sees_full_resolution_alone(tmp_path: Path) -> None:
    """From its first step on, whatever stage it had come to; the summary says that it is being finished."""
    pattern = PatternOp(width=96, height=80)
    job = job_in(tmp_path / "runs", (pattern, LookOp(pattern)), crop_size=64, steps=400)  # type: ignore[arg-type]
    run = Run(job.run, Path(job.data_directory))
    train(job, lambda event, files: run.ask_to_stop() if isinstance(event, StepDone) and event.step == 3 else None)
    finishing = finishing_job(run)
    train(finishing)
    summary = run.read_summary()
    assert summary.scale.tolist() == [2] * 3 + [1] * 100
    assert summary.facts["finishing"] is True and summary.end == "done"
