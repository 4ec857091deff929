"""Device: chosen by name, with threads in reason, and memory that ran out told as such."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from paircat.engine.errors import PairCatError
from paircat.engine.learn.device import Device, has_matrix_units, out_of_memory_as, threads
from paircat.engine.settings import MixedPrecision


def test_the_cpu_is_always_there() -> None:
    """It says what it has free."""
    device = Device.choose("cpu")
    assert (device.name, device.is_gpu) == ("CPU", False)
    assert device.free_bytes > 1 << 20


@pytest.mark.parametrize("units, adaptive", [(True, torch.bfloat16), (False, None)])
def test_half_precision_is_for_cpus_that_are_quicker_with_it(
    units: bool, adaptive: torch.dtype | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adaptive asks the processor; the other two modes do as they are told."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": units}, raising=False)
    device = Device.choose("cpu")
    assert has_matrix_units() == units
    assert device.autocast_type(MixedPrecision.ADAPTIVE) == adaptive
    assert device.autocast_type(MixedPrecision.DISABLED) is None
    assert device.autocast_type(MixedPrecision.FORCE) == torch.bfloat16


@pytest.mark.parametrize("name", ["abacus", "cuda:99", "meta"])
def test_a_device_that_is_not_there_is_reported_by_name(name: str) -> None:
    """The remedy is in the sentence."""
    with pytest.raises(PairCatError, match=rf"{name}.*cpu"):
        Device.choose(name)


def test_threads_stay_in_reason() -> None:
    """A number that would end the process is taken as a few for each processor; afterwards it is as it was."""
    before = torch.get_num_threads()
    with threads(99_999_999):
        assert 1 <= torch.get_num_threads() <= 1024
    assert torch.get_num_threads() == before


def test_running_out_of_memory_is_reported_whoever_notices_it() -> None:
    """numpy's and torch's own errors become the sentence; other faults stay what they are."""
    with pytest.raises(PairCatError, match="lower it"), out_of_memory_as(lambda: "lower it"):
        np.empty((1 << 50,), np.float32)
    with pytest.raises(PairCatError, match="lower it"), out_of_memory_as(lambda: "lower it"):
        torch.empty(1 << 50)
    with pytest.raises(RuntimeError, match="something else"), out_of_memory_as(lambda: "lower it"):
        raise RuntimeError("something else")
