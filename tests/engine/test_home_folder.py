"""Home folder: `~` at the beginning of a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from paircat.engine.home_folder import from_home, typed_path


def test_the_home_folder_stands_for_its_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only at the beginning; a user who does not exist has none, and the path is left as it is."""
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert from_home("~/runs") == tmp_path / "runs"
    assert from_home("runs/~") == Path("runs/~")
    assert from_home("~nobody-of-that-name/runs") == Path("~nobody-of-that-name/runs")


def test_variables_are_put_in_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a shell would have put in, had nobody quoted it; one that is not set stays to be seen."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHOW", "abc")
    assert typed_path("~/$SHOW/x") == tmp_path / "abc" / "x"
    assert typed_path("$NO_SUCH_THING/x") == Path("$NO_SUCH_THING/x")
