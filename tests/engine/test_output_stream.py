"""OutputStream: what becomes of text that cannot be written."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest

from paircat.engine.output_stream import OutputStream


def test_text_arrives_as_long_as_it_can_be_written() -> None:
    """It is a stream like the one behind it, down to whether that is a terminal."""
    behind = io.StringIO()
    out = OutputStream(behind)
    out.write_line("one")
    print("two", file=out, flush=True)
    assert behind.getvalue() == "one\ntwo\n"
    assert out.isatty() is False


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux plays a full disk")
@pytest.mark.parametrize("buffering", [1, -1])
def test_after_a_failed_write_text_is_discarded_and_closing_works(buffering: int) -> None:
    """Nothing is raised, and what the stream still holds does not fail its closing either."""
    with FULL.open("w", buffering=buffering) as full:
        out = OutputStream(full)
        out.write_line("lost")
        out.write_line("lost too")
    assert out.error is not None and out.error.errno == errno.ENOSPC


@pytest.mark.skipif(not FULL.exists(), reason="only Linux plays a full disk")
def test_the_failed_write_of_an_answer_is_raised_once() -> None:
    """Whoever catches it can tell it from the errors of other files, and say so without a second failure."""
    with FULL.open("w") as full:
        out = OutputStream(full, silent=False)
        with pytest.raises(OSError) as caught:
            out.write_line("lost")
        assert caught.value is out.error
        out.write_line("nowhere")
