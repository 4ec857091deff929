"""Knobs: what they take and what they refuse."""

from pathlib import Path

import pytest

from paircat.engine.errors import PairCatError
from paircat.nodes import knobs
from paircat.nodes.knobs import When


@pytest.mark.parametrize(
    ("knob", "given", "value"),
    [
        (knobs.Bool("k", "", ""), "on", True),
        (knobs.Bool("k", "", ""), "False", False),
        (knobs.Bool("k", "", ""), 1, True),
        (knobs.Int("k", "", "", minimum=0), "128", 128),
        (knobs.Int("k", "", ""), 8.0, 8),
        (knobs.Int("k", "", "", minimum=0, zero="auto"), " Auto", 0),
        (knobs.Float("k", "", "", zero="auto"), "auto", 0.0),
        (knobs.Int("k", "", ""), str(2**60 + 1), 2**60 + 1),
        (knobs.Int("k", "", ""), "1E3", 1000),
        (knobs.Int("k", "", ""), " 2e3 ", 2000),
        (knobs.Int("k", "", ""), "7.0", 7),
        (knobs.Ints("k", "", "", labels=("w", "h")), "1E3 2E3", (1000, 2000)),
        (knobs.Float("k", "", ""), "1e-4", 1e-4),
        (knobs.Float("k", "", ""), 3, 3.0),
        (knobs.Choice("k", "", "", default=256, options=(32, 256)), "32", 32),
        (knobs.Choice("k", "", "", default="Auto", options=("Auto", "Manual")), "manual", "Manual"),
        (knobs.Text("k", "", ""), " as typed ", " as typed "),
        (knobs.File("k", "", ""), Path("a/b.exr"), str(Path("a/b.exr"))),
        (knobs.Folder("k", "", ""), " ~/runs ", "~/runs"),
        (knobs.Frames("k", "", ""), " 1-9x2,20 ", "1-9x2,20"),
        (knobs.Frames("k", "", ""), 7, "7"),
        (knobs.Channels("k", "", ""), "rgb, depth.Z", "rgb, depth.Z"),
        (knobs.Ints("k", "", "", labels=("w", "h")), "1920x1080".replace("x", " "), (1920, 1080)),
        (knobs.Floats("k", "", ""), 2, (2.0, 2.0)),
        (knobs.Floats("k", "", ""), "2, 0.5", (2.0, 0.5)),
        (knobs.Colour("k", "", ""), [1, 2, 3, 4], (1.0, 2.0, 3.0, 4.0)),
    ],
)
def test_values_and_text_become_the_knobs_type(knob, given, value):
    """A value from a script, a window or a command line is converted."""
    checked = knob.check(given)
    assert checked == value and type(checked) is type(value)


@pytest.mark.parametrize(
    ("knob", "given", "allowed"),
    [
        (knobs.Bool("thatKnob", "", ""), "maybe", "true or false"),
        (knobs.Int("thatKnob", "", "", minimum=1), 0, "a whole number, at least 1"),
        (knobs.Int("thatKnob", "", "", minimum=1, maximum=9), "10", "from 1 to 9"),
        (knobs.Int("thatKnob", "", ""), 1.5, "a whole number"),
        (knobs.Int("thatKnob", "", "", minimum=0, zero="all"), "none", "a whole number, at least 0, or all"),
        (knobs.Int("thatKnob", "", ""), "nan", "a whole number"),
        (knobs.Int("thatKnob", "", ""), "inf", "a whole number"),
        (knobs.Int("thatKnob", "", ""), True, "a whole number"),
        (knobs.Int("thatKnob", "", ""), None, "a whole number"),
        (knobs.Float("thatKnob", "", "", maximum=1), 1.5, "a number, at most 1"),
        (knobs.Float("thatKnob", "", ""), "inf", "a number"),
        (knobs.Choice("thatKnob", "", "", default=256, options=(32, 256)), 77, "one of 32, 256"),
        (knobs.Text("thatKnob", "", ""), 3, "a text"),
        (knobs.File("thatKnob", "", ""), 3, "a path"),
        (knobs.File("thatKnob", "", ""), "plate\0.exr", "'plate␀.exr'; it must be a path"),
        (knobs.Folder("thatKnob", "", ""), "runs\0", "'runs␀'; it must be a path"),
        (knobs.File("thatKnob", "", ""), "gr\udcfcn.exr", "'gr?n.exr'; it must be a path in Unicode"),
        (knobs.Frames("thatKnob", "", ""), "one to nine", "a frame range such as"),
        (knobs.Channels("thatKnob", "", ""), 3, "channels such as"),
        (knobs.Ints("thatKnob", "", "", labels=("w", "h")), "1,2,3", "2 numbers"),
        (knobs.Floats("thatKnob", "", ""), "", "2 numbers"),
        (knobs.Floats("thatKnob", "", "", minimum=0), "1,-1", "at least 0"),
    ],
)
def test_impossible_values_are_refused_by_name(knob, given, allowed):
    """What a knob cannot be is refused in a sentence that names the knob and says what it can be."""
    with pytest.raises(PairCatError, match="'thatKnob'") as refused:
        knob.check(given)
    assert allowed in str(refused.value)


def test_condition_looks_at_another_knob():
    """A condition holds while the other knob has one of its values."""
    when = When("batchSizeType", ("Manual",))
    assert when.holds({"batchSizeType": "Manual"}.get)
    assert not when.holds({"batchSizeType": "Auto"}.get)
