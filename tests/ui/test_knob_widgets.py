"""Knob widgets: what is entered is committed once, checked; what the canvas has is shown."""

import pytest
from panels import type_in
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from paircat.nodes.knobs import Bool, Channels, Choice, ColourSpace, Float, Int, Text
from paircat.ui.knob_widgets import (
    BoolWidget,
    ChoiceWidget,
    ColourSpaceWidget,
    LinesWidget,
    SuggestWidget,
    TextWidget,
)
from paircat.ui.number_widgets import NumberWidget


def test_number_is_committed_once_when_editing_is_finished(shown, qtbot):
    """Not for every letter, and not again when the focus leaves."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10, minimum=1))
    type_in(qtbot, widget.edit, "250")
    widget.edit.clearFocus()
    assert committed == [250]


def test_what_is_not_allowed_is_refused_and_stays_to_be_corrected(shown, qtbot):
    """The sentence names the knob as its label does, and what it allows; a value that is allowed takes it back."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10, minimum=1))
    sentences = []
    widget.refused.connect(sentences.append)
    type_in(qtbot, widget.edit, "0")
    assert committed == [] and sentences[-1].startswith("'Epochs' cannot be '0'") and "at least 1" in sentences[-1]
    assert widget.edit.text() == "0" and widget.property("refused")
    type_in(qtbot, widget.edit, "5")
    assert committed == [5] and sentences[-1] == "" and not widget.property("refused")


def test_escape_goes_back(shown, qtbot):
    """What was typed is forgotten."""
    widget, committed = shown(NumberWidget, Int("epochs", "Epochs", "", default=10))
    type_in(qtbot, widget.edit, "77", Qt.Key.Key_Escape)
    assert widget.edit.text() == "10" and committed == []


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
