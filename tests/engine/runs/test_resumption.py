"""Resumption: whether a run may go on, and from which state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from written_runs import header, write_foundry_run, write_run

from paircat.engine.errors import CheckpointError, RunError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs import checkpoint
from paircat.engine.runs.checkpoint import save_cat, save_ost
from paircat.engine.runs.job import Job
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.resumption import NothingLeftError, Resumption, check_resumption, own_job
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings


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


def asked(run: Run, frames: str = "1,3", **length: float) -> Job:
    """The run's job with another length; of so many epochs, or else of nothing but what is given."""
    job = own_job(run)
    settings = replace(job.settings, **{"steps": 0, "minutes": 0.0, **length})  # type: ignore[arg-type]
    return replace(job, frames=FrameRange.parse(frames), settings=settings)


def with_batch(run: Run, batch_size: int = 2) -> Run:
    """The newest .cat says how many crops a step had."""
    said = replace(header(run.name, 40, 40), data_set={"batch_size": batch_size})
    save_cat(run.cat(40), said, {"weight": np.zeros(3, np.float32)})
    return run


def test_a_run_goes_on_as_far_as_epochs_of_the_pairs_there_are_now(tmp_path: Path) -> None:
    """Two pairs in steps of two: 40 epochs are done. A third pair that was painted since is learnt in 20 steps more."""
    run = with_batch(write_run(tmp_path, total=40, end="# finished done\n", settings=TrainingSettings(epochs=40)))
    with pytest.raises(NothingLeftError, match="has done all its 40 steps; to go on, raise Epochs above 40 "):
        check_resumption(run, asked(run, epochs=40))
    check_resumption(run, asked(run, epochs=41))
    check_resumption(run, asked(run, frames="1-3", epochs=40))
    with pytest.raises(NothingLeftError, match=r"40 steps already, and was asked for 15; .* Epochs above 27"):
        check_resumption(run, asked(run, frames="1-3", epochs=10))


def test_a_run_that_was_stopped_is_not_begun_in_vain(tmp_path: Path) -> None:
    """Epochs or steps below those done are refused before anything starts, also those of a run that has not ended."""
    run = with_batch(write_run(tmp_path))
    for length in ({"epochs": 30}, {"steps": 30}, {"steps": 40}):
        with pytest.raises(NothingLeftError, match="40 steps already"):
            check_resumption(run, asked(run, **length))
    check_resumption(run, asked(run, steps=41))
    check_resumption(run, asked(run, minutes=1))


def test_a_run_that_was_cut_off_at_its_very_end_is_brought_to_it(tmp_path: Path) -> None:
    """All is learnt and saved, and only the end is missing in its summary."""
    run = write_run(tmp_path, total=40, end="", settings=TrainingSettings(steps=40))
    check_resumption(run, own_job(run))


def test_minutes_that_are_asked_for_beyond_those_used_are_trained(tmp_path: Path) -> None:
    """All sittings share them; without a time from which they count, they count from now."""
    run = write_run(tmp_path, end="# finished minutes\n", settings=TrainingSettings(minutes=0.5))
    with pytest.raises(NothingLeftError, match=r"has used all its 0\.5 minutes"):
        check_resumption(run, own_job(run))
    check_resumption(run, asked(run, minutes=0.6))
    check_resumption(run, replace(own_job(run), timed_from=None))


def test_a_run_that_trains_and_one_without_its_files_say_why(tmp_path: Path) -> None:
    """With who trains it, and what is left to do with what there is."""
    run = write_run(tmp_path)
    with RunLock(run.lock), pytest.raises(RunError, match=r"already being trained on .* \(process \d+\); stop it"):
        check_resumption(run, own_job(run))
    with pytest.raises(RunError, match="since Nuke trained it; train anew"):
        own_job(write_foundry_run(tmp_path))
    bare = write_run(tmp_path, "bare", end="# checkpoint 40\n# finished done\n")
    for _, state in bare.states():
        state.unlink()
    with pytest.raises(NothingLeftError, match=r"has done all its 40 steps, and cannot be resumed, since .* no \.ost"):
        check_resumption(bare, asked(bare, steps=40))
    with pytest.raises(RunError, match=r"cannot be resumed, since .* no \.ost .*--initial-weights"):
        check_resumption(bare, asked(bare, steps=50))
