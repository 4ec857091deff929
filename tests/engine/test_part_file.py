"""Part files: whose they are, and when nobody writes them any more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paircat.engine import pid_namespace
from paircat.engine.part_file import part_name, sweep, whole_name


def dead_process() -> int:
    """The number of a process that has just ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_part_file_tells_what_it_will_be() -> None:
    """Also one of the first versions, which named no machine; other names are none."""
    for name in ("shot.0005.exr", "a.b.mov", "plain"):
        assert whole_name(part_name(Path(name))) == name
    assert whole_name(".shot.0005.4711.part.exr") == "shot.0005.exr"
    assert whole_name("shot.0005.exr") is None and whole_name(".hidden.mov") is None


def test_only_what_nobody_writes_any_more_is_swept(tmp_path: Path) -> None:
    """A dead process of this machine; of other machines, whose processes cannot be seen, what is older than a day."""
    target = tmp_path / "shot.mov"
    mine = part_name(target)
    dead = mine.replace(f".{os.getpid()}-", f".{dead_process()}-")
    elsewhere, old, first = ".shot.1-00000000.part.mov", ".shot.2-00000000.part.mov", ".shot.3.part.mov"
    other = dead.replace("shot", "other")
    for name in (mine, dead, elsewhere, old, first, other):
        (tmp_path / name).touch()
    os.utime(tmp_path / old, (time.time() - 90_000,) * 2)
    sweep([target, tmp_path / "nowhere" / "shot.mov"])
    assert {path.name for path in tmp_path.iterdir()} == {mine, elsewhere, first, other}


def test_what_another_container_writes_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its processes cannot be seen from here, though it may share the host's name."""
    target = tmp_path / "shot.mov"
    monkeypatch.setattr(pid_namespace, "pid_namespace", lambda: "pid:[1]")
    theirs = part_name(target).replace(f".{os.getpid()}-", f".{dead_process()}-")
    (tmp_path / theirs).touch()
    monkeypatch.undo()
    sweep([target])
    assert (tmp_path / theirs).exists()
    monkeypatch.setattr(pid_namespace, "pid_namespace", lambda: "pid:[1]")
    sweep([target])
    assert not (tmp_path / theirs).exists()
