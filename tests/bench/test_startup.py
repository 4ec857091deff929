import importlib.util
from pathlib import Path

import pytest

from paircat.bench import matmul, startup

needs_qt = pytest.mark.skipif(importlib.util.find_spec("PySide6") is None, reason="PySide6 is not installed")


def test_the_command_line_is_timed() -> None:
    """It takes longer than a Python that does nothing."""
    found = startup.command_line(runs=1)
    assert 0 < found["python_seconds"] < found["help_seconds"]
    assert found["version_seconds"] > 0


def test_no_window_is_absent_and_no_failure() -> None:
    """A checkout without a window is measured all the same."""
    assert "no window" in startup.window("paircat.nowhere.app")["absent"]


@needs_qt
def test_a_window_is_timed_until_it_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any application that shows a window and enters Qt's loop can be measured, and is then ended."""
    (tmp_path / "tiny_app.py").write_text(
        "from PySide6 import QtWidgets\n"
        "def main(words):\n"
        "    app = QtWidgets.QApplication([])\n"
        "    window = QtWidgets.QLabel('here')\n"
        "    window.show()\n"
        "    return app.exec()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert startup.window("tiny_app", runs=1)["window_seconds"] > 0


@needs_qt
def test_an_application_that_fails_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds until a crash are no start-up time."""
    (tmp_path / "broken_app.py").write_text("def main(words):\n    raise RuntimeError('no')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SystemExit, match="status"):
        startup.window("broken_app", runs=1)


def test_matrix_multiplication_gives_a_speed() -> None:
    """GFLOP/s of the best of several sizes: between a pocket calculator and a supercomputer."""
    assert 0.1 < matmul.best_gflops((64, 128), 0.02) < 1e6
