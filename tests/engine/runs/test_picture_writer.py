"""PictureWriter: order, waiting, and failures that reach whoever asks next."""

from __future__ import annotations

import threading

import pytest

from paircat.engine.runs.picture_writer import PictureWriter


def test_all_is_done_in_order_by_the_end() -> None:
    """Closing waits for every picture; the queue does not grow beyond its bound."""
    done: list[int] = []
    gate = threading.Event()
    writer = PictureWriter()
    writer.submit(lambda: (gate.wait(10), done.append(0)))
    for number in (1, 2):
        writer.submit(lambda number=number: done.append(number))
    late = threading.Thread(target=writer.submit, args=(lambda: done.append(3),))
    late.start()
    late.join(0.05)
    assert late.is_alive() and done == []
    gate.set()
    late.join()
    writer.close()
    assert done == [0, 1, 2, 3]


def test_failure_is_told_once_and_ends_nothing() -> None:
    """A picture that fails is reported by the next call, and the pictures after it are written."""
    done: list[int] = []

    def fail() -> None:
        raise ValueError("no ink")

    writer = PictureWriter()
    writer.submit(fail)
    with pytest.raises(ValueError, match="no ink"):
        writer.drain()
    writer.submit(lambda: done.append(1))
    writer.drain()
    writer.close()
    assert done == [1]
