"""Outlet: what becomes of words that nobody takes."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest

from paircat.engine.output_stream import Outlet


def test_words_arrive_as_long_as_they_are_taken() -> None:
    """It is a stream like the one behind it, down to whether that is a terminal."""
    behind = io.StringIO()
    out = Outlet(behind)
    out.say("one")
    print("two", file=out, flush=True)
    assert behind.getvalue() == "one\ntwo\n"
    assert out.isatty() is False


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux plays a full disk")
@pytest.mark.parametrize("buffering", [1, -1])
def test_after_a_refusal_there_is_silence_and_an_end_in_order(buffering: int) -> None:
    """Nothing is raised, and what the stream still holds does not fail its closing either."""
    with FULL.open("w", buffering=buffering) as full:
        out = Outlet(full)
        out.say("lost")
        out.say("lost too")
    assert out.refusal is not None and out.refusal.errno == errno.ENOSPC


@pytest.mark.skipif(not FULL.exists(), reason="only Linux plays a full disk")
def test_the_refusal_of_an_answer_is_raised_once() -> None:
    """Whoever catches it can tell it from the errors of other files, and say so without a second failure."""
    with FULL.open("w") as full:
        out = Outlet(full, silent=False)
        with pytest.raises(OSError) as caught:
            out.say("lost")
        assert caught.value is out.refusal
        out.say("nowhere")
