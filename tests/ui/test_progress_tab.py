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
    assert tab.table.runs.rowCount() == 2 and "2 runs" in tab.label.text()
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


def test_live_updates_are_no_step_of_undo(panel, canvas, qtbot):
    """They change what is looked at, and nothing that could be undone; the script keeps them."""
    canvas.set_value("CopyCat1", "epochs", 7)
    canvas.undo_stack.undo()
    before = canvas.undo_stack.index(), canvas.undo_stack.count()
    panel.progress_tab.live.setChecked(True)
    assert canvas.value("CopyCat1", "liveUpdates") is True and panel.training.monitor.live
    assert (canvas.undo_stack.index(), canvas.undo_stack.count()) == before and canvas.undo_stack.canRedo()
    canvas.undo_stack.redo()
    panel.refresh()
    assert panel.progress_tab.live.isChecked()
    assert canvas.script().node("CopyCat1").value("liveUpdates") is True
    panel.progress_tab.live.setChecked(False)
    assert "liveUpdates" not in canvas.node("CopyCat1").values and not panel.training.monitor.live


def test_odd_values_of_a_script_are_shown_as_defaults(panel, canvas, tmp_path, qtbot):
    """The panel shows all else, and what can be done about them."""
    write_run(tmp_path, "first")
    odd = {"liveUpdates": "maybe", "graphAxis": 7, "logScale": "perhaps", "originalCurve": None, "smoothness": "soft"}
    canvas.tile("CopyCat1").data.values.update(odd)
    panel.refresh()
    show_runs(panel, qtbot, "first")
    graph = panel.progress_tab.graph
    assert not panel.progress_tab.live.isChecked() and not graph.over_time and not graph.logarithmic
    assert graph.original.isChecked() and graph.smoothness.value() == 0.6
    assert {knob: canvas.node("CopyCat1").values[knob] for knob in odd} == odd


def test_the_view_is_kept_in_the_knobs(panel, canvas, qtbot):
    """Each change is one step of undo, a drag of the slider too; the script keeps what is not as it is at first."""
    graph = panel.progress_tab.graph
    panel.tabs.setCurrentWidget(panel.progress_tab)
    graph.log_scale.click()
    graph.x_axis.setCurrentText("Time")
    graph.original.click()
    graph._slider.setSliderDown(True)
    for place in (500, 400, 250):
        graph._slider.setValue(place)
    graph._slider.setSliderDown(False)
    seen = {"logScale": True, "graphAxis": "Time", "originalCurve": False, "smoothness": 0.25}
    assert {knob: canvas.node("CopyCat1").values.get(knob) for knob in seen} == seen
    canvas.undo_stack.undo()
    qtbot.waitUntil(lambda: graph.smoothness.value() == 0.6 and graph._slider.value() == 600)
    for _ in range(3):
        canvas.undo_stack.undo()
    qtbot.waitUntil(lambda: graph.original.isChecked() and not graph.logarithmic and not graph.over_time)
    assert not any(knob in canvas.node("CopyCat1").values for knob in seen)
