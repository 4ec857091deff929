"""Home folder: `~` at the beginning of a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from paircat.engine.home_folder import from_home


def test_the_home_folder_stands_for_its_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only at the beginning; a user who does not exist has none, and the path is left as it is."""
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert from_home("~/runs") == tmp_path / "runs"
    assert from_home("runs/~") == Path("runs/~")
    assert from_home("~nobody-of-that-name/runs") == Path("~nobody-of-that-name/runs")
