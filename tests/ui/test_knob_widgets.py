"""Knob widgets: what is entered is committed once, checked; what the canvas has is shown."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from paircat.nodes.knobs import Bool, Channels, Choice, ColourSpace, Float, Floats, Int, Ints, Text
from paircat.ui import knob_widgets
from paircat.ui.knob_widgets import (
    BoolWidget,
    ChoiceWidget,
    ColourSpaceWidget,
    LinesWidget,
    NumbersWidget,
    NumberWidget,
    SuggestWidget,
    TextWidget,
)


@pytest.fixture
def shown(qtbot):
    """Puts a widget for a knob on the screen, with its default; returns it and what it commits."""

    def show(kind, knob):
        widget = kind(knob)
        qtbot.addWidget(widget)
        widget.show_value(knob.default)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        committed = []
        widget.committed.connect(committed.append)
        return widget, committed

    return show


def type_in(qtbot, edit, text, key=Qt.Key.Key_Return):
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, key)


def test_number_is_committed_once_when_editing_is_finished(shown, qtbot):
    """Not for every letter, and not again when the focus leaves."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10, minimum=1))
    type_in(qtbot, widget.edit, "250")
    widget.edit.clearFocus()
    assert committed == [250]


def test_what_is_not_allowed_is_refused_and_stays_to_be_corrected(shown, qtbot):
    """The sentence names the knob and what it allows; a value that is allowed takes it back."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10, minimum=1))
    sentences = []
    widget.refused.connect(sentences.append)
    type_in(qtbot, widget.edit, "0")
    assert committed == [] and "'epochs'" in sentences[-1] and "at least 1" in sentences[-1]
    assert widget.edit.text() == "0" and widget.property("refused")
    type_in(qtbot, widget.edit, "5")
    assert committed == [5] and sentences[-1] == "" and not widget.property("refused")


def test_escape_goes_back(shown, qtbot):
    """What was typed is forgotten."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10))
    type_in(qtbot, widget.edit, "77", Qt.Key.Key_Escape)
    assert widget.edit.text() == "10" and committed == []


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


def test_a_double_click_means_the_whole_number(shown, qtbot):
    """Not what stands on one side of its point; of other texts a word, as everywhere."""
    widget, committed = shown(NumberWidget, Float("size", "Size", "", default=5.25))
    qtbot.mouseDClick(widget.edit, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.keyClicks(widget.edit, "7")
    qtbot.keyClick(widget.edit, Qt.Key.Key_Return)
    assert committed == [7.0]
    widget, _ = shown(TextWidget, Text("label", "Label", "", default="one two"))
    qtbot.mouseDClick(widget.edit, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert widget.edit.selectedText() == "one"


def test_drag_of_a_slider_is_one_change(shown, qtbot):
    """The text follows the mouse, the value is committed when the button is let go."""
    widget, committed = shown(NumberWidget, Float("gain", "Gain", "", default=1.0, slider=(0.0, 4.0)))
    widget.slider.setSliderDown(True)
    for place in (300, 400, 500):
        widget.slider.setSliderPosition(place)
    assert committed == [] and widget.edit.text() == "2"
    widget.slider.setSliderDown(False)
    assert committed == [2.0]


def test_slider_over_orders_of_magnitude_moves_by_factors(shown):
    """The middle between 1e-5 and 1e-2 is their geometric mean."""
    widget, _ = shown(NumberWidget, Float("rate", "Rate", "", default=1e-3, slider=(1e-5, 1e-2)))
    assert widget._value_at(500) == pytest.approx(10**-3.5)
    assert widget.slider.value() == 667


def test_switch_and_menu(shown, qtbot):
    """A click commits."""
    widget, committed = shown(BoolWidget, Bool("flips", "Flips", ""))
    qtbot.mouseClick(widget.box, Qt.MouseButton.LeftButton, pos=QPoint(8, widget.box.height() // 2))
    assert committed == [True]
    widget, committed = shown(ChoiceWidget, Choice("cropSize", "Crop Size", "", default=256, options=(128, 256, 512)))
    widget.box.setFocus()
    qtbot.keyClick(widget.box, Qt.Key.Key_Down)
    widget.box.textActivated.emit("512")
    assert committed[-1] == 512


def scroll(field) -> bool:
    """Turn the wheel over a field; whether that took it."""
    turn = QWheelEvent(
        QPointF(5, 5), field.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, turn)
    return turn.isAccepted()


@pytest.mark.parametrize(
    ("kind", "knob", "field"),
    [
        (ChoiceWidget, Choice("cropSize", "Crop Size", "", default=256, options=(128, 256, 512)), "box"),
        (SuggestWidget, Channels("channelsIn", "Channels In", ""), "box"),
        (NumberWidget, Float("rate", "Rate", "", default=0.1), "slider"),
    ],
)
def test_scrolling_past_a_field_changes_nothing(shown, qtbot, kind, knob, field):
    """Panels are scrolled with the wheel, also right after a choice, when the field has the keyboard."""
    widget, committed = shown(kind, knob)
    scrolled = getattr(widget, field)
    scrolled.clearFocus()
    assert not scroll(scrolled)
    scrolled.setFocus()
    assert not scroll(scrolled) and committed == []


def test_numbers_that_belong_together_are_committed_together(shown, qtbot):
    """Editing one commits all of them."""
    widget, committed = shown(NumbersWidget, Floats("size", "Size", "", default=(1.0, 2.0)))
    type_in(qtbot, widget.edits[1], "2.5")
    assert committed == [(1.0, 2.5)]
    widget, committed = shown(NumbersWidget, Ints("box", "Box", "", default=(0, 4), labels=("x", "y")))
    qtbot.keyClick(widget.edits[0], Qt.Key.Key_Up)
    assert committed == [(1, 4)]


def test_channels_are_typed_or_chosen(shown, qtbot):
    """What is typed is not completed to something else."""
    widget, committed = shown(SuggestWidget, Channels("channelsIn", "Channels In", ""))
    type_in(qtbot, widget.edit, "rgb, depth.Z")
    widget.show_value(committed[-1])
    widget.box.textActivated.emit("alpha")
    assert committed == ["rgb, depth.Z", "alpha"]


def test_colour_spaces_are_typed_or_chosen(shown, qtbot):
    """Those of the configuration, which nobody knows by heart."""
    widget, committed = shown(ColourSpaceWidget, ColourSpace("colorspace", "Colour space", "", empty="as it is"))
    offered = [widget.box.itemText(place) for place in range(widget.box.count())]
    assert "ACEScg" in offered and "sRGB Encoded Rec.709 (sRGB)" in offered and widget.edit.text() == ""
    widget.box.textActivated.emit("ACEScg")
    assert committed == ["ACEScg"]


def test_what_is_typed_stays_when_other_channels_are_suggested(shown, qtbot):
    """They may be found out while somebody types."""
    widget, committed = shown(SuggestWidget, Channels("channelsIn", "Channels In", ""))
    widget.edit.setFocus()
    qtbot.keyClicks(widget.edit, "dep")
    widget.suggest(["rgb", "forward"])
    qtbot.keyClicks(widget.edit, "th")
    qtbot.keyClick(widget.edit, Qt.Key.Key_Return)
    assert committed == ["depth"]


def test_leaving_several_lines_commits_them(shown, qtbot):
    """Enter is a new line there."""
    widget, committed = shown(LinesWidget, Text("label", "Label", "", lines=3))
    widget.edit.setFocus()
    qtbot.keyClicks(widget.edit, "one")
    qtbot.keyClick(widget.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(widget.edit, "two")
    assert committed == []
    widget.edit.clearFocus()
    assert committed == ["one\ntwo"]


def test_numbers_as_text():
    """Short, and exact enough to come back."""
    assert [knob_widgets.number_text(value) for value in (3, 0.1, 1e-05, 20.0)] == ["3", "0.1", "1e-05", "20"]


def test_a_zero_that_is_a_choice_is_shown_as_its_word(shown, qtbot):
    """The word can be typed too, and the arrow keys step from it."""
    widget, committed = shown(NumberWidget, Float("fps", "Frame rate", "", default=24.0, minimum=0.0, zero="auto"))
    type_in(qtbot, widget.edit, "Auto")
    assert committed == [0.0]
    widget.show_value(0.0)
    assert widget.edit.text() == "auto"
    qtbot.keyClick(widget.edit, Qt.Key.Key_Up)
    assert committed[-1] == 0.01


@pytest.mark.parametrize(
    ("kind", "knob"),
    [
        (NumberWidget, Int("epochs", "Epochs", "", default=10)),
        (TextWidget, Text("run", "Run name", "", default="night")),
        (LinesWidget, Text("mapping", "Mapping", "", default="A = Y", lines=3)),
        (SuggestWidget, Channels("channels", "Channels", "", default="rgb")),
    ],
)
def test_what_is_being_typed_outlives_a_look_at_the_canvas(shown, qtbot, kind, knob):
    """Something else on the canvas has changed, such as its file; only another value of this knob takes its place."""
    widget, committed = shown(kind, knob)
    widget.edit.setFocus()
    widget.edit.selectAll()
    qtbot.keyClicks(widget.edit, "25")
    if kind is SuggestWidget:
        widget.suggest(["rgb", "depth"])
    widget.show_value(knob.default)
    widget.edit.clearFocus()
    assert committed == [25 if kind is NumberWidget else "25"]
    widget.show_value(knob.default)
    qtbot.keyClicks(widget.edit, "26")
    other = 30 if kind is NumberWidget else "rgba"
    widget.show_value(other)
    assert (widget.edit.toPlainText() if kind is LinesWidget else widget.edit.text()) == str(other)


def test_what_was_refused_stays_until_it_is_put_right_or_given_up(shown, qtbot):
    """A look at the canvas does not take it away without a word; Escape goes back to the value that holds."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10, minimum=1))
    type_in(qtbot, widget.edit, "0")
    widget.show_value(10)
    assert widget.edit.text() == "0" and "at least 1" in widget.refusal
    qtbot.keyClick(widget.edit, Qt.Key.Key_Escape)
    assert widget.edit.text() == "10" and not widget.refusal and not widget.property("refused")
    type_in(qtbot, widget.edit, "0")
    widget.show_value(20)
    assert widget.edit.text() == "20" and not widget.refusal and committed == []
    bare = NumberWidget(Int("epochs", "Epochs", "", default=10, minimum=1))  # of a script that was edited by hand
    qtbot.addWidget(bare)
    bare.offer("0")
    bare.edit.given_up.emit()
    assert bare.refusal
