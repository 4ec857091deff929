"""The Progress tab: runs, curves and pictures."""

import pytest
from panels import copycat_panel, show_runs
from written_runs import write_foundry_run, write_run


@pytest.fixture
def panel(canvas, tmp_path, qtbot, monkeypatch):
    """That of a CopyCat with an empty Data Directory."""
    with copycat_panel(canvas, tmp_path, qtbot, monkeypatch) as made:
        yield made


def test_progress_tab_shows_runs_curves_and_pictures(panel, tmp_path, qtbot):
    """A row and a curve each; the pictures of the active run."""
    write_run(tmp_path, "first")
    write_foundry_run(tmp_path, "nuke")
    show_runs(panel, qtbot, "first", "nuke")
    tab = panel.progress_tab
    panel.tabs.setCurrentWidget(tab)
    panel.training.activate("first")
    assert tab.table.runs.rowCount() == 2 and "2 runs" in tab.words.text()
    assert set(tab.graph.names()) == {"first", "nuke"}
    assert tab.sheets.step == 40 and tab.previews.step == 40
    panel.training.activate("nuke")
    assert tab.sheets.step == 190 and tab.previews.step is None
    tab.table.runs.show_curves(["nuke"], False)
    assert set(tab.graph.names()) == {"first"}


def test_live_updates_are_off_until_they_are_wanted(panel, tmp_path, qtbot):
    """Then runs of others come by themselves."""
    assert not panel.progress_tab.live.isChecked()
    panel.tabs.setCurrentWidget(panel.progress_tab)
    panel.progress_tab.live.setChecked(True)
    write_run(tmp_path, "theirs")
    qtbot.waitUntil(lambda: panel.progress_tab.table.runs.rowCount() == 1)
