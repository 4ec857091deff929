"""DataDirectory: listing, naming, renaming through kills, deleting."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import OpenImageIO as oiio
import pytest

from paircat.engine.errors import RunError
from paircat.engine.part_file import part_name
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.run import Run, RunState

MakeRun = Callable[..., Run]

# Renames slowly, so that a kill hits the middle of it.
RENAME = """
import pathlib, sys, time
from paircat.engine.runs.data_directory import DataDirectory
rename = pathlib.Path.rename
def slow(self, target):
    print("renaming", flush=True)
    time.sleep(0.02)
    return rename(self, target)
pathlib.Path.rename = slow
directory = DataDirectory(sys.argv[1])
directory.rename(directory.run("old.v1"), "new.v2")
time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_unusable_folders(tmp_path: Path) -> None:
    """Empty, missing, and a file instead of a folder: each gives its own sentence, naming the path."""
    with pytest.raises(RunError, match="No Data Directory is set"):
        DataDirectory(" ")
    with pytest.raises(RunError, match=r"gone' does not exist"):
        DataDirectory(tmp_path / "gone").check_writable()
    with pytest.raises(RunError, match=r"disk' that it belongs in; connect its drive"):
        DataDirectory(tmp_path / "disk" / "gone").check_writable()
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"file' is a file, not a folder"):
        DataDirectory(tmp_path / "file").check_writable()
    with pytest.raises(RunError, match=r"cannot be created, since '.*file' is a file"):
        DataDirectory(tmp_path / "file" / "a" / "b").check_writable()
    with pytest.raises(RunError, match="cannot be looked at"):
        DataDirectory(tmp_path / ("long" * 200)).check_writable()
    DataDirectory(tmp_path).check_writable()
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission(tmp_path: Path) -> None:
    """A folder that may not be written is named."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(RunError, match="cannot be written"):
            DataDirectory(tmp_path).check_writable()
    finally:
        tmp_path.chmod(0o700)


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with next to nothing free is refused before the training starts."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(RunError, match="is full"):
        DataDirectory(tmp_path).check_writable()


def test_runs_newest_first(tmp_path: Path, make_run: MakeRun) -> None:
    """The run that was written to last comes first; Nuke's run is listed, pictures and other files are none."""
    for age, name in enumerate(("b", "a.5", "a")):
        run = make_run(name)
        for path, _ in run.files():
            os.utime(path, (1000 - age, 1000 - age))
    (tmp_path / "nuke.summary").write_text("0,0.5,10,0.25,")
    os.utime(tmp_path / "nuke.summary", (500, 500))
    for other in ("shot.1001.png", "notes.txt", "x.log", ".z.5.77.part.cat"):
        (tmp_path / other).touch()
    directory = DataDirectory(tmp_path)
    assert [run.name for run in directory.runs()] == ["b", "a.5", "a", "nuke"]
    assert directory.run().name == "b" and directory.run("nuke").state is RunState.FOUNDRY
    with pytest.raises(RunError, match=r"no run 'c'.*there is b, a\.5, a, nuke"):
        directory.run("c")


def test_empty_folder_has_no_newest_run(tmp_path: Path) -> None:
    """Asking for the newest run of an empty folder says what to do."""
    with pytest.raises(RunError, match="There is no run"):
        DataDirectory(tmp_path).run()


def test_new_names(tmp_path: Path, make_run: MakeRun) -> None:
    """Names after the time never collide; a name in use is refused, whatever its case; a failed start uses none up."""
    directory = DataDirectory(tmp_path)
    made = {directory.new_run().name for _ in range(5)}
    assert len(made) == 5 and all(re.match(r"Training_\d{6}_\d{6}(_\d+)?$", name) for name in made)
    make_run("shot")
    for name in ("shot", "SHOT"):
        with pytest.raises(RunError, match="in use"):
            directory.new_run(name)
    (tmp_path / "failed.job").touch()
    (tmp_path / "failed.log").touch()
    assert directory.new_run("failed").name == "failed"
    (tmp_path / "plates.1001.png").touch()
    with pytest.raises(RunError, match=r"in use.*plates\.1001\.png"):
        directory.new_run("plates")


def test_a_name_of_which_nothing_came_is_given_back(tmp_path: Path) -> None:
    """Its log is removed while it is empty and alone; what a training wrote stays."""
    directory = DataDirectory(tmp_path)
    run = directory.new_run()
    directory.give_back(run)
    assert not list(tmp_path.iterdir())
    run = directory.new_run()
    run.job.write_text("{}")
    directory.give_back(run)
    assert run.log.exists()
    run.job.unlink()
    run.log.write_text("Crop size 64 is larger than the pairs.")
    directory.give_back(run)
    assert run.log.exists()


def test_rename_takes_all_files_along(tmp_path: Path, make_run: MakeRun) -> None:
    """Every file of the run gets the new name, and no file of a run with a similar one."""
    directory = DataDirectory(tmp_path)
    make_run("old.v1")
    make_run("old")
    before = names(tmp_path)
    run = directory.rename(directory.run("old"), "new.v2")
    assert names(tmp_path) == sorted(
        name if name.startswith("old.v1.") else name.replace("old.", "new.v2.") for name in before
    )
    assert [step for step, _ in run.checkpoints()] == [10, 20] and run.state is RunState.FINISHED


def test_rename_makes_no_run_the_newest(tmp_path: Path, make_run: MakeRun) -> None:
    """Which one was trained last is what resume and Preview go by, and a name says nothing of that."""
    for age, name in ((200, "older"), (100, "newer")):
        make_run(name)
        for file in tmp_path.glob(f"{name}.*"):
            os.utime(file, (time.time() - age,) * 2)
    directory = DataDirectory(tmp_path)
    directory.rename(directory.run("older"), "a_better_name")
    assert [run.name for run in directory.runs()] == ["newer", "a_better_name"]


def test_rename_is_refused(tmp_path: Path, make_run: MakeRun) -> None:
    """Not while training, not to a name in use, not to an impossible one; then nothing has changed."""
    directory = DataDirectory(tmp_path)
    run = make_run("a")
    make_run("b")
    before = names(tmp_path)
    with RunLock(run.lock):
        with pytest.raises(RunError, match=r"being trained.*cannot be renamed"):
            directory.rename(run, "c")
        with pytest.raises(RunError, match=r"being trained.*cannot be deleted"):
            directory.delete(run)
    for name in ("b", "", "x/y"):
        with pytest.raises(RunError):
            directory.rename(run, name)
    assert names(tmp_path) == before


def test_killed_rename_is_finished(tmp_path: Path, make_run: MakeRun, killed) -> None:
    """Killed in the middle, the rename is finished by the next who lists the runs: one run, all files, none lost."""
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        make_run("old.v1", folder)
        make_run("old", folder)
        count = len(names(folder))
        killed(RENAME, folder, seed=seed, longest=0.14)
        assert any(name.startswith("old.v1.") for name in names(folder))
        assert {run.name for run in DataDirectory(folder).runs()} == {"old", "new.v2"}
        assert len(names(folder)) == count and not any(name.startswith((".", "old.v1")) for name in names(folder))


def test_rename_never_writes_over(tmp_path: Path, make_run: MakeRun, killed) -> None:
    """A file that took the new name before a killed rename was finished stays as it is, and so does the old one."""
    make_run("old.v1")
    killed(RENAME, tmp_path, longest=0)
    (tmp_path / "new.v2.summary").write_text("mine")
    DataDirectory(tmp_path).runs()
    assert (tmp_path / "new.v2.summary").read_text() == "mine"
    assert (tmp_path / "old.v1.summary").exists()


def test_the_rows_of_all_runs_take_one_look_at_the_folder(
    tmp_path: Path, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They say what each run says by itself, whatever a kill has left of files."""
    for name in ("a", "a.5", "b", "c"):
        make_run(name)
    for step in (10, 20):
        Run("b", tmp_path).ost(step).unlink()
        Run("b", tmp_path).cat(step).unlink()
    Run("b", tmp_path).job.write_text("{}")
    (tmp_path / ".c.30.4711.part.ost").write_text("half")
    (tmp_path / "nuke.summary").write_text("0,0.5,10,0.25,")
    directory = DataDirectory(tmp_path)
    expected = [run.info for run in directory.runs()]
    looks, look = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (looks.append(path), look(path))[1])
    found = directory.infos()
    assert (len(looks), found) == (1, expected)
    assert {info.name: info.resume_step for info in found} == {"a": 20, "a.5": 20, "b": 0, "c": 20, "nuke": None}


def test_frames_that_are_named_as_contact_sheets_stay(tmp_path: Path, make_run: MakeRun) -> None:
    """A picture goes with its run only where it says that it is that step's: rendered frames may be named alike."""
    directory = DataDirectory(tmp_path)
    run = make_run("a")
    frame = oiio.ImageBuf(oiio.ImageSpec(8, 8, 3, oiio.UINT8))
    for name in ("a.1001.png", "a.1002.preview.png"):
        assert frame.write(str(tmp_path / name))
    shutil.copy(run.sheet(20), tmp_path / "a.1003.png")
    (tmp_path / "a.1004.png").touch()
    kept = {path: path.read_bytes() for path in tmp_path.glob("a.100*.png")}
    size = sum(path.stat().st_size for path, _ in run.own_files())
    renamed = directory.rename(run, "b")
    assert renamed.sheet(20).exists() and renamed.preview(20).exists() and not run.sheet(20).exists()
    assert {path: path.read_bytes() for path in kept} == kept
    renamed = directory.rename(renamed, "c")
    for path in kept:
        path.rename(path.with_name(path.name.replace("a.", "c.", 1)))
    assert directory.delete(renamed) == size
    assert names(tmp_path) == sorted(path.name.replace("a.", "c.", 1) for path in kept)


def test_a_frame_that_is_being_written_stays(tmp_path: Path, make_run: MakeRun) -> None:
    """Half a picture does not say whose it is; it goes with the run where the process that wrote it has ended."""
    directory = DataDirectory(tmp_path)
    alive, dead = part_name(tmp_path / "a.1001.png"), ".a.20.4711.part.png"
    for name in (alive, dead):
        (tmp_path / name).touch()
    os.utime(tmp_path / dead, (1000, 1000))
    directory.delete(make_run("a"))
    assert names(tmp_path) == [alive]


def test_delete(tmp_path: Path, make_run: MakeRun) -> None:
    """All files of the run go, leftovers too, and how much that freed is told; other runs and files stay."""
    directory = DataDirectory(tmp_path)
    run = make_run("a")
    make_run("a.5")
    (tmp_path / ".a.10.4711.part.cat").write_text("half")
    (tmp_path / "a.0010.png").write_text("a frame")
    size = sum(path.stat().st_size for path, _ in run.own_files())
    assert size > 0 and directory.delete(run) == size
    assert {name for name in names(tmp_path) if not name.startswith("a.5.")} == {"a.0010.png"}
    assert len(directory.runs()) == 1


def test_a_rename_that_is_not_possible_is_not_begun(tmp_path: Path, make_run: MakeRun) -> None:
    """A log that a refused start has left has the name; no file is moved, and none later either."""
    run = make_run("old")
    (tmp_path / "new.log").write_text("refused")
    before = names(tmp_path)
    with pytest.raises(RunError, match=r"'new\.log' exists. Move that file away and try again"):
        DataDirectory(tmp_path).rename(run, "new")
    DataDirectory(tmp_path).runs()
    assert names(tmp_path) == before


def test_no_name_names_no_run(tmp_path: Path, make_run: MakeRun) -> None:
    """A shell's variable that is not set must not mean the newest."""
    make_run("a")
    for name in ("", " "):
        with pytest.raises(RunError, match="No run is named"):
            DataDirectory(tmp_path).named(name)
    assert DataDirectory(tmp_path).named("a").name == "a"
