"""Plugin folders: only what lies in them is run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from paircat.engine import plugin_folders


def test_a_file_is_held_by_its_folder_and_not_by_a_name_that_only_looks_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files below a folder of PAIRCAT_PATH count; neighbours, ways out of it and links that lead out of it do not."""
    for name in ("show", "show_other"):
        (tmp_path / name / "nodes").mkdir(parents=True)
        (tmp_path / name / "nodes" / "op.py").touch()
    (tmp_path / "show" / "link.py").symlink_to(tmp_path / "show_other" / "nodes" / "op.py")
    monkeypatch.setenv("PAIRCAT_PATH", os.pathsep.join([str(tmp_path / "show"), ""]))
    assert plugin_folders.holds(tmp_path / "show" / "nodes" / "op.py")
    assert not plugin_folders.holds(tmp_path / "show_other" / "nodes" / "op.py")
    assert not plugin_folders.holds(tmp_path / "show" / ".." / "show_other" / "nodes" / "op.py")
    assert not plugin_folders.holds(tmp_path / "show" / "link.py")
    assert not plugin_folders.holds("")
