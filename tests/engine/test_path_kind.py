"""Path kind: no path is too strange to be asked about."""

import os
from pathlib import Path

import pytest

from paircat.engine.path_kind import is_file, is_folder


def test_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    """Each is what it is; what is missing is neither."""
    file = tmp_path / "plate.exr"
    file.touch()
    assert is_file(file) and not is_folder(file)
    assert is_folder(str(tmp_path)) and not is_file(str(tmp_path))
    assert not is_file(tmp_path / "none") and not is_folder(tmp_path / "none")


@pytest.mark.parametrize("name", ["long" * 2000, "nul\0"])
def test_names_that_nothing_can_have_are_neither(tmp_path: Path, name: str) -> None:
    """A name of 8,000 letters, and one with a NUL, are no mistakes of the program."""
    assert not is_file(tmp_path / name)
    assert not is_folder(tmp_path / name)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may look everywhere")
def test_what_may_not_be_looked_at_is_neither(tmp_path: Path) -> None:
    """Below a folder that may not be entered."""
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "plate.exr").touch()
    closed.chmod(0)
    try:
        assert not is_file(closed / "plate.exr")
    finally:
        closed.chmod(0o700)
