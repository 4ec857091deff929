"""Number widgets: numbers are typed, stepped with keys, or set by a slider."""

import pytest
from panels import type_in
from PySide6.QtCore import Qt

from paircat.nodes.knobs import Colour, Float, Floats, Int, Ints
from paircat.ui import number_widgets
from paircat.ui.chooser_widgets import ColourWidget
from paircat.ui.number_widgets import NumbersWidget, NumberWidget


def test_arrow_keys_step(shown, qtbot):
    """By one, with Shift by ten; of a fraction, by a tenth of its leading digit."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10))
    qtbot.keyClick(widget.edit, Qt.Key.Key_Up)
    qtbot.keyClick(widget.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert committed == [11, 0]
    widget, committed = shown(NumberWidget, Float("rate", "Rate", "", default=0.002))
    qtbot.keyClick(widget.edit, Qt.Key.Key_Up)
    assert committed == [0.0021]


@pytest.mark.parametrize(
    ("kind", "knob", "key"),
    [
        (NumberWidget, Int("epochs", "Epochs", "", default=1, minimum=1), Qt.Key.Key_Down),
        (NumberWidget, Float("mix", "Mix", "", default=1.0, minimum=0.0, maximum=1.0), Qt.Key.Key_Up),
        (NumbersWidget, Floats("size", "Size", "", default=(0.0, 0.0), minimum=0.0), Qt.Key.Key_Down),
    ],
)
def test_a_step_beyond_a_limit_ends_at_it(shown, qtbot, kind, knob, key):
    """The field is never red for a value that nobody typed."""
    widget, committed = shown(kind, knob)
    edit = widget.edits[0] if kind is NumbersWidget else widget.edit
    text = edit.text()
    qtbot.keyClick(edit, key)
    assert edit.text() == text and widget.refusal == "" and committed == []


def test_drag_of_a_slider_is_one_change(shown, qtbot):
    """The text follows the mouse, the value is committed when the button is let go, also where it is shown by then."""
    widget, committed = shown(NumberWidget, Float("gain", "Gain", "", default=1.0, slider=(0.0, 4.0)))
    dragged = []
    widget.dragged.connect(dragged.append)
    widget.slider.setSliderDown(True)
    for place in (300, 400, 500):
        widget.slider.setSliderPosition(place)
    assert committed == [] and dragged == [1.2, 1.6, 2.0] and widget.edit.text() == "2"
    widget.show_value(2.0)
    widget.slider.setSliderDown(False)
    assert committed == [2.0]
    widget.slider.setSliderDown(True)
    widget.slider.setSliderDown(False)
    assert committed == [2.0]


def test_slider_over_orders_of_magnitude_moves_by_factors(shown):
    """The middle between 1e-5 and 1e-2 is their geometric mean."""
    widget, _ = shown(NumberWidget, Float("rate", "Rate", "", default=1e-3, slider=(1e-5, 1e-2)))
    assert widget.slider.number_at(500) == pytest.approx(10**-3.5, rel=0.01)
    assert widget.slider.value() == 667


def test_numbers_that_belong_together_are_committed_together(shown, qtbot):
    """Editing one commits all of them."""
    widget, committed = shown(NumbersWidget, Floats("size", "Size", "", default=(1.0, 2.0)))
    type_in(qtbot, widget.edits[1], "2.5")
    assert committed == [(1.0, 2.5)]
    widget, committed = shown(NumbersWidget, Ints("box", "Box", "", default=(0, 4), labels=("x", "y")))
    qtbot.keyClick(widget.edits[0], Qt.Key.Key_Up)
    assert committed == [(1, 4)]


def test_numbers_as_text():
    """Short, and exact enough to come back."""
    assert [number_widgets.number_text(value) for value in (3, 0.1, 1e-05, 20.0)] == ["3", "0.1", "1e-05", "20"]


def test_a_zero_that_is_a_choice_is_shown_as_its_word(shown, qtbot):
    """The word can be typed too, and the arrow keys step from it."""
    widget, committed = shown(NumberWidget, Float("fps", "Frame rate", "", default=24.0, minimum=0.0, zero="auto"))
    type_in(qtbot, widget.edit, "Auto")
    assert committed == [0.0]
    widget.show_value(0.0)
    assert widget.edit.text() == "auto"
    qtbot.keyClick(widget.edit, Qt.Key.Key_Up)
    assert committed[-1] == 0.01


def test_a_drag_that_is_given_up_leaves_the_value(shown, qtbot):
    """With Escape, or as the slider goes out of sight; what the mouse does until its release counts no more."""
    widget, committed = shown(NumberWidget, Float("gain", "Gain", "", default=1.0, slider=(0.0, 4.0)))
    given_up = []
    widget.given_up.connect(lambda: given_up.append(True))
    for how in (lambda: qtbot.keyClick(widget.slider, Qt.Key.Key_Escape), widget.hide):
        widget.slider.setSliderDown(True)
        widget.slider.setSliderPosition(500)
        how()
        assert widget.edit.text() == "1" and widget.slider.value() == 250
        widget.slider.setSliderDown(False)
        assert widget.edit.text() == "1" and committed == []
    assert given_up == [True, True]


def test_one_slider_sets_all_numbers(shown):
    """It stands at their mean; whole numbers, such as a box, and the colour of a backdrop have none."""
    widget, committed = shown(NumbersWidget, Floats("size", "Size", "", default=(10.0, 20.0), slider=(0.0, 50.0)))
    assert widget.slider.value() == 300
    widget.slider.setSliderDown(True)
    widget.slider.setSliderPosition(500)
    assert [edit.text() for edit in widget.edits] == ["25", "25"]
    widget.slider.setSliderDown(False)
    assert committed == [(25.0, 25.0)]
    grade, _ = shown(ColourWidget, Colour("multiply", "Multiply", "", default=(1.0,) * 4, slider=(0.0, 4.0)))
    assert grade.slider.value() == 250
    assert shown(NumbersWidget, Ints("box", "Box", "", default=(0, 4), labels=("x", "y")))[0].slider is None
    assert shown(ColourWidget, Colour("tileColour", "Colour", "", pixels=False))[0].slider is None
