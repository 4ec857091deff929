"""What every test starts from: one thread, no screen, and none of the caller's PAIRCAT_ variables."""

import os

import pytest

# Before anything imports torch or Qt. Two busy threads on a small machine are slower than one, and change no result.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PAIRCAT_"):
            monkeypatch.delenv(name)
