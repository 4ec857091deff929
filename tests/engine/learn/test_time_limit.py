"""TimeLimit: minutes that go on counting when a run is resumed."""

from __future__ import annotations

from paircat.engine.learn.time_limit import TimeLimit


def test_a_resumed_run_has_what_is_left() -> None:
    """Of five minutes that began with the run, two and a half are left after as many."""
    limit = TimeLimit.resumed(5, 0.0, 150)
    assert (limit.share(150), limit.left(150)) == (0.5, 150)
    assert limit.notes(150) == ("Goes on with what is left of its 5 minutes: 2.5.",)
    assert limit.share(300) == 1 and limit.left(400) == 0


def test_a_new_limit_counts_from_now() -> None:
    """Whatever the run has trained before."""
    limit = TimeLimit.resumed(5, None, 1000)
    assert (limit.share(1000), limit.left(1000), limit.since) == (0, 300, 1000)
    assert limit.notes(1000) == ("Its 5 minutes count from here.",)
    assert limit.share(1150) == 0.5


def test_a_limit_begins_with_what_there_is() -> None:
    """Where the states after its beginning are gone, it counts from the one that the run goes on from."""
    assert TimeLimit.resumed(5, 1000, 60) == TimeLimit(5, 60)


def test_without_a_limit_nothing_is_used() -> None:
    """Steps decide."""
    limit = TimeLimit.resumed(0, 0.0, 150)
    assert (limit.share(150), limit.left(150), limit.notes(150)) == (0, 0, ())
