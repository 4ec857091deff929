"""Several machines learn one run: played by network namespaces, with real cables, a real cut and a real distance."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hosts import Hosts, UnavailableError
from written_pairs import write_pairs

from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run, RunState
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings
from paircat.engine.train import train

SETTINGS = TrainingSettings(
    steps=12, model_size=ModelSize.SMALL, batch_size=4, crop_size=32, checkpoint_interval=5, image_interval=100,
    mixed_precision=MixedPrecision.DISABLED, device="cpu", threads=1,
)  # fmt: skip
LOST_SECONDS = 8


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReadOp, ReadOp]:
    return write_pairs(tmp_path_factory.mktemp("pairs"))


def job_in(folder: Path, pairs: tuple[ReadOp, ReadOp], **changes: object) -> Job:
    folder.mkdir(exist_ok=True)
    settings = replace(SETTINGS, **changes)  # type: ignore[arg-type]
    return Job(*pairs, None, FrameRange(()), settings, str(folder), "shot_010")


def run_of(job: Job) -> Run:
    return Run(job.run, Path(job.data_directory))


def begin(hosts: Hosts, job: Job, version: int = 4, **more: str) -> list[subprocess.Popen[str]]:
    """One process a host, told of the others by CopyCat's variables alone."""
    path = Path(job.data_directory) / "task.job"
    job.save(path)
    command = [sys.executable, "-m", "paircat.engine.train", str(path)]
    environment = {
        "COPYCAT_MAIN_ADDR": hosts.address(0, version),
        "COPYCAT_MAIN_PORT": "30000",
        "COPYCAT_WORLD_SIZE": str(hosts.count),
        **more,
    }
    return [hosts.start(number, command, COPYCAT_RANK=str(number), **environment) for number in range(hosts.count)]


def ended(processes: list[subprocess.Popen[str]], timeout: float = 110) -> list[tuple[int, str]]:
    """Status and errors of each."""
    try:
        errors = [process.communicate(timeout=timeout)[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [(process.returncode, error) for process, error in zip(processes, errors, strict=True)]


def wait_for(path: Path) -> None:
    until = time.monotonic() + 90
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} was never written"
        time.sleep(0.1)


@pytest.mark.parametrize("count, version", [(3, 4), (2, 6)], ids=["three hosts, IPv4", "two hosts, IPv6"])
def test_hosts_learn_what_one_process_learns(
    count: int, version: int, pairs: tuple[ReadOp, ReadOp], tmp_path: Path
) -> None:
    """Each host has its own network stack, and the same losses come out."""
    alone, together = job_in(tmp_path / "one", pairs), job_in(tmp_path / "many", pairs)
    train(alone)
    with Hosts(count) as hosts:
        assert ended(begin(hosts, together, version)) == [(0, "")] * count
    losses = [run_of(job).read_summary().loss for job in (alone, together)]
    worst = float(np.abs(losses[1] / losses[0] - 1).max())
    print(f"\n{count} hosts over IPv{version}: {len(losses[1])} steps, losses within {worst:.1e} of one process's")
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)


def test_a_pulled_cable_is_reported_and_the_run_goes_on_afterwards(
    pairs: tuple[ReadOp, ReadOp], tmp_path: Path
) -> None:
    """Nobody closes a connection then: after the stated seconds all hosts end, and nothing that was learnt is lost."""
    job = job_in(tmp_path / "runs", pairs, steps=100_000)
    with Hosts(3) as hosts:
        processes = begin(hosts, job, PAIRCAT_LOST_SECONDS=str(LOST_SECONDS))
        wait_for(run_of(job).ost(5))
        hosts.unplug(1)
        pulled = time.monotonic()
        received = ended(processes, timeout=2 * LOST_SECONDS + 30)
        print(f"\nThe cable was pulled; {LOST_SECONDS} s allowed, all ended after {time.monotonic() - pulled:.1f} s")
        for number, (status, error) in enumerate(received):
            print(f"rank {number}, status {status}: {error.strip()}")
            assert status == 2
            assert error.count("\n") == 1
            assert "rank 0 has saved what was learnt" in error
        info = run_of(job).info
        assert info.state == RunState.INTERRUPTED
        assert info.resume_step == info.steps
        hosts.plug(1)
        further = replace(run_of(job).load_job(), settings=replace(job.settings, steps=info.steps + 3))
        assert ended(begin(hosts, further)) == [(0, "")] * 3
    np.testing.assert_array_equal(run_of(job).read_summary().step, np.arange(1, info.steps + 4))
    assert run_of(job).state == RunState.FINISHED


def test_an_address_without_a_way_to_it_is_reported(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """By the host that has none; and a wrong address of its own, too."""
    job = job_in(tmp_path / "runs", pairs)
    path = tmp_path / "task.job"
    job.save(path)
    command = [sys.executable, "-m", "paircat.engine.train", str(path)]
    environment = {"COPYCAT_MAIN_PORT": "30000", "COPYCAT_WORLD_SIZE": "2", "COPYCAT_RANK": "1"}
    with Hosts(2) as hosts:
        lost = hosts.start(1, command, COPYCAT_MAIN_ADDR="10.99.0.1", **environment)
        wrong = hosts.start(
            1, command, COPYCAT_MAIN_ADDR=hosts.address(0), COPYCAT_LOCAL_ADDR="10.77.0.9", **environment
        )
        (_, no_way), (_, not_mine) = ended([lost, wrong])
    assert "There is no way from here to rank 0 at 10.99.0.1" in no_way
    assert "COPYCAT_LOCAL_ADDR is 10.77.0.9, which is no address of this machine" in not_mine


@pytest.mark.timeout(600)
def test_a_long_distance_is_what_the_sync_interval_is_for(pairs: tuple[ReadOp, ReadOp], tmp_path: Path) -> None:
    """Two hosts with 200 ms there and back between them: one synchronization in eight steps instead of one a step."""
    speeds: dict[tuple[str, int], float] = {}
    by = ""
    for where, delay, steps in (("one switch", 0.0, 40), ("200 ms away", 0.1, 24)):
        for interval in (1, 8):
            job = job_in(tmp_path / f"{delay}-{interval}", pairs, steps=steps, checkpoint_interval=1000)
            try:
                with Hosts(2, delay) as hosts:
                    by = hosts.delayed_by or by
                    assert ended(begin(hosts, job, COPYCAT_SYNC_INTERVAL=str(interval))) == [(0, "")] * 2
            except UnavailableError as why:
                pytest.skip(str(why))
            summary = run_of(job).read_summary()
            speeds[where, interval] = (steps - 8) / float(summary.seconds[-1] - summary.seconds[7])
            print(f"\n{where}, interval {interval}: {speeds[where, interval]:.2f} steps/s", flush=True)
    print(f"\nsteps/s of two hosts, Small, 2 crops of 32 each; the distance is made by {by}")
    print(f"{'COPYCAT_SYNC_INTERVAL':>22} {'1':>8} {'8':>8}")
    for where in ("one switch", "200 ms away"):
        print(f"{where:>22} {speeds[where, 1]:8.2f} {speeds[where, 8]:8.2f}")
    assert speeds["200 ms away", 8] > 2 * speeds["200 ms away", 1]
    assert os.environ.get("COPYCAT_SYNC_INTERVAL") is None
