"""The script's file: open, save, unsaved changes, autosave and recovery."""

import json
from pathlib import Path

import pytest

from paircat.nodes.script import Script
from paircat.ui import canvas_node, dialogs
from paircat.ui.document import Document


class Artist(dialogs.Dialogs):
    """Answers that are decided beforehand, and what was asked and told."""

    def __init__(self, window) -> None:
        super().__init__(window)
        self.answers: list[str] = []
        self.asked: list[str] = []
        self.messages: list[str] = []
        self.path: Path | None = None

    def _ask(self, question, more, answers, default=""):
        self.asked.append(question)
        assert self.answers[0] in answers
        return self.answers.pop(0)

    def script_to_open(self, folder):
        return self.path

    def script_to_save(self, suggestion):
        return self.path

    def show_warning(self, sentence, details=""):
        self.messages.append(sentence)


@pytest.fixture
def artist(canvas):
    return Artist(canvas)


@pytest.fixture
def document(canvas, artist, tmp_path):
    return Document(canvas, artist, tmp_path / "state")


@pytest.fixture
def saved(tmp_path):
    """A script's file with a Read and a Blur."""
    script = Script()
    script.add("Read").set("file", "plates/a.####.exr")
    script.add("Blur")
    script.connect("Read1", "Blur1")
    script.save(tmp_path / "shot.pcat")
    return tmp_path / "shot.pcat"


def test_open_edit_save(document, canvas, saved):
    """The file is shown, is modified by an edit, unmodified by undo, and saved as it is on the canvas."""
    assert document.open(saved)
    assert document.name == "shot.pcat" and not document.modified and document.recent.paths() == [saved]
    canvas.set_value("Blur1", "size", 4.0)
    assert document.modified
    canvas.undo_stack.undo()
    assert not document.modified
    canvas.undo_stack.redo()
    assert document.save() and not document.modified
    assert Script.load(saved).node("Blur1").value("size") == (4.0, 4.0)


@pytest.mark.parametrize("answer, stays", [("save", False), ("discard", False), ("cancel", True)])
def test_unsaved_changes_are_asked_about(document, canvas, artist, saved, answer, stays):
    """Save writes them, Discard lets them go, Cancel keeps everything as it is."""
    document.open(saved)
    canvas.set_value("Blur1", "size", 4.0)
    artist.answers = [answer]
    assert document.new() is not stays
    assert "shot.pcat" in artist.asked[0]
    assert bool(canvas.names()) is stays
    size = Script.load(saved).node("Blur1").value("size")
    assert size == ((4.0, 4.0) if answer == "save" else (0.0, 0.0))


def test_what_cannot_be_opened_leaves_all_as_it_is(document, canvas, artist, saved, tmp_path):
    """A damaged or missing file is told in a sentence; the open script stays, with its file."""
    document.open(saved)
    (tmp_path / "broken.pcat").write_text("{")
    assert not document.open(tmp_path / "broken.pcat") and not document.open(tmp_path / "gone.pcat")
    assert "broken.pcat" in artist.messages[0] and "gone.pcat" in artist.messages[1]
    assert document.path == saved and set(canvas.names()) == {"Read1", "Blur1"}


def test_a_script_with_an_odd_backdrop_is_opened_and_saved_whole(document, canvas, saved):
    """It was edited by hand; saving writes all of it again, the odd value too."""
    data = json.loads(saved.read_text())
    data["nodes"]["Backdrop1"] = {"kind": "Backdrop", "knobs": {"size": [400, 0]}, "position": [0, 0]}
    saved.write_text(json.dumps(data))
    with_warning = []
    document.warned.connect(with_warning.extend)
    assert document.open(saved) and "Backdrop1" in with_warning[0]
    assert set(canvas.names()) == {"Backdrop1", "Blur1", "Read1"}
    assert document.save()
    assert json.loads(saved.read_text()) == data


@pytest.mark.parametrize("place", ["made", "placed"])
def test_a_script_that_cannot_be_shown_is_not_written_over(
    document, canvas, artist, saved, place, monkeypatch, tmp_path
):
    """However far it came: an untitled, empty script is there then, and a sentence names the file."""
    canvas.add_node("Read")
    gone, before = [], saved.read_bytes()
    canvas.node_removed.connect(gone.append)

    def fail(*_):
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        if place == "made":
            patch.setattr(canvas_node, "make", fail)
        else:
            patch.setattr(canvas.history, "placed", fail)
        artist.answers = ["discard"]
        assert not document.open(saved)
    assert "shot.pcat" in artist.messages[0] and "a fault" in artist.messages[0]
    assert canvas.names() == [] and document.path is None and not document.modified
    assert gone == ["Read1"] and saved not in document.recent.paths()
    artist.path = tmp_path / "other.pcat"
    canvas.add_node("Blur")
    assert document.save() and saved.read_bytes() == before


def test_a_save_that_fails_is_reported(document, canvas, artist, saved):
    """The changes stay unsaved, and the file as it was."""
    document.open(saved)
    canvas.set_value("Blur1", "size", 4.0)
    canvas.path = saved.parent / "no such folder" / "shot.pcat"
    assert not document.save() and document.modified
    assert "no such folder" in artist.messages[0]


def test_a_new_script_asks_for_its_name(document, canvas, artist, tmp_path):
    """Save of an untitled script is Save As; without a name nothing is saved."""
    canvas.add_node("Read")
    assert not document.save() and document.modified
    artist.path = tmp_path / "new.pcat"
    assert document.save() and document.name == "new.pcat" and not document.modified
    assert Script.load(tmp_path / "new.pcat").nodes.keys() == {"Read1"}


def test_save_as_keeps_relative_paths_right(document, canvas, artist, saved, tmp_path):
    """Saved into another folder, a relative path still leads to the same file; the old file is untouched."""
    before = saved.read_bytes()
    document.open(saved)
    canvas.set_value("Blur1", "size", 9.0)
    (tmp_path / "versions").mkdir()
    artist.path = tmp_path / "versions" / "shot_v2.pcat"
    assert document.save_as() and document.path == artist.path and not document.modified
    canvas.undo_stack.undo()  # the last thing that the artist did, and not the paths
    assert canvas.is_default("Blur1", "size") and document.modified
    assert canvas.value("Read1", "file") == "../plates/a.####.exr"
    assert Script.load(artist.path).node("Read1").value("file") == "../plates/a.####.exr"
    assert saved.read_bytes() == before


def test_what_undo_brings_back_after_save_as_leads_to_the_same_files(document, canvas, artist, saved, tmp_path):
    """Earlier values of a knob, later ones, and a deleted node are rebased too: nothing else than before is read."""
    document.open(saved)
    canvas.set_value("Read1", "file", "plates/b.####.exr")
    canvas.set_value("Read1", "file", "plates/c.####.exr")
    canvas.undo_stack.undo()
    deleted = canvas.add_node("Read", values={"file": "masks/m.####.exr"})
    canvas.remove([deleted])
    (tmp_path / "versions").mkdir()
    artist.path = tmp_path / "versions" / "shot_v2.pcat"
    assert document.save_as() and not document.modified
    canvas.undo_stack.undo()
    assert canvas.value(deleted, "file") == "../masks/m.####.exr"
    while canvas.undo_stack.canUndo():
        canvas.undo_stack.undo()
    assert canvas.value("Read1", "file") == "../plates/a.####.exr"
    canvas.undo_stack.redo()
    assert canvas.value("Read1", "file") == "../plates/b.####.exr"


def test_a_failed_save_as_changes_nothing(document, canvas, artist, saved, tmp_path):
    """The script keeps its file and its paths, and the artist is told; a later Save As works."""
    document.open(saved)
    before = canvas.script().to_text()
    (tmp_path / "taken").write_text("no folder")
    artist.path = tmp_path / "taken" / "shot.pcat"
    assert not document.save_as() and len(artist.messages) == 1 and "taken" in artist.messages[0]
    assert canvas.script().to_text() == before and document.path == saved
    assert not document.modified and not canvas.undo_stack.canRedo()
    (tmp_path / "versions").mkdir()
    artist.path = tmp_path / "versions" / "shot.pcat"
    assert document.save_as() and not document.modified
    assert canvas.value("Read1", "file") == "../plates/a.####.exr"


def test_a_file_that_someone_else_changed_is_not_replaced_unasked(document, canvas, artist, saved):
    """Two windows on one script: the second save asks, and Cancel keeps the other's work."""
    document.open(saved)
    other = Script.load(saved)
    other.node("Blur1").set("size", 9.0)
    other.save()
    canvas.set_value("Blur1", "size", 4.0)
    artist.answers = ["cancel"]
    assert not document.save() and document.modified
    assert Script.load(saved).node("Blur1").value("size") == (9.0, 9.0)
    artist.answers = ["replace"]
    assert document.save() and Script.load(saved).node("Blur1").value("size") == (4.0, 4.0)
    assert document.save() and artist.answers == []


def crash(document) -> None:
    """As if the process of the window were gone."""
    content = json.loads(document.autosave.file.read_text())
    document.autosave.file.write_text(json.dumps({**content, "started": 0.0}))


def test_work_survives_a_crash(document, canvas, artist, saved, tmp_path, qtbot):
    """The next window on the script offers the changes; recovered, they are unsaved changes of that file."""
    document.open(saved)
    canvas.set_value("Blur1", "size", 4.0)
    document.autosave_now()
    crash(document)

    again = Document(canvas, artist, tmp_path / "state")
    canvas.undo_stack.setClean()
    artist.answers = ["recover"]
    assert again.open(saved)
    assert canvas.value("Blur1", "size") == (4.0, 4.0) and again.modified and again.path == saved
    assert Script.load(saved).node("Blur1").value("size") == (0.0, 0.0)
    assert again.autosave.file.is_file() and not document.autosave.file.exists()
    assert again.save() and not again.modified and not again.autosave.file.exists()


@pytest.mark.parametrize("answer, kept", [("later", True), ("discard", False)])
def test_recovery_can_wait_or_be_declined(document, canvas, artist, tmp_path, answer, kept):
    """Later asks again at the next start; Discard removes the copy, because the artist said so."""
    canvas.add_node("Read")
    document.autosave_now()
    crash(document)
    again = Document(canvas, artist, tmp_path / "state")
    artist.answers = [answer]
    again.offer_recovery()
    assert document.autosave.file.exists() is kept


def test_there_is_a_copy_only_of_unsaved_work(document, canvas, saved):
    """Nothing is written while nothing changed, and the copy goes with the save and with the window."""
    document.open(saved)
    document.autosave_now()
    assert not document.autosave.file.exists()
    canvas.set_value("Blur1", "size", 4.0)
    document.autosave_now()
    stamp = document.autosave.file.stat().st_mtime_ns
    document.autosave_now()
    assert document.autosave.file.stat().st_mtime_ns == stamp
    document.save()
    assert not document.autosave.file.exists()
    canvas.set_value("Blur1", "size", 5.0)
    document.autosave_now()
    document.close()
    assert not document.autosave.file.exists()


def test_what_was_odd_is_reported(document, saved, qtbot):
    """A knob that is not known is kept and said."""
    saved.write_text(saved.read_text().replace('"file"', '"proxy": 1, "file"'))
    with qtbot.waitSignal(document.warned) as blocker:
        document.open(saved)
    assert "proxy" in blocker.args[0][0]


def test_the_copy_of_a_crash_stays_where_no_new_one_can_be_written(document, canvas, artist, saved, tmp_path):
    """It is the only one then, and another crash would take all of it."""
    document.open(saved)
    canvas.set_value("Blur1", "size", 4.0)
    document.autosave_now()
    crash(document)
    again = Document(canvas, artist, tmp_path / "state")
    again.autosave.file = tmp_path / "no such folder" / "copy.autosave"  # as a full disk
    canvas.undo_stack.setClean()
    artist.answers = ["recover"]
    assert again.open(saved) and canvas.value("Blur1", "size") == (4.0, 4.0)
    assert document.autosave.file.is_file()
