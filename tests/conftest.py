"""What every test starts from: one thread, no screen, and none of the caller's PAIRCAT_ variables."""

import os
import signal

import pytest

# Before anything imports torch or Qt. Two busy threads on a small machine are slower than one, and change no result.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Signals that whoever runs the tests ignores, as nohup and background jobs do, would be ignored by what is tested, too.
for _name, _handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if getattr(signal, _name, None) and signal.getsignal(getattr(signal, _name)) == signal.SIG_IGN:
        signal.signal(getattr(signal, _name), _handler)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PAIRCAT_"):
            monkeypatch.delenv(name)
