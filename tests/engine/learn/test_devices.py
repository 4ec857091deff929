"""Devices: one for each process of this machine."""

from __future__ import annotations

import pytest
import torch

from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.errors import PairCatError
from paircat.engine.learn.devices import device_of, devices


@pytest.fixture
def three_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """What torch says about the machine; no work is done on them."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)


def test_the_cpu_is_shared_by_as_many_processes_as_asked_for() -> None:
    """A single one by default."""
    assert devices("cpu") == ("cpu",)
    assert devices("cpu", 3) == ("cpu", "cpu", "cpu")


@pytest.mark.usefixtures("three_gpus")
def test_gpus_are_named_all_or_one_by_one() -> None:
    """The number of processes is for the CPU."""
    assert devices("cuda:all", 8) == ("cuda:0", "cuda:1", "cuda:2")
    assert devices("cuda:0,2") == ("cuda:0", "cuda:2")
    assert devices("cuda:1", 8) == ("cuda:1",)


@pytest.mark.usefixtures("three_gpus")
def test_a_gpu_that_is_not_there_or_named_twice_is_reported() -> None:
    """Before anything is started."""
    with pytest.raises(PairCatError, match="cuda:3"):
        devices("cuda:0,3")
    with pytest.raises(PairCatError, match="twice"):
        devices("cuda:1,1")


def test_all_gpus_of_a_machine_without_one_are_none() -> None:
    """The remedy is in the sentence."""
    with pytest.raises(PairCatError, match=r"cuda:all.*--device cpu"):
        devices("cuda:all")


@pytest.mark.usefixtures("three_gpus")
def test_each_process_of_a_machine_has_a_gpu_of_its_own() -> None:
    """Those that torchrun started take them in their order; a fourth one is told that there is none."""
    configs = [DistributedConfig(rank, 8, local_rank=rank - 4, local_world_size=4) for rank in range(4, 8)]
    assert [device_of("auto", config) for config in configs[:3]] == ["cuda:0", "cuda:1", "cuda:2"]
    assert [device_of("cuda:0,2", config) for config in configs[:2]] == ["cuda:0", "cuda:2"]
    with pytest.raises(PairCatError, match=r"4 processes.*3 GPUs"):
        device_of("auto", configs[3])
    assert device_of("cpu", configs[3]) == "cpu"


@pytest.mark.usefixtures("three_gpus")
def test_one_process_of_several_machines_has_one_gpu() -> None:
    """All of them is what several processes are for."""
    assert device_of("cuda:1", DistributedConfig(1, 2)) == "cuda:1"
    with pytest.raises(PairCatError, match="one GPU and not on 'cuda:all'"):
        device_of("cuda:all", DistributedConfig(1, 2))
