"""Worker and LocalWorkers: whole trainings by several processes, from their start to whatever ends them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from written_pairs import write_pairs

from paircat.engine.errors import PairCatError
from paircat.engine.events import Event, StepDone
from paircat.engine.picture.files import write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run, RunState
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings
from paircat.engine.train import train

TRAIN = (sys.executable, "-m", "paircat.engine.train")
SETTINGS = TrainingSettings(
    steps=10, model_size=ModelSize.SMALL, batch_size=3, crop_size=32, checkpoint_interval=4, image_interval=8,
    mixed_precision=MixedPrecision.DISABLED, device="cpu", threads=1,
)  # fmt: skip
ENDLESS = replace(SETTINGS, steps=100_000, checkpoint_interval=5)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReadOp, ReadOp]:
    return write_pairs(tmp_path_factory.mktemp("pairs"))


def job_in(folder: Path, pairs: tuple[ReadOp, ReadOp], settings: TrainingSettings) -> Job:
    folder.mkdir(exist_ok=True)
    return Job(*pairs, pairs[0], FrameRange(()), settings, str(folder), "shot_010")


def run_of(job: Job) -> Run:
    return Run(job.run, Path(job.data_directory))


@contextmanager
def ranks(job: Job, count: int, **more: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Real processes with CopyCat's variables; `more` is added to them."""
    path = Path(job.data_directory) / "task.job"
    job.save(path)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    processes = [
        subprocess.Popen(
            [*TRAIN, str(path)],
            env={
                **os.environ, "COPYCAT_MAIN_ADDR": "127.0.0.1", "COPYCAT_MAIN_PORT": str(port),
                "COPYCAT_RANK": str(number), "COPYCAT_WORLD_SIZE": str(count), **more,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]  # fmt: skip
    try:
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


def wait_for(run: Run, step: int) -> None:
    """Until a checkpoint of a step is there."""
    until = time.monotonic() + 90
    while not run.ost(step).exists():
        assert time.monotonic() < until, "the training did not come that far"
        time.sleep(0.1)


def test_processes_of_one_machine_write_what_one_process_writes(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """Losses and weights within float error, the same files, and a note that says how the batch is spread."""
    one, two = job_in(tmp_path / "1", pairs, SETTINGS), job_in(tmp_path / "2", pairs, replace(SETTINGS, processes=2))
    train(one)
    train(two)
    runs = run_of(one), run_of(two)
    names = [sorted(path.name for path in run.folder.iterdir()) for run in runs]
    assert names[0] == names[1]
    losses = [run.read_summary().loss for run in runs]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)
    weights = [load_cat(run.cat(10))[1] for run in runs]
    for name, wanted in weights[0].items():
        np.testing.assert_allclose(weights[1][name], wanted, rtol=1e-2, atol=1e-4)
    assert "Learns with 2 processes, 1 or 2 crops of a step each." in runs[1].read_summary().facts["notes"]


def test_more_processes_than_crops_are_not_used_and_a_note_says_so(
    pairs: tuple[ReadOp, ReadOp], tmp_path: Path
) -> None:
    """Three for a batch of two: the third one leaves in peace."""
    job = job_in(tmp_path / "runs", pairs, replace(SETTINGS, steps=2, batch_size=2, processes=3))
    train(job)
    notes = run_of(job).read_summary().facts["notes"]
    assert (
        "Learns with 2 processes, 1 crop of a step each; 3 were asked for, but there are only 2 crops a step." in notes
    )


def test_a_stop_ends_all_processes_at_one_step_and_the_run_goes_on_from_there(
    pairs: tuple[ReadOp, ReadOp], tmp_path: Path
) -> None:
    """SIGTERM to one that is not the first is a wish of all. Afterwards one process alone takes the run further."""
    job = job_in(tmp_path / "runs", pairs, replace(ENDLESS))
    with ranks(job, 2) as (first, second):
        wait_for(run_of(job), 5)
        second.send_signal(signal.SIGTERM)
        output, errors = second.communicate(timeout=60)
        first_output, _ = first.communicate(timeout=60)
        assert (first.returncode, second.returncode, errors) == (0, 0, "")
    steps = run_of(job).info.steps
    assert run_of(job).state == RunState.STOPPED
    assert f"stopped as asked at step {steps}." in first_output
    assert f"Rank 1 of 2 on {socket.gethostname()} ends at step {steps}" in output
    going_on = run_of(job).load_job()
    train(replace(going_on, settings=replace(going_on.settings, steps=steps + 2)))
    np.testing.assert_array_equal(run_of(job).read_summary().step, np.arange(1, steps + 3))


def test_when_a_process_dies_the_others_save_and_say_so(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """Killed in the middle: all end with one sentence each, and what was learnt until then can be resumed."""
    job = job_in(tmp_path / "runs", pairs, ENDLESS)
    with ranks(job, 3, PAIRCAT_LOST_SECONDS="10") as processes:
        wait_for(run_of(job), 5)
        processes[2].kill()
        errors = [process.communicate(timeout=60)[1] for process in processes]
        assert [process.returncode for process in processes[:2]] == [2, 2]
    for error in errors[:2]:
        assert error.count("\n") == 1
        assert "3 processes ends here; rank 0 has saved what was learnt" in error
    info = run_of(job).info
    assert info.state == RunState.INTERRUPTED
    assert info.resume_step == info.steps, "the last whole step is what was saved"


@pytest.mark.parametrize("broken_rank", [0, 1])
def test_what_ends_one_process_is_reported_to_the_others(
    broken_rank: int, pairs: tuple[ReadOp, ReadOp], tmp_path: Path
) -> None:
    """A pair that only one of them cannot read is named by the other, with the machine where it happens."""
    broken = tmp_path / "broken"
    broken.mkdir()
    for frame in pairs[0].frame_range():
        for side, op in zip(("in", "gt"), pairs, strict=True):
            image = op.render(frame)
            write_image(broken / f"{side}.{frame:04d}.exr", image.with_pixels(image.pixels * np.float32("nan")))
    here = job_in(tmp_path / "runs", pairs, ENDLESS)
    there = replace(here, input=ReadOp(str(broken / "in.####.exr")), ground_truth=ReadOp(str(broken / "gt.####.exr")))
    there.save(tmp_path / "there.job")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    environment = {
        **os.environ,
        "COPYCAT_MAIN_ADDR": "127.0.0.1",
        "COPYCAT_MAIN_PORT": str(port),
        "COPYCAT_WORLD_SIZE": "2",
    }
    here.save(tmp_path / "here.job")
    names = ("there.job", "here.job") if broken_rank == 0 else ("here.job", "there.job")
    processes = [
        subprocess.Popen(
            [*TRAIN, str(tmp_path / name)],
            env={**environment, "COPYCAT_RANK": number},
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, name in zip("01", names, strict=True)
    ]
    errors = [process.communicate(timeout=90)[1] for process in processes]
    assert [process.returncode for process in processes] == [2, 2]
    assert errors[broken_rank].startswith("Input has") and "NaN" in errors[broken_rank]
    assert f"Rank {broken_rank} on {socket.gethostname()}: Input has" in errors[1 - broken_rank]


def test_torchrun_starts_again_and_the_run_goes_on(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """A worker is killed once; with --max-restarts the job is done to its end, and no step is missing."""
    job = job_in(tmp_path / "runs", pairs, replace(SETTINGS, steps=60, checkpoint_interval=5))
    path = tmp_path / "task.job"
    job.save(path)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command += ["--max-restarts", "2", "-m", "paircat.engine.train", str(path)]
    agent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(run_of(job), 5)
        holder = run_of(job).holder()
        assert holder is not None
        os.kill(holder.pid, signal.SIGKILL)  # rank 0 itself
        output, errors = agent.communicate(timeout=110)
    finally:
        agent.kill()
    assert agent.returncode == 0, errors
    assert "Resumed at step" in output and "Training finished at step 60." in output
    assert run_of(job).state == RunState.FINISHED
    np.testing.assert_array_equal(run_of(job).read_summary().step, np.arange(1, 61))


def test_processes_that_met_but_do_not_reach_each_other_say_so(
    pairs: tuple[ReadOp, ReadOp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gloo is given an interface that is not there: a sentence at once, and not a step is done."""
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "no-such-interface")
    seen: list[Event] = []
    job = job_in(tmp_path / "runs", pairs, replace(SETTINGS, processes=2))
    with pytest.raises(PairCatError, match="does not reach all others"):
        train(job, lambda event, files: seen.append(event))
    assert not [event for event in seen if isinstance(event, StepDone)]


def test_events_of_several_processes_are_those_of_one(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """What watches a training, such as a farm, reads one process's lines."""
    job = replace(job_in(tmp_path / "runs", pairs, replace(SETTINGS, processes=2)), json_lines=True)
    path = tmp_path / "task.job"
    job.save(path)
    done = subprocess.run([*TRAIN, str(path)], capture_output=True, text=True, timeout=110, check=True)
    steps = [event["step"] for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "StepDone"]
    assert steps == list(range(1, 11))
    assert done.stderr == ""
