"""Atomic files: the old one or the new one, never half of either."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paircat.engine import atomic
from paircat.engine.errors import PairCatError


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """The new content has the name, the temporary file is gone."""
    path = tmp_path / "shot.pcat"
    atomic.write_text(path, "one")
    atomic.write_text(path, "two")
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """Whatever goes wrong while writing, the old content stands."""
    path = tmp_path / "shot.pcat"
    atomic.write_text(path, "one")
    with pytest.raises(ZeroDivisionError), atomic.replacing(path) as beside:
        beside.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_killed_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """SIGKILL in the middle: the file is still the old one."""
    path = tmp_path / "shot.pcat"
    atomic.write_text(path, "one")
    code = (
        "import os, signal, sys; from paircat.engine import atomic\n"
        "with atomic.replacing(sys.argv[1]) as beside:\n"
        "    beside.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    assert path.read_text() == "one"


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    """The remedy is told, and that nothing was lost."""
    sentence = r"a\.cat' could not be written: the disk is full"
    with pytest.raises(PairCatError, match=sentence), atomic.replacing(tmp_path / "a.cat"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    """The file is named, with what to check."""
    with pytest.raises(PairCatError, match="Check that its folder exists"):
        atomic.write_text(tmp_path / "no" / "a.cat", "")


@pytest.mark.skipif(os.name == "nt", reason="links take rights there that few have")
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    """Saving what a link such as latest.pcat points at leaves the link as it is, also before there is a target."""
    (tmp_path / "versions").mkdir()
    target, middle, link = tmp_path / "versions" / "v003.pcat", tmp_path / "current.pcat", tmp_path / "latest.pcat"
    if there:
        target.write_text("one")
    middle.symlink_to(Path("versions") / "v003.pcat")
    link.symlink_to("current.pcat")
    atomic.write_text(link, "two")
    assert link.is_symlink() and middle.is_symlink() and not target.is_symlink()
    assert target.read_text() == "two"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_permissions_are_those_of_the_old_file_or_of_any_new_one(tmp_path: Path) -> None:
    """Colleagues can read what a library would have written for its owner alone."""
    path = tmp_path / "a.cat"
    with atomic.replacing(path) as beside:
        beside.touch(mode=0o600)
    plain = tmp_path / "plain"
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    atomic.write_text(path, "again")
    assert path.stat().st_mode & 0o777 == 0o640
