"""Knob forms: rows, what is modified, what can be edited and seen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

import paircat.nodes.builtin  # noqa: F401  (makes the built-in kinds known)
from paircat.nodes.knobs import Text
from paircat.nodes.node import node_kinds
from paircat.ui import knob_widgets
from paircat.ui.chooser_widgets import PathWidget
from paircat.ui.knob_form import KnobForm, widget_for


@pytest.fixture
def copycat(qtbot):
    """A form with all knobs of a CopyCat, and the node."""
    node = node_kinds()["CopyCat"]("CopyCat1")
    form = KnobForm(node.all_knobs())
    qtbot.addWidget(form)
    form.show_node(node)
    form.show()
    return form, node


@pytest.mark.parametrize("kind", sorted(node_kinds()))
def test_every_knob_of_every_node_has_a_widget_that_shows_its_default(qtbot, kind):
    """And committing what is shown changes nothing."""
    node = node_kinds()[kind]("Node1")
    form = KnobForm(node.all_knobs())
    qtbot.addWidget(form)
    form.show_node(node)
    committed = []
    form.committed.connect(lambda name, value: committed.append((name, value)))
    for knob in node.all_knobs():
        assert form.label(knob.name).text() == knob.label
        assert knob.tooltip in form.label(knob.name).toolTip()
        form.widget(knob.name).offer(knob.default)
    assert committed == []


def test_changed_knobs_are_marked_and_go_back_to_their_default(copycat, qtbot):
    """The button beside a knob commits its default."""
    form, node = copycat
    assert not form.label("epochs").property("modified") and not form.reset_button("epochs").isEnabled()
    node.set("epochs", 12)
    form.show_node(node)
    assert form.label("epochs").property("modified")
    with qtbot.waitSignal(form.committed) as committed:
        qtbot.mouseClick(form.reset_button("epochs"), Qt.MouseButton.LeftButton)
    assert committed.args == ["epochs", 10000]


def test_tab_goes_from_field_to_field(copycat, qtbot):
    """Past the buttons beside them, also past that of a knob that was changed."""
    form, node = copycat
    node.set("dataDirectory", "runs")
    form.show_node(node)
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    order = [knob.name for knob in node.all_knobs() if form.widget(knob.name).isEnabled()]
    form.widget("dataDirectory").edit.setFocus()
    qtbot.keyClick(form.widget("dataDirectory").edit, Qt.Key.Key_Tab)
    following = order[order.index("dataDirectory") + 1]
    assert form.widget(following).isAncestorOf(QApplication.focusWidget())


def test_knobs_are_enabled_and_shown_by_the_values_of_others(copycat):
    """Crops a step is for Manual, Checkpoint File for Checkpoint."""
    form, node = copycat
    assert not form.widget("batchSize").isEnabled() and not form.widget("checkpointFile").isVisible()
    node.set("batchSizeType", "Manual")
    node.set("initialWeights", "Checkpoint")
    form.show_node(node)
    assert form.widget("batchSize").isEnabled() and form.widget("checkpointFile").isVisible()


def test_value_that_a_script_should_not_hold_is_reported(copycat, qtbot):
    """A file edited by hand is shown with what is wrong, not refused as a whole; its value stands in the red field."""
    form, node = copycat
    node.values["epochs"] = "many"
    form.show_node(node)
    widget = form.widget("epochs")
    assert widget.property("refused") and widget.edit.text() == "many"
    assert widget.refusal.startswith("CopyCat1: 'Epochs' cannot be 'many'; it must be a whole number")
    qtbot.keyClicks(widget.edit, "5")
    form.show_node(node)
    assert widget.edit.text() == "5many"


def test_knob_of_a_plugin_takes_the_widget_of_its_base(qtbot):
    """A class of knob that is not known here is still editable."""

    class Motto(Text):
        pass

    widget = widget_for(Motto("motto", "Motto", ""))
    qtbot.addWidget(widget)
    assert type(widget) is knob_widgets.TextWidget


def test_paths_start_at_the_scripts_folder(copycat, tmp_path):
    """The chooser opens there."""
    form, node = copycat
    form.show_node(node, tmp_path)
    widget = form.widget("dataDirectory")
    assert isinstance(widget, PathWidget) and widget.base == tmp_path


def test_a_row_keeps_its_height_when_its_knob_is_changed(copycat):
    """The arrow back to the default comes without moving the rows below it from under the mouse."""
    form, node = copycat
    heights = []
    for epochs in (10000, 12):
        node.set("epochs", epochs)
        form.show_node(node)
        form.grid.activate()
        heights.append(form.sizeHint().height())
    assert heights[0] == heights[1]
