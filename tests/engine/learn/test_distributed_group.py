"""Group: several processes learn what one process learns, each from its share of the crops."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import world_member

MEMBER = Path(world_member.__file__)

# Learns with curves, as one of two. The second goes after three steps, and only then the first goes on.
LEAVE = """
import os, sys
sys.path.insert(0, sys.argv[1])
import torch
from world_member import SETTINGS, TASKS
from paircat.engine.errors import PairCatError
from paircat.engine.events import CheckpointReady, StepDone
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.distributed_setup import joined
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.frames import FrameRange
from paircat.engine.distributed_config import Rank
torch.set_num_threads(1)
number, port = int(sys.argv[2]), int(sys.argv[3])
data_set = DataSet.open(*TASKS["curves"], FrameRange(()))
try:
    with joined(Rank(number, 2, "127.0.0.1", port), data_set, SETTINGS) as group:
        state = None if group.first else group.state_of_first()
        trainer = Trainer(data_set, SETTINGS, "run", state=state, world=group)
        assert trainer.plan.shape.hinges
        if group.first:
            group.state_of_first(trainer.state())
        group.divide(SETTINGS.batch_size)
        for event in trainer.run():
            if isinstance(event, StepDone) and event.step == 3:
                if not group.first:
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


def learnt(size: int, interval: int = 1, steps: int = 12, tasks: int = len(world_member.TASKS)) -> list[dict[str, Any]]:
    """What each of `size` real processes found, by rank."""
    ports = [str(port) for port in free_ports(tasks)]
    members = [
        subprocess.Popen(
            [sys.executable, str(MEMBER), str(number), str(size), str(interval), str(steps), *ports],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(size)
    ]
    said = [member.communicate(timeout=100)[0] for member in members]
    assert [member.returncode for member in members] == [0] * size
    return [json.loads(words) for words in said]


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return {name: world_member.results(name) for name in world_member.TASKS}


@pytest.mark.parametrize("size", [2, 3])
def test_several_processes_learn_what_one_learns(size: int, alone: dict[str, Any]) -> None:
    """Five crops a step in uneven shares: the same losses within float error, with each of the losses there are."""
    members = learnt(size)
    for name, wanted in alone.items():
        assert len(wanted["losses"]) == 12
        for member in members:
            assert member[name]["losses"] == pytest.approx(wanted["losses"], rel=1e-4), name
            assert member[name]["sum"] == pytest.approx(wanted["sum"], rel=1e-4)
        assert len({member[name]["digest"] for member in members}) == 1, "the processes hold different weights"


def test_processes_that_share_rarely_hold_the_same_weights_whenever_they_do(alone: dict[str, Any]) -> None:
    """With an interval of 5, the last step is shared too; what is learnt alone in between is another way to learn."""
    members = [member["picture"] for member in learnt(2, interval=5, tasks=1)]
    assert members[0]["digest"] == members[1]["digest"]
    assert members[0]["losses"] != members[1]["losses"]
    assert members[0]["losses"] != pytest.approx(alone["picture"]["losses"], rel=1e-4)


def test_what_was_learnt_alone_counts_by_the_number_of_crops() -> None:
    """One step on three crops here and on two there comes to three and two fifths of what either gives alone."""
    members = learnt(2, interval=5, steps=1, tasks=1)
    here, there = (world_member.results("picture", share=share, steps=1) for share in (slice(3), slice(3, 5)))
    pairs = zip(here["weights"], there["weights"], strict=True)
    mixed = [0.6 * mine + 0.4 * yours for mine, yours in pairs]
    assert here["weights"] != pytest.approx(there["weights"], rel=1e-5)
    assert members[0]["picture"]["weights"] == pytest.approx(mixed, rel=1e-5, abs=1e-7)


def test_a_process_that_goes_between_two_steps_costs_nothing_that_was_learnt() -> None:
    """The other one notices at the beginning of its next step, saves the last one, and says what has happened."""
    (port,) = free_ports(1)
    first, second = (
        subprocess.Popen(
            [sys.executable, "-c", LEAVE, str(MEMBER.parent), str(number), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in (0, 1)
    )  # fmt: skip
    assert second.communicate(timeout=100)[1] == ""
    said, errors = first.communicate("\n", timeout=100)
    assert said.startswith("saved 3\n") and "rank 0 has saved what was learnt" in said, errors
    assert errors == ""
