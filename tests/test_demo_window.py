"""When `make demo` opens the window, and that the demo does not wait for it."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEMO_WINDOW = runpy.run_path(str(ROOT / "examples" / "demo_window.py"))


@pytest.mark.parametrize(
    ("environment", "platform", "opens"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"DISPLAY": ":0", "PAIRCAT_NO_WINDOW": "1"}, "linux", False),
        ({"PAIRCAT_NO_WINDOW": "1"}, "darwin", False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({"DISPLAY": ":0", "CI": "false"}, "linux", True),
    ],
)
def test_the_window_opens_where_it_can_be_seen(environment: dict[str, str], platform: str, opens: bool) -> None:
    """A display on Linux, always elsewhere, never on a CI machine or where it was declined."""
    assert DEMO_WINDOW["has_screen"](environment, platform) is opens


@pytest.mark.skipif(sys.platform == "win32", reason="sessions are a thing of POSIX")
def test_the_window_is_a_process_of_its_own_whose_words_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a session of its own, so that the end of the terminal is not its end, and it writes into the log."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "no such platform")  # so that it ends at once, with a complaint
    process = DEMO_WINDOW["start"](ROOT / "examples" / "deblur.pcat", tmp_path / "window.log")
    session = os.getsid(process.pid)
    assert process.wait(60) != 0
    assert session == process.pid != os.getsid(0)
    assert "no such platform" in (tmp_path / "window.log").read_text()
