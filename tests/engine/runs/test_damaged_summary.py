"""Summaries that cannot be read: put aside, and begun anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.runs.damaged_summary import restore_summary
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.run import Run

STATE = {"step": 20, "seconds": 10.0, "scale": 1, "recent": [[18, 0.5], [19, 0.375], [20, 0.25]]}
JUNK = b"\x8e\x00\xff junk"


def test_what_the_state_knows_begins_a_new_summary(make_run: Callable[..., Run]) -> None:
    """Its losses, at the run's mean pace, and its checkpoint; the damaged file is kept beside, and the log says so."""
    run = make_run()
    run.summary.write_bytes(JUNK)
    (note,) = restore_summary(run, STATE)
    aside = run.folder / "shot.v2.summary.damaged"
    assert aside.read_bytes() == JUNK and str(aside) in note and "last 3 losses" in note
    found = run.read_summary()
    assert (found.step.tolist(), found.loss.tolist()) == ([18, 19, 20], [0.5, 0.375, 0.25])
    assert (found.seconds.tolist(), found.scale.tolist(), found.checkpoints) == ([9.0, 9.5, 10.0], [1, 1, 1], (20,))
    run.summary.write_bytes(JUNK[:-1])
    restore_summary(run, STATE)
    assert (aside.read_bytes(), aside.with_name(f"{aside.name}.2").read_bytes()) == (JUNK, JUNK[:-1])


def test_a_summary_that_can_be_read_is_left_alone(make_run: Callable[..., Run]) -> None:
    """Also where it knows less than the state; one without any loss, or none at all, gets those of the state."""
    run = make_run()
    kept = run.summary.read_bytes()
    assert (restore_summary(run, {**STATE, "step": 30}), run.summary.read_bytes()) == ((), kept)
    for remove in (lambda: run.summary.write_bytes(b""), run.summary.unlink):
        remove()
        restore_summary(run, STATE)
        assert run.read_summary().last_step == 20
    assert not list(run.folder.glob("*.damaged"))


def test_before_anything_was_saved_a_damaged_summary_is_only_put_aside(make_run: Callable[..., Run]) -> None:
    """The training writes its own from the first step on."""
    run = make_run()
    run.summary.write_bytes(JUNK)
    (note,) = restore_summary(run, None)
    assert note.endswith("a new one begins.") and not run.summary.exists()


def test_a_file_put_aside_goes_with_its_run(make_run: Callable[..., Run]) -> None:
    """Renamed and deleted with it, and no run by itself."""
    run = make_run()
    run.summary.write_bytes(JUNK)
    restore_summary(run, STATE)
    directory = DataDirectory(run.folder)
    new = directory.rename(run, "b")
    assert [known.name for known in directory.runs()] == ["b"]
    assert (run.folder / "b.summary.damaged").read_bytes() == JUNK
    directory.delete(new)
    assert not list(run.folder.iterdir())


def test_a_summary_that_may_not_be_read_stays_where_it_is(make_run: Callable[..., Run]) -> None:
    """Permissions, or a drive that is away, are no damage."""
    run = make_run()
    run.summary.unlink()
    run.summary.mkdir()  # what cannot be read, whoever reads it
    with pytest.raises(PairCatError, match="cannot be read"):
        restore_summary(run, STATE)
    assert run.summary.is_dir()
