"""The table of runs: what it shows, and what clicks on it ask for."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from written_runs import write_foundry_run, write_run

from paircat.engine.runs.lock import RunLock
from paircat.ui.folder_watch import FolderWatch
from paircat.ui.runs_table import ACTIVE, COLOUR, EYE, LOSS, NAME, STATE, STEPS, TIME, RunCommand, RunsTable, colour_of


@pytest.fixture
def snapshots(tmp_path):
    """Three runs, one of them Nuke's."""
    write_run(tmp_path, "first")
    write_run(tmp_path, "second", steps=100)
    write_foundry_run(tmp_path, "nuke")
    watch = FolderWatch(tmp_path)
    watch.look()
    return tuple(sorted(watch.snapshots, key=lambda run: run.name))


@pytest.fixture
def table(qtbot, snapshots):
    made = RunsTable()
    qtbot.addWidget(made)
    made.resize(700, 200)
    made.show()
    made.set_runs(snapshots, "first")
    return made


def text(table, row, column):
    return table.runs.index(row, column).data()


def click(table, qtbot, row, column):
    place = table.visualRect(table.runs.index(row, column)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_columns(table):
    """Eye, active, name, steps, time, loss and colour, as wide as a panel is; the state where there is room."""
    assert [text(table, 0, column) for column in (NAME, STEPS, TIME, STATE)] == ["first", "40 / 100", "0:10", "Stopped"]
    assert [text(table, 1, column) for column in (NAME, STEPS, TIME, STATE)] == ["nuke", "190", "–", "Made by Nuke"]
    assert float(text(table, 2, LOSS)) > 0
    assert not table.isColumnHidden(STATE)
    table.resize(420, 200)
    hidden = [column for column in range(8) if table.isColumnHidden(column)]
    assert hidden == [STATE]
    table.resize(360, 200)
    assert table.isColumnHidden(LOSS)


def test_the_tooltip_tells_runs_apart(table, tmp_path):
    """How far it is, and how it was started, once that has been read."""
    watch = FolderWatch(tmp_path)
    watch.look()
    while watch.load_next():
        pass
    table.set_runs(tuple(sorted(watch.snapshots, key=lambda run: run.name)), "first")
    lines = table.runs.index(0, NAME).data(Qt.ItemDataRole.ToolTipRole).splitlines()
    assert lines[0] == "first" and lines[1].startswith("Stopped") and lines[2].startswith("Model Size Medium")
    assert lines[3:] == ["Frames 1,3", "Channels R, G, B → A"]
    assert len(table.runs.index(1, NAME).data(Qt.ItemDataRole.ToolTipRole).splitlines()) == 2


def test_eye_shows_and_hides_a_curve(table, qtbot):
    """One click each way."""
    with qtbot.waitSignal(table.runs.shown_changed):
        click(table, qtbot, 2, EYE)
    assert [table.runs.shows(name) for name in ("first", "second")] == [True, False]
    click(table, qtbot, 2, EYE)
    assert table.runs.shows("second")


def test_two_quick_clicks_on_the_eye_are_two(table, qtbot):
    """They come as a double click, which must not swallow the second."""
    place = table.visualRect(table.runs.index(2, EYE)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.runs.shows("second")


def test_radio_button_makes_a_run_active(table, qtbot):
    """It asks; the knob decides."""
    with qtbot.waitSignal(table.runs.activate_asked) as asked:
        click(table, qtbot, 2, ACTIVE)
    assert asked.args == ["second"]


def test_double_click_renames(table, qtbot):
    """What is typed is asked for; the table shows it when the files have it."""
    place = table.visualRect(table.runs.index(0, NAME)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    editor = table.focusWidget()
    editor.selectAll()
    qtbot.keyClicks(editor, "look v1")
    with qtbot.waitSignal(table.runs.rename_asked) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == ["first", "look v1"]
    assert text(table, 0, NAME) == "first"


def test_selection_stays_with_the_runs_when_their_order_changes(table, snapshots):
    """The run that is trained moves to the top."""
    table.select(["first", "nuke"])
    table.set_runs(tuple(reversed(snapshots)), "first")
    assert table.selected() == ["nuke", "first"]


def test_colours_stay_and_follow_a_rename(table, snapshots):
    """A colour belongs to a run, not to a row."""
    before = {run.name: table.runs.colour(run.name) for run in snapshots}
    assert len({colour.name() for colour in before.values()}) == 3
    table.set_runs(snapshots[1:], "")
    assert table.runs.colour("second") == before["second"]
    table.runs.show_curves(["second"], False)
    table.runs.carry_over("second", "new")
    assert table.runs.colour("new") == before["second"] and not table.runs.shows("new")
    assert len({colour_of(place).name() for place in range(24)}) == 24


def test_menu_is_about_all_selected_runs(table, qtbot):
    """A command that cannot be done to them is grey."""
    done = []
    table.commands = [
        RunCommand("Delete", "", done.append),
        None,
        RunCommand("Resume", "", done.append, lambda runs: len(runs) == 1),
    ]
    for row in (0, 2):
        flag = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        table.selectionModel().select(table.runs.index(row, 0), flag)
    table.customContextMenuRequested.emit(table.visualRect(table.runs.index(0, NAME)).center())
    delete, _, resume = table.menu.actions()
    assert delete.isEnabled() and not resume.isEnabled()
    delete.trigger()
    assert done == [["first", "second"]]
    table.menu.close()


def test_no_menu_beside_the_rows(table):
    """There is nothing it could be about."""
    table.customContextMenuRequested.emit(QPoint(5, 190))
    assert table.menu is None


def test_training_run_is_marked(table, snapshots, tmp_path):
    """Its steps are drawn in green, and its tooltip says how it goes."""
    with RunLock(snapshots[0].run.lock):
        watch = FolderWatch(tmp_path)
        watch.look()
        table.set_runs(watch.snapshots, "first")
        row = next(row for row in range(3) if text(table, row, NAME) == "first")
        index = table.runs.index(row, STEPS)
        assert index.data(Qt.ItemDataRole.ForegroundRole).green() > 180
        assert "Training" in table.runs.index(row, COLOUR).data(Qt.ItemDataRole.ToolTipRole)
