"""A knob whose slider is dragged: the picture follows, and undo knows one step."""

import pytest

from paircat.ui.canvas_drag import KnobDrag
from paircat.ui.node_panel import NodePanel


@pytest.fixture
def panel(canvas, qtbot):
    """That of a Blur."""
    canvas.add_node("Blur", connect_selected=False)
    canvas.undo_stack.clear()
    made = NodePanel(canvas, "Blur1")
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_canvas_follows_a_drag_that_is_one_step_of_undo(panel, canvas, qtbot):
    """What is looked at is told on the way; undo brings back the value before the drag."""
    slider = panel.forms[0].widget("mix").slider
    slider.setSliderDown(True)
    for place, value in ((700, 0.7), (400, 0.4)):
        with qtbot.waitSignal(canvas.changed):
            slider.setSliderPosition(place)
        assert canvas.value("Blur1", "mix") == value and canvas.undo_stack.count() == 0
    slider.setSliderDown(False)
    assert canvas.value("Blur1", "mix") == 0.4 and canvas.undo_stack.count() == 1
    canvas.undo_stack.undo()
    assert canvas.value("Blur1", "mix") == 1.0 and canvas.is_default("Blur1", "mix")


def test_a_drag_that_is_given_up_leaves_no_trace(panel, canvas, qtbot):
    """Neither where its panel is closed in the middle of it."""
    canvas.set_value("Blur1", "size", (3.0, 4.0))
    slider = panel.forms[0].widget("size").slider
    slider.setSliderDown(True)
    slider.setSliderPosition(500)
    assert canvas.value("Blur1", "size") == (25.0, 25.0)
    with qtbot.waitSignal(canvas.changed):
        panel.hide()
    assert canvas.value("Blur1", "size") == (3.0, 4.0) and canvas.undo_stack.count() == 1


def test_undo_in_the_middle_of_a_drag_counts(canvas):
    """The knob is as undo has left it, or as it was before the drag where undo meant another."""
    canvas.add_node("Blur", connect_selected=False)
    canvas.set_value("Blur1", "mix", 0.5)
    drag = KnobDrag(canvas)
    drag.follow("Blur1", "mix", 0.2)
    canvas.undo_stack.undo()
    drag.end()
    assert canvas.value("Blur1", "mix") == 1.0
    canvas.undo_stack.redo()
    canvas.set_value("Blur1", "size", 3.0)
    drag.follow("Blur1", "mix", 0.2)
    canvas.undo_stack.undo()
    assert canvas.value("Blur1", "mix") == 0.5 and canvas.value("Blur1", "size") == (0.0, 0.0)


def test_what_changes_no_pixel_waits_for_the_release(canvas):
    """The knobs of a CopyCat come to a training, which is estimated anew for each change."""
    canvas.add_node("CopyCat", connect_selected=False)
    drag = KnobDrag(canvas)
    drag.follow("CopyCat1", "learningRate", 0.5)
    assert canvas.is_default("CopyCat1", "learningRate")
