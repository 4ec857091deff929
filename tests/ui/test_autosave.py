"""Copies of unsaved work, and what crashed windows left."""

import json
import os

import psutil
import pytest

from paircat.engine.errors import PairCatError
from paircat.nodes.script import Script
from paircat.ui.autosave import Autosave


@pytest.fixture
def script(tmp_path):
    """A script with a file and one node."""
    made = Script(tmp_path / "shot.pcat")
    made.add("Blur").set("size", 3.0)
    return made


def crashed(autosave: Autosave) -> None:
    """Make the copy one of a process that is gone."""
    content = json.loads(autosave.file.read_text())
    assert content["process"] == os.getpid()
    content["started"] = psutil.Process().create_time() - 1000  # another process had the number then
    autosave.file.write_text(json.dumps(content))


def test_work_of_a_crashed_window_is_found(tmp_path, script):
    """With its script, path and knobs; the copy of a window that is still open is nobody else's business."""
    autosave = Autosave(tmp_path / "copies")
    autosave.write(script)
    assert Autosave(tmp_path / "copies").left_behind() == []
    crashed(autosave)
    (found,) = Autosave(tmp_path / "copies").left_behind()
    assert found.path == tmp_path / "shot.pcat" and found.name == "shot.pcat"
    assert found.script().to_json() == script.to_json() and found.script().path == script.path
    found.remove()
    assert Autosave(tmp_path / "copies").left_behind() == []


def test_only_those_of_a_script_are_asked_for(tmp_path, script):
    """Opening a script asks about that script's copies; an untitled one has none of them."""
    untitled, other = Script(), Script(tmp_path / "other.pcat")
    for item in (script, untitled, other):
        autosave = Autosave(tmp_path / "copies")
        autosave.write(item)
        crashed(autosave)
    found = Autosave(tmp_path / "copies")
    assert [item.name for item in found.left_behind(script.path)] == ["shot.pcat"]
    assert {item.name for item in found.left_behind()} == {"shot.pcat", "other.pcat", "an untitled script"}


def test_copies_of_other_machines_are_left_alone(tmp_path, script):
    """In a home folder that machines share, nobody here knows whether that window is open."""
    autosave = Autosave(tmp_path / "copies")
    autosave.write(script)
    crashed(autosave)
    autosave.file.write_text(json.dumps({**json.loads(autosave.file.read_text()), "host": "elsewhere"}))
    assert autosave.left_behind() == []


def test_damaged_copies_stop_nothing(tmp_path, script):
    """Half a file, and a file of something else, are passed over."""
    folder = tmp_path / "copies"
    autosave = Autosave(folder)
    autosave.write(script)
    crashed(autosave)
    (folder / "half.autosave").write_text(autosave.file.read_text()[:50])
    (folder / "other.autosave").write_text("[1, 2]")
    assert len(autosave.left_behind()) == 1


def test_clearing_removes_the_copy(tmp_path, script):
    """After a save there is nothing to recover; clearing twice is no mistake."""
    autosave = Autosave(tmp_path / "copies")
    autosave.write(script)
    autosave.clear()
    autosave.clear()
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_reported(tmp_path, script):
    """One sentence with the path."""
    (tmp_path / "copies").write_text("a file where the folder should be")
    with pytest.raises(PairCatError, match="copies"):
        Autosave(tmp_path / "copies").write(script)
