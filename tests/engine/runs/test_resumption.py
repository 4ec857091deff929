"""Resumption: which state a run goes on from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paircat.engine.errors import CheckpointError, RunError
from paircat.engine.runs import checkpoint
from paircat.engine.runs.checkpoint import save_ost
from paircat.engine.runs.resumption import Resumption
from paircat.engine.runs.run import Run


def test_the_newest_state_that_can_be_read_counts(make_run: Callable[..., Run]) -> None:
    """Torn and empty files of later steps are named, and stay."""
    run = make_run()
    save_ost(run.ost(5), {"step": 5})
    run.ost(10).write_bytes(b"")
    found = Resumption.of(run)
    assert (found.state, found.damaged) == ({"step": 5}, (run.ost(20), run.ost(10)))
    assert f"'{run.ost(20)}' and '{run.ost(10)}' cannot be read" in found.notes()[0]
    assert "from step 5" in found.notes()[0] and run.ost(20).read_text() == "ost"
    save_ost(run.ost(30), {"step": 30})
    assert Resumption.of(run) == Resumption({"step": 30}) and Resumption.of(run).notes() == ()


def test_a_state_of_a_newer_version_is_not_damage(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To go on from an earlier one would undo work of that version."""
    run = make_run()
    save_ost(run.ost(10), {"step": 10})
    with monkeypatch.context() as newer:
        newer.setattr(checkpoint, "VERSION", 99)
        save_ost(run.ost(20), {"step": 20})
    with pytest.raises(CheckpointError, match="newer PairCat"):
        Resumption.of(run)


def test_without_any_state_only_what_has_learnt_nothing_begins_again(make_run: Callable[..., Run]) -> None:
    """Otherwise the sentence says what the newest network is good for."""
    run = make_run(end="# checkpoint 20\n")
    with pytest.raises(RunError, match=r"20\.ost' and .*10\.ost' cannot be read; apply its \.cat, or start a new run"):
        Resumption.of(run)
    for step in (10, 20):
        run.ost(step).unlink()
    with pytest.raises(RunError, match=r"no \.ost file here.*--initial-weights .*shot\.v2\.20\.cat"):
        Resumption.of(run)
    for step in (10, 20):
        run.cat(step).unlink()
    assert Resumption.of(run) == Resumption(None)
