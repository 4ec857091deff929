"""PictureWriter: order, waiting, and failures that reach whoever asks next."""

from __future__ import annotations

import functools
import threading

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


def test_a_failure_is_reported_once_and_ends_nothing() -> None:
    """The pictures after it are tried; of failures in a row the first is told, and another one after a success."""
    done: list[int] = []

    def write(words: str) -> None:
        if words:
            raise ValueError(words)
        done.append(1)

    def ask(*tasks: str) -> str:
        for words in tasks:
            writer.submit(functools.partial(write, words))
        writer.drain()
        return str(writer.failure() or "")

    writer = PictureWriter()
    assert ask("no ink") == "no ink" and ask() == ""
    assert ask("no paper") == ""
    assert ask("", "no light") == "no light"
    writer.close()
    assert done == [1]
