"""Stop signals: a wish while something is being trained, the end of the process before."""

import os
import signal
import subprocess
import sys

import pytest

from paircat.engine.stop_signals import StopSignals

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")


def test_a_signal_is_a_wish_while_it_is_entered():
    """It is noted, and said once; afterwards signals do what they did before."""
    before = signal.getsignal(signal.SIGTERM)
    with StopSignals(told=False) as signals:
        signals.busy = True
        assert not signals.asked()
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.asked() and signals.came == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, "the same once more ends the process"
    assert signal.getsignal(signal.SIGTERM) is before


def test_before_there_is_something_to_save_it_ends_the_process():
    """With the status that says by what, and what was taken is given back."""
    code = (
        "import os, signal, sys; from paircat.engine.stop_signals import StopSignals\n"
        "with StopSignals(lambda: sys.stderr.write('left')):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "left")


def test_what_is_ignored_stays_ignored():
    """As nohup has it with a terminal that is closed."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            signals.busy = True
            os.kill(os.getpid(), signal.SIGHUP)
            assert not signals.asked()
    finally:
        signal.signal(signal.SIGHUP, before)
