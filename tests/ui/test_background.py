"""Work in the background: answers on the thread that asked."""

import threading

from PySide6.QtCore import QObject

from paircat.engine.errors import PairCatError
from paircat.ui.background import in_background


def test_answer_comes_on_the_asking_thread(qtbot):
    """The work runs elsewhere, what follows it here."""
    threads = []
    in_background(
        owner := QObject(), threading.current_thread, lambda found: threads.extend([found, threading.current_thread()])
    )
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] is not threads[1] and threads[1] is threading.main_thread()
    owner.deleteLater()


def test_mistakes_and_faults_become_sentences(qtbot, capsys):
    """A mistake comes with its own words, a fault with those that say whose it is."""

    def mistaken():
        raise PairCatError("The disk is full.")

    def faulty():
        raise ZeroDivisionError("by nought")

    said, owner = [], QObject()
    in_background(owner, mistaken, None, said.append)
    qtbot.waitUntil(lambda: len(said) == 1)
    in_background(owner, faulty, None, said.append)
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said[0] == "The disk is full."
    assert "fault of PairCat" in said[1] and "by nought" in said[1]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_nobody_is_told_who_is_gone(qtbot):
    """An answer for a deleted owner is dropped."""
    go, told = threading.Event(), []
    owner = QObject()
    in_background(owner, lambda: go.wait(10), told.append)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    go.set()
    qtbot.wait(100)
    assert told == []
