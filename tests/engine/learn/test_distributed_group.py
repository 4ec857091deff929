"""DistributedGroup: several processes learn what one process learns, each from its part of the batch."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import group_member
import pytest

MEMBER = Path(group_member.__file__)

# Trains with curves, as one of two. The second exits after three steps, and only then the first goes on.
LOST = """
import os, sys
sys.path.insert(0, sys.argv[1])
import torch
from group_member import SETTINGS, TASKS
from paircat.engine.errors import PairCatError
from paircat.engine.events import CheckpointReady, StepDone
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.distributed_setup import open_process_group
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.distributed_config import DistributedConfig
torch.set_num_threads(1)
rank, port = int(sys.argv[2]), int(sys.argv[3])
data_set = DataSet.open(*TASKS["curves"], FrameRange(()))
try:
    with open_process_group(DistributedConfig(rank, 2, "127.0.0.1", port), data_set, SETTINGS) as group:
        state = None if group.is_rank_zero else group.broadcast_state()
        trainer = Trainer(data_set, SETTINGS, "run", state=state, group=group)
        assert trainer.plan.shape.hinges
        if group.is_rank_zero:
            group.broadcast_state(trainer.state())
        group.split_batch(SETTINGS.batch_size)
        for event in trainer.run():
            if isinstance(event, StepDone) and event.step == 3:
                if not group.is_rank_zero:
                    os._exit(0)
                sys.stdin.readline()
            if isinstance(event, CheckpointReady):
                print("saved", event.step, flush=True)
except PairCatError as error:
    print(error)
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def results_of(
    world_size: int, sync_interval: int = 1, steps: int = 12, tasks: int = len(group_member.TASKS)
) -> list[dict[str, Any]]:
    """What each of `world_size` real processes found, by rank."""
    ports = [str(port) for port in free_ports(tasks)]
    members = [
        subprocess.Popen(
            [sys.executable, str(MEMBER), str(rank), str(world_size), str(sync_interval), str(steps), *ports],
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(world_size)
    ]
    outputs = [member.communicate(timeout=100)[0] for member in members]
    assert [member.returncode for member in members] == [0] * world_size
    return [json.loads(output) for output in outputs]


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return {name: group_member.results(name) for name in group_member.TASKS}


@pytest.mark.parametrize("world_size", [2, 3])
def test_several_processes_learn_what_one_learns(world_size: int, alone: dict[str, Any]) -> None:
    """Five crops a step in uneven parts: the same losses within float error, with each of the losses there are."""
    members = results_of(world_size)
    for name, wanted in alone.items():
        assert len(wanted["losses"]) == 12
        for member in members:
            assert member[name]["losses"] == pytest.approx(wanted["losses"], rel=1e-4), name
            assert member[name]["sum"] == pytest.approx(wanted["sum"], rel=1e-4)
        assert len({member[name]["digest"] for member in members}) == 1, "the processes hold different weights"


def test_processes_that_rarely_synchronize_hold_the_same_weights_whenever_they_do(alone: dict[str, Any]) -> None:
    """With an interval of 5, the last step is synchronized too; training alone in between gives other losses."""
    members = [member["picture"] for member in results_of(2, sync_interval=5, tasks=1)]
    assert members[0]["digest"] == members[1]["digest"]
    assert members[0]["losses"] != members[1]["losses"]
    assert members[0]["losses"] != pytest.approx(alone["picture"]["losses"], rel=1e-4)


def test_what_was_learnt_alone_counts_by_the_number_of_crops() -> None:
    """One step on three crops here and on two there comes to three and two fifths of what either gives alone."""
    members = results_of(2, sync_interval=5, steps=1, tasks=1)
    here, there = (group_member.results("picture", batch_slice=part, steps=1) for part in (slice(3), slice(3, 5)))
    pairs = zip(here["weights"], there["weights"], strict=True)
    mixed = [0.6 * mine + 0.4 * yours for mine, yours in pairs]
    assert here["weights"] != pytest.approx(there["weights"], rel=1e-5)
    assert members[0]["picture"]["weights"] == pytest.approx(mixed, rel=1e-5, abs=1e-7)


def test_a_process_lost_between_two_steps_costs_nothing_that_was_learnt() -> None:
    """The other one notices at the beginning of its next step, saves the last one, and says what has happened."""
    (port,) = free_ports(1)
    first, second = (
        subprocess.Popen(
            [sys.executable, "-c", LOST, str(MEMBER.parent), str(rank), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for rank in (0, 1)
    )  # fmt: skip
    assert second.communicate(timeout=100)[1] == ""
    output, errors = first.communicate("\n", timeout=100)
    assert output.startswith("saved 3\n") and "rank 0 has saved what was learnt" in output, errors
    assert errors == ""
