"""Where a recipe's Ops are defined, and loading them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.op import Op
from paircat.engine.picture.op_modules import load_module, load_modules, modules_of
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.time_ops import TimeOffsetOp


def test_each_module_is_named_once_with_its_file() -> None:
    """Over all recipes together."""
    source = ReadOp("/plate.####.exr")
    modules = dict(map(tuple, modules_of(TimeOffsetOp(source, 1), BlurOp(source, 1.0, 1.0))))
    assert set(modules) == {f"paircat.engine.picture.{name}" for name in ("read", "time_ops", "filter_ops")}
    assert modules["paircat.engine.picture.read"].endswith("read.py")


def test_branches_that_meet_again_and_again_are_walked_once() -> None:
    """Sixty merges of a branch with itself have 2^60 ways to the source."""
    op: Op = ReadOp("/plate.####.exr")
    for _ in range(60):
        op = MergeOp(op, op)
    assert len(modules_of(op)) == 2


def test_a_module_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    """Be it missing or broken; a broken one is not taken for loaded."""
    with pytest.raises(PairCatError, match="no_such_module"):
        load_module("no_such_module", "")
    (tmp_path / "broken_op.py").write_text("1 / 0")
    with pytest.raises(PairCatError, match=r"broken_op\.py.*ZeroDivisionError"):
        load_modules([["broken_op", str(tmp_path / "broken_op.py")]])
    assert "broken_op" not in sys.modules
