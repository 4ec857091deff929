"""Data sets for the learning tests, and one thread for all of them."""

from __future__ import annotations

import pytest
import torch
from patterns import KeyOp, LookOp, PatternOp

from paircat.engine.learn.dataset import DataSet
from paircat.engine.picture.frames import FrameRange


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def pattern() -> PatternOp:
    return PatternOp()


@pytest.fixture
def look_set(pattern: PatternOp) -> DataSet:
    return DataSet.open(pattern, LookOp(pattern), FrameRange(()))


@pytest.fixture
def matte_set(pattern: PatternOp) -> DataSet:
    return DataSet.open(pattern, KeyOp(pattern), FrameRange(()))
