"""The program with its window, from its start to its end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples" / "deblur.pcat"
REPORT = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

def report():
    window = next(widget for widget in QApplication.topLevelWidgets() if hasattr(widget, "document"))
    print(window.windowTitle(), "|", *sorted(window.canvas.names()), "|", window.statusBar().currentMessage())
    window.close()

def fail():
    raise RuntimeError("a corner of the window")

QTimer.singleShot(1200, report)
"""


@pytest.fixture
def run(tmp_path):
    """Start the program with a menu.py that reports what it sees and closes the window: status, output, errors."""

    def start(*arguments: str, more: str = "", broken: str = "") -> tuple[int, str, list[str]]:
        plugins = []
        for name, text in (("report", REPORT + more), ("broken", broken)):
            (tmp_path / name).mkdir()
            (tmp_path / name / "menu.py").write_text(text)
            plugins.append(str(tmp_path / name))
        home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "PAIRCAT_PATH": os.pathsep.join(plugins)}
        done = subprocess.run(
            [sys.executable, "-m", "paircat", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **home},
            timeout=60,
        )
        # What the platform without a screen says of itself is not ours.
        errors = [line for line in done.stderr.splitlines() if not line.startswith("This plugin does not support")]
        return done.returncode, done.stdout.strip(), errors

    return start


def test_it_opens_empty_and_on_a_script(run):
    """`paircat SCRIPT.pcat` shows the script's nodes; the console stays silent and the status is 0."""
    status, output, errors = run(str(DEMO))
    assert (status, errors) == (0, [])
    assert output.startswith("deblur.pcat[*] - PairCat | Blur1 CopyCat1 Inference1 Read1 Viewer1 Write1 |")


def test_a_broken_menu_file_does_not_stop_it(run, tmp_path):
    """It starts, and says which file failed, in the window and on the console."""
    status, output, errors = run(broken="menus.command()")
    assert status == 0 and output.startswith("Untitled[*] - PairCat")
    where = str(tmp_path / "broken" / "menu.py")
    assert where in output and where in errors[0] and "NameError" in errors[0]


def test_a_broken_menu_file_is_reported_beside_a_script_too(run, tmp_path):
    """Opening the script does not take the sentence back."""
    _, output, _ = run(str(DEMO), broken="menus.command()")
    assert "deblur" in output and str(tmp_path / "broken" / "menu.py") in output


def test_a_fault_does_not_end_it(run):
    """An exception in one corner is reported and said; the window goes on."""
    status, output, errors = run(more="QTimer.singleShot(900, fail)\n")
    assert status == 0 and "fault of PairCat itself" in output and "a corner of the window" in output
    assert errors[0].startswith("Traceback") and errors[-1] == "RuntimeError: a corner of the window"
