"""What can be done to runs from the table's menu."""

import pytest
from panels import answer, copycat_panel, show_runs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMessageBox
from written_runs import write_foundry_run, write_run

from paircat.engine.errors import RunError
from paircat.engine.settings import TrainingSettings


@pytest.fixture
def panel(canvas, tmp_path, qtbot, monkeypatch):
    """That of a CopyCat with an empty Data Directory."""
    with copycat_panel(canvas, tmp_path, qtbot, monkeypatch) as made:
        yield made


def test_delete_asks_and_says_how_much(panel, tmp_path, qtbot):
    """And which Inference nodes use what is to go; Cancel keeps all."""
    write_run(tmp_path, "first")
    show_runs(panel, qtbot, "first")
    panel.canvas.add_node("Inference", "Inference1", values={"modelFile": "first.40.cat"}, connect_selected=False)
    menu = panel.progress_tab.menu
    menu.delete(["first"])
    qtbot.waitUntil(lambda: menu.question is not None)
    text = menu.question.informativeText()
    assert "10 files" in text and "kB" in text and "Inference1 uses them" in text
    menu.question.button(QMessageBox.StandardButton.Cancel).click()
    assert (tmp_path / "first.40.cat").exists()
    menu.question = None
    menu.delete(["first"])
    qtbot.waitUntil(lambda: menu.question is not None)
    answer(menu.question, "Delete")
    qtbot.waitUntil(lambda: not list(tmp_path.glob("first.*")))


def test_settings_of_a_run_become_the_knobs(panel, tmp_path, qtbot):
    """In one step of undo."""
    write_run(tmp_path, "first", settings=TrainingSettings(epochs=77, batch_size=3, seed=9, crop_size=64, device="cpu"))
    show_runs(panel, qtbot, "first")
    panel.progress_tab.menu.copy_settings(["first"])
    qtbot.waitUntil(lambda: panel.canvas.value("CopyCat1", "epochs") == 77)
    knobs = ("batchSizeType", "batchSize", "seed", "cropSize", "useGPU", "frames")
    assert [panel.canvas.value("CopyCat1", knob) for knob in knobs] == ["Manual", 3, 9, 64, False, "1,3"]
    panel.canvas.undo_stack.undo()
    assert panel.canvas.value("CopyCat1", "epochs") == 10000 and panel.canvas.value("CopyCat1", "seed") == 0


def test_menu_offers_what_can_be_done(panel, tmp_path, qtbot):
    """Nuke's own run can be shown and deleted, but not applied or resumed here."""
    write_run(tmp_path, "first")
    write_foundry_run(tmp_path, "nuke")
    show_runs(panel, qtbot, "first", "nuke")
    allowed = {}
    for name in ("first", "nuke"):
        runs = [run for run in panel.training.snapshots if run.name == name]
        commands = [command for command in panel.progress_tab.table.commands if command is not None]
        allowed[name] = {command.text for command in commands if command.allowed(runs)}
    only_ours = {"Create Inference", "Create Inference from Best", "Resume", "Finish", "Copy Settings into Knobs"}
    assert allowed["first"] - allowed["nuke"] == only_ours
    assert {"Show in Graph", "Hide in Graph", "Delete Files …", "Reveal in File Manager"} <= allowed["nuke"]


def test_rename_is_typed_in_the_row(panel, tmp_path, qtbot):
    """Of the run whose menu it is; the files follow."""
    write_run(tmp_path, "first")
    write_run(tmp_path, "second")
    show_runs(panel, qtbot, "first", "second")
    table = panel.progress_tab.table
    panel.progress_tab.menu.rename(["first"])
    field = table.findChild(QLineEdit)
    assert field is not None and field.text() == "first"
    field.setText("look")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (tmp_path / "look.summary").exists() and not list(tmp_path.glob("first.*")))
    assert (tmp_path / "second.summary").exists()


def test_finish_means_the_run_of_the_menu(panel, tmp_path, qtbot, monkeypatch):
    """Not the active one; it is not offered twice."""
    write_run(tmp_path, "first")
    write_run(tmp_path, "second")
    show_runs(panel, qtbot, "first", "second")
    asked = []

    def note(run):
        asked.append(run.name)
        raise RunError("That is enough.")

    monkeypatch.setattr("paircat.ui.stopping.launch_finish", note)
    menu = panel.progress_tab.menu
    finish = next(command for command in menu.commands() if command is not None and command.text == "Finish")
    other = next(run for run in panel.training.snapshots if run is not panel.training.active)
    assert finish.allowed([other])
    finish.does([other.name])
    assert not finish.allowed([other])
    qtbot.waitUntil(lambda: asked == [other.name])


def test_create_inference_for_several_runs(panel, tmp_path, qtbot):
    """Each with its newest .cat, or its best."""
    write_run(tmp_path, "one")
    write_run(tmp_path, "two")
    show_runs(panel, qtbot, "one", "two")
    asked = []
    panel.create_inference.connect(lambda node, cat: asked.append(cat))
    panel.progress_tab.menu.infer(["one", "two"])
    assert asked == [str(tmp_path / "one.40.cat"), str(tmp_path / "two.40.cat")]
    panel.progress_tab.menu.infer_best(["one"])
    qtbot.waitUntil(lambda: len(asked) == 3)
    assert asked[2] == str(tmp_path / "one.40.cat")
