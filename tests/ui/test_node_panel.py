"""Panels of nodes of any kind."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from paircat.ui.node_panel import NodePanel
from paircat.ui.properties import PropertiesBin


@pytest.fixture
def panel_of(canvas, qtbot, tmp_path):
    """Adds a node and opens its panel."""
    canvas.path = tmp_path / "shot.pcat"

    def make(kind, **values):
        panel = NodePanel(canvas, canvas.add_node(kind, None, values=values, connect_selected=False))
        qtbot.addWidget(panel)
        panel.show()
        return panel

    return make


def test_change_is_one_step_of_undo_and_undo_shows(panel_of, canvas, qtbot):
    """The panel shows what the canvas has, whoever changed it."""
    panel = panel_of("Blur")
    steps, knob = canvas.undo_stack.count(), panel.forms[0].widget("size")
    knob.edits[0].setText("4")
    knob.edits[0].entered.emit("4")
    assert canvas.undo_stack.count() == steps + 1
    changed = canvas.value(panel.name, "size")
    assert changed[0] == 4
    canvas.undo_stack.undo()
    qtbot.waitUntil(lambda: knob.edits[0].text() != "4")


def test_refused_value_is_reported_in_the_panel(panel_of, canvas):
    """And the node stays as it is."""
    panel = panel_of("Read")
    widget = panel.forms[0].widget("frames")
    widget.offer("one to ten")
    assert panel.problem.isVisible() and "frame range" in panel.problem.text()
    widget.offer("1-10")
    assert not panel.problem.isVisible() and canvas.value(panel.name, "frames") == "1-10"


@pytest.mark.parametrize("kind", ["Read", "CopyCat"])
def test_a_refusal_moves_no_field(qtbot, canvas, kind):
    """The sentence stands below them all, as far from the edge as they do: the next click lands where it was aimed."""
    bin_ = PropertiesBin(canvas)
    qtbot.addWidget(bin_)
    bin_.resize(460, 900)
    bin_.show()
    bin_.show_node(canvas.add_node(kind, "Node1", values={"frames": "1-5"}, connect_selected=False))
    panel = bin_.panel("Node1")
    form = panel.forms[0]
    field = form.widget("frames")
    qtbot.waitUntil(lambda: panel.height() > 200)
    before = field.mapTo(panel, QPoint()), form.label("frames").mapTo(panel, QPoint())
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "one to ten")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.problem.height() > 10 and panel.problem.isVisible())
    QApplication.processEvents()
    assert (field.mapTo(panel, QPoint()), form.label("frames").mapTo(panel, QPoint())) == before
    assert panel.problem.y() > before[0].y()
    assert panel.problem.contentsMargins().left() == form.grid.contentsMargins().left()
    bin_.shutdown()


def test_rename_in_the_panel(panel_of, canvas, qtbot):
    """A name in use is refused, and the old one shows again."""
    panel = panel_of("Blur")
    canvas.node_renamed.connect(lambda old, new: panel.renamed(new))
    canvas.add_node("Blur", "Taken", connect_selected=False)
    panel.title.setText("Taken")
    panel.title.entered.emit("Taken")
    assert "already" in panel.problem.text() and panel.title.text() == "Blur1"
    panel.title.entered.emit("Soft")
    assert panel.name == "Soft" and "Soft" in canvas.names()


def test_buttons_ask_for_closing_and_floating(panel_of, qtbot):
    """The bin does both."""
    panel = panel_of("Blur")
    for button, signal in ((panel.close_button, panel.close_asked), (panel.float_button, panel.float_asked)):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
