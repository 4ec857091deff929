"""Work in the background: answers on the thread that asked."""

import threading

from PySide6.QtCore import QObject

from paircat.engine.errors import PairCatError
from paircat.ui.background import Post, in_background


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

    messages, owner = [], QObject()
    in_background(owner, mistaken, None, messages.append)
    qtbot.waitUntil(lambda: len(messages) == 1)
    in_background(owner, faulty, None, messages.append)
    qtbot.waitUntil(lambda: len(messages) == 2)
    assert messages[0] == "The disk is full."
    assert "fault of PairCat" in messages[1] and "by nought" in messages[1]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_nobody_is_called_who_is_gone(qtbot):
    """An answer for a deleted owner is dropped."""
    go, received = threading.Event(), []
    owner = QObject()
    in_background(owner, lambda: go.wait(10), received.append)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    go.set()
    qtbot.wait(100)
    assert received == []


def test_askers_are_deleted_on_their_own_thread(qtbot):
    """Though the work on the other thread may be the last to hold them."""
    threads, begun, go = [], threading.Event(), threading.Event()

    class Asker(QObject):
        def work(self):
            begun.set()
            return go.wait(10)

        def __del__(self):
            threads.append(threading.current_thread())

    asker = Asker()
    in_background(asker, asker.work)
    del asker
    assert begun.wait(10) and threads == []
    go.set()
    qtbot.waitUntil(lambda: len(threads) == 1)
    assert threads == [threading.main_thread()]


def test_post_calls_on_the_objects_thread_and_lets_it_go(qtbot):
    """A posted call for a deleted object is dropped."""
    heard = []

    class Hearer(QObject):
        def hear(self, what):
            heard.append((what, threading.current_thread()))

    hearer = Hearer()
    post = Post(hearer.hear)
    threading.Thread(target=post, args=("first",)).start()
    qtbot.waitUntil(lambda: heard == [("first", threading.main_thread())])
    post("second")
    del hearer
    qtbot.wait(50)
    assert len(heard) == 1
