"""Quantization: a network's kernels in eight bits, for files that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from checkpoints import train_cat

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.model import Model
from paircat.engine.runs.checkpoint import load_cat, save_cat
from paircat.engine.runs.quantization import dequantized, quantized

RANDOM = np.random.default_rng(3)
WEIGHTS = {
    "a.weight": RANDOM.normal(0, 0.1, (6, 4, 3, 3)).astype(np.float32),
    "a.bias": RANDOM.normal(0, 1, 6).astype(np.float32),
    "silent.weight": np.zeros((2, 4, 1, 1), np.float32),
}


def test_kernels_come_back_within_half_a_step() -> None:
    """Each feature's largest weight is 127 steps; nothing is further off than half of one, and biases are exact."""
    back = dequantized(quantized(WEIGHTS))
    steps = np.abs(WEIGHTS["a.weight"]).max(axis=(1, 2, 3), keepdims=True) / 127
    assert (np.abs(back["a.weight"] - WEIGHTS["a.weight"]) <= 0.5001 * steps).all()
    assert back["a.weight"].dtype == np.float32
    assert np.array_equal(back["a.bias"], WEIGHTS["a.bias"])
    assert not back["silent.weight"].any()


def test_quantizing_twice_changes_nothing_more() -> None:
    """What was quantized once can be loaded and shipped again without a loss."""
    once = dequantized(quantized(WEIGHTS))
    again = dequantized(quantized(once))
    assert all(np.allclose(once[name], again[name], rtol=1e-6, atol=0) for name in once)


def test_a_quantized_cat_is_used_like_any_other(tmp_path: Path) -> None:
    """It is a quarter as large, and Inference answers the same within a hundredth of what the network does."""
    whole = train_cat(tmp_path / "whole.cat")
    header, weights = load_cat(whole)
    save_cat(tmp_path / "quantized.cat", header, quantized(weights))
    assert (tmp_path / "quantized.cat").stat().st_size < 0.3 * whole.stat().st_size
    picture = RANDOM.random((32, 32, 3)).astype(np.float32)
    exact, near = (Model.load(tmp_path / name, "cpu").apply(picture) for name in ("whole.cat", "quantized.cat"))
    assert 0 < np.abs(exact - near).max() < 0.01


def test_a_scale_without_its_kernel_is_reported(tmp_path: Path) -> None:
    """A file whose parts do not fit together is damaged, and that is one sentence."""
    header, weights = load_cat(train_cat(tmp_path / "whole.cat"))
    eight_bits = quantized(weights)
    del eight_bits["stem.weight"]
    save_cat(tmp_path / "torn.cat", header, eight_bits)
    with pytest.raises(CheckpointError, match=r"torn\.cat' is truncated or damaged"):
        load_cat(tmp_path / "torn.cat")
