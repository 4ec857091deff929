"""Listing, renaming, deleting and stopping runs."""

import json
from pathlib import Path

import pytest

from paircat.cli.runs import duration
from paircat.engine.runs.lock import RunLock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A Data Directory with a finished run, and one that Nuke made."""
    facts = '# paircat {"version": 1, "total_steps": 3, "step": 0}\n'
    (tmp_path / "mine.summary").write_text(f"{facts}1,0.5,60,4\n2,0.25,120,1\n3,0.25,3723,1\n# finished done\n")
    (tmp_path / "mine.3.cat").write_bytes(b"weights")
    (tmp_path / "Training_240420_220542.summary").write_text("0,0.5,10,0.25,")
    return tmp_path


def test_runs_are_listed(paircat, folder: Path) -> None:
    """A row for each: name, state, steps, time and loss."""
    answer = paircat("runs", folder)
    rows = [line.split() for line in answer.out.splitlines()]
    assert answer.status == 0
    assert rows[0] == ["Name", "State", "Steps", "Time", "Mean", "loss"]
    assert ["mine", "finished", "3/3", "1:02:03", "0.250000"] in rows
    assert ["Training_240420_220542", "foundry", "10/10", "0:00:00", "0.375000"] in rows


def test_a_killed_run_says_where_it_goes_on(paircat, tmp_path: Path) -> None:
    """What was trained after the last state is trained again."""
    facts = '# paircat {"version": 1, "total_steps": 9, "step": 0}\n'
    (tmp_path / "cut.summary").write_text(facts + "".join(f"{step},0.5,{step},1\n" for step in range(1, 6)))
    (tmp_path / "cut.4.ost").write_bytes(b"state")
    assert "interrupted  5/9 (resumes at 4)" in paircat("runs", tmp_path).out
    assert json.loads(paircat("runs", tmp_path, "--json").out)["resume_step"] == 4
    with (tmp_path / "cut.summary").open("a") as file:
        file.write("# stopped\n")
    assert "stopped  5/9 (resumes at 4)" in paircat("runs", tmp_path).out
    (tmp_path / "cut.5.ost").write_bytes(b"state")
    assert "resumes" not in paircat("runs", tmp_path).out


def test_runs_as_json(paircat, folder: Path) -> None:
    """One object a run."""
    found = {row["name"]: row for row in map(json.loads, paircat("runs", folder, "--json").out.splitlines())}
    assert found["mine"]["seconds"] == 3723
    assert found["Training_240420_220542"]["resumable"] is False


def test_a_loss_that_is_not_there_is_null(paircat, tmp_path: Path) -> None:
    """JSON has no NaN."""
    (tmp_path / "new.summary").write_text('# paircat {"version": 1, "total_steps": 3, "step": 0}\n')
    assert json.loads(paircat("runs", tmp_path, "--json").out)["loss"] is None


def test_an_empty_folder_is_no_mistake(paircat, tmp_path: Path) -> None:
    """There is nothing to list yet; a folder that is not there is a mistake."""
    assert paircat("runs", tmp_path).status == 0
    assert paircat("runs", tmp_path / "nowhere").status == 2


def test_a_run_is_renamed_with_its_files(paircat, folder: Path) -> None:
    """All of them, and nothing else."""
    assert paircat("rename", folder, "mine", "yours").status == 0
    assert {path.name for path in folder.iterdir()} >= {"yours.summary", "yours.3.cat"}
    assert not list(folder.glob("mine*"))
    assert paircat("rename", folder, "yours", "Training_240420_220542").status == 2


def test_a_run_is_deleted_with_its_files(paircat, folder: Path) -> None:
    """The others stay; a run that is not there is a mistake."""
    answer = paircat("delete", folder, "mine", "--yes")
    assert answer.status == 0
    assert "2 files" in answer.out
    assert [path.name for path in folder.glob("*.*")] == ["Training_240420_220542.summary"]
    assert paircat("delete", folder, "mine", "--yes").status == 2


@pytest.mark.parametrize("words", [("delete", "", "--yes"), ("rename", "", "other")])
def test_without_a_name_no_run_is_deleted_or_renamed(paircat, folder: Path, words: tuple[str, ...]) -> None:
    """A shell's variable that is not set must not mean the newest."""
    before = sorted(folder.iterdir())
    answer = paircat(words[0], folder, *words[1:])
    assert (answer.status, "No run is named" in answer.err) == (2, True)
    assert sorted(folder.iterdir()) == before


def test_what_a_failed_start_left_can_be_deleted(paircat, folder: Path) -> None:
    """A log without a run; pictures that happen to have its name are nobody's contact sheets."""
    (folder / "orphan.log").write_text("Crop size 64 is larger than the pairs.")
    (folder / "orphan.7.png").write_bytes(b"a plate")
    answer = paircat("delete", folder, "orphan", "--yes")
    assert (answer.status, "Deleted 'orphan': 1 file, " in answer.out) == (0, True)
    assert not (folder / "orphan.log").exists() and (folder / "orphan.7.png").exists()
    answer = paircat("delete", folder, "orphan", "--yes")
    assert (answer.status, "There is no run 'orphan'" in answer.err) == (2, True)


def test_where_nobody_can_be_asked_deleting_needs_a_yes(paircat, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script that forgets --yes loses nothing."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    answer = paircat("delete", folder, "mine")
    assert answer.status == 2
    assert "2 files of 'mine'" in answer.err and "--yes" in answer.err
    assert (folder / "mine.3.cat").exists()


@pytest.mark.parametrize(("words", "left"), [("n", True), ("", True), ("y", False)])
def test_on_a_terminal_deleting_asks_first(
    paircat, folder: Path, monkeypatch: pytest.MonkeyPatch, words: str, left: bool
) -> None:
    """Only a yes deletes."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: words)
    assert paircat("delete", folder, "mine").status == 0
    assert (folder / "mine.3.cat").exists() is left


def test_no_answer_deletes_nothing(paircat, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-D at the question is no fault of the program, and no yes."""

    def ends(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", ends)
    answer = paircat("delete", folder, "mine")
    assert (answer.status, answer.err, "Nothing was deleted." in answer.out) == (0, "", True)
    assert (folder / "mine.3.cat").exists()


def test_stop_asks_the_run_that_is_being_trained(paircat, folder: Path) -> None:
    """Without a name it is the one in training; where there is none, that is said."""
    answer = paircat("stop", folder, "mine")
    assert answer.status == 2
    assert "'mine' is not being trained" in answer.err
    with RunLock(folder / "mine.lock"):
        assert paircat("stop", folder).status == 0
        assert (folder / "mine.stop").exists()
        assert "being trained" in paircat("delete", folder, "mine", "--yes").err


def test_durations_are_read_like_a_clock() -> None:
    """Hours may grow."""
    assert [duration(seconds) for seconds in (0.4, 61, 100 * 3600)] == ["0:00:00", "0:01:01", "100:00:00"]


def test_a_run_of_minutes_has_no_last_step(paircat, tmp_path: Path) -> None:
    """Cut off or in training it is not as far as it was to come; nobody knows how far that is."""
    facts = '# paircat {"version": 1, "total_steps": 0, "step": 0}\n'
    (tmp_path / "timed.summary").write_text(facts + "".join(f"{step},0.5,{step},1\n" for step in range(1, 6)))
    assert "interrupted      5" in paircat("runs", tmp_path).out
    assert json.loads(paircat("runs", tmp_path, "--json").out)["total_steps"] is None
    with (tmp_path / "timed.summary").open("a") as file:
        file.write("# finished minutes\n")
    assert "5/5" in paircat("runs", tmp_path).out
