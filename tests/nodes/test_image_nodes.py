"""The nodes that are one Op on pictures: what their knobs mean."""

import pytest

from paircat.engine.errors import GraphError
from paircat.engine.picture.channel_ops import ShuffleOp
from paircat.engine.picture.color_ops import GradeOp
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.time_ops import AppendClipOp, FrameHoldOp, FrameRangeOp, TimeOffsetOp
from paircat.engine.picture.transform_ops import CropOp, ReformatOp

ONES = (1.0, 1.0, 1.0, 1.0)

# kind, knobs -> the Op around a source
MEANINGS = [
    ("FrameHold", {"firstFrame": 5}, lambda source: FrameHoldOp(source, 5)),
    ("FrameHold", {"firstFrame": 5, "increment": 2}, lambda source: FrameHoldOp(source, 5, 2)),
    ("FrameRange", {"frames": "1,5"}, lambda source: FrameRangeOp(source, FrameRange.parse("1,5"))),
    ("FrameRange", {}, lambda source: source),
    ("TimeOffset", {"offset": -3}, lambda source: TimeOffsetOp(source, -3)),
    ("Shuffle", {"mapping": "R=B\nB=R", "keep": "rgb"}, lambda s: ShuffleOp(s, (("R", "B"), ("B", "R")), "rgb")),
    ("Crop", {"box": "1,2,30,20", "reformat": True}, lambda source: CropOp(source, 1, 2, 30, 20, reformat=True)),
    ("Crop", {"blackOutside": False}, lambda source: CropOp(source, black_outside=False)),
    ("Reformat", {}, lambda source: ReformatOp(source, 1920, 1080)),
    (
        "Reformat",
        {"size": "64 48", "resize": "fit", "center": False, "filter": "Lanczos", "pixelAspect": 2},
        lambda s: ReformatOp(s, 64, 48, pixel_aspect=2.0, resize="fit", center=False, filter="Lanczos"),
    ),
    (
        "Reformat",
        {"type": "scale", "scale": 0.5, "size": "64 48", "preserveBoundingBox": True},
        lambda source: ReformatOp(source, scale_x=0.5, scale_y=0.5, crop=False),
    ),
    ("Blur", {"size": "2 3", "channels": "alpha", "mix": 0.5}, lambda source: BlurOp(source, 2.0, 3.0, "alpha", 0.5)),
    (
        "Grade",
        {"blackpoint": 0.1, "whitepoint": 2, "black": 0.2, "white": 3, "multiply": 4, "add": 5, "gamma": 6},
        lambda source: GradeOp(source, *(tuple(value * one for one in ONES) for value in (0.1, 2, 0.2, 3, 4, 5, 6))),
    ),
    (
        "Grade",
        {"blackClamp": True, "whiteClamp": True, "channels": "all", "mix": 0.5},
        lambda source: GradeOp(source, black_clamp=True, white_clamp=True, channels="all", mix=0.5),
    ),
    ("Dot", {}, lambda source: source),
]


@pytest.mark.parametrize(("kind", "knobs", "meaning"), MEANINGS)
def test_knobs_become_the_op(kind, knobs, meaning, script):
    """A node is the Op that its knobs describe, around the Op of its input."""
    node = script.add(kind, "Node1")
    for knob, value in knobs.items():
        node.set(knob, value)
    with pytest.raises(GraphError, match="The Input input of Node1 is not connected"):
        script.op("Node1")
    script.connect("Read1", "Node1")
    assert script.op("Node1") == meaning(script.op("Read1"))


def test_merge_puts_a_on_b(script):
    """The inputs are told apart by name, and a disabled Merge is B."""
    node = script.add("Merge")
    node.set("operation", "plus")
    node.set("mix", 0.25)
    script.connect("Read1", "Merge1", "A")
    script.connect("Read2", "Merge1", "B")
    a, b = script.op("Read1"), script.op("Read2")
    assert script.op("Merge1") == MergeOp(b=b, a=a, operation="plus", mix=0.25)
    node.disabled = True
    assert script.op("Merge1") == b


def test_append_clip_offers_one_more_input_than_it_has(script):
    """There is always a free input, and numbers that are left out are passed over."""
    node = script.add("AppendClip")
    assert [slot.name for slot in node.slots()] == ["1", "2"]
    with pytest.raises(GraphError, match="No input of AppendClip1 is connected"):
        script.op("AppendClip1")
    script.connect("Read2", "AppendClip1", "2")
    script.connect("Read1", "AppendClip1", "3")
    assert [slot.name for slot in node.slots()] == ["1", "2", "3", "4"]
    assert script.op("AppendClip1") == AppendClipOp((script.op("Read2"), script.op("Read1")), 1)


def test_held_frames_make_a_data_set(script):
    """Three FrameHolds into an AppendClip are a clip of just those frames."""
    script.add("AppendClip")
    for number, frame in enumerate((2, 7, 4), 1):
        script.add("FrameHold", f"Hold{number}").set("firstFrame", frame)
        script.connect("Read1", f"Hold{number}")
        script.connect(f"Hold{number}", "AppendClip1", str(number))
    op = script.op("AppendClip1")
    assert [op.render(frame).pixels[0, 0, 0] for frame in op.frame_range()] == [2, 7, 4]


def test_viewer_shows_the_chosen_input(script):
    """The number says which input is seen; one that is empty is named."""
    script.add("Viewer")
    script.connect("Read1", "Viewer1", "1")
    script.connect("Read2", "Viewer1", "2")
    assert script.op("Viewer1") == script.op("Read1")
    script.node("Viewer1").set("inputNumber", 2)
    assert script.op("Viewer1") == script.op("Read2")
    script.node("Viewer1").set("inputNumber", 3)
    with pytest.raises(GraphError, match="The 3 input of Viewer1 is not connected"):
        script.op("Viewer1")


def test_backdrop_has_no_picture(script):
    """A Backdrop belongs to the canvas alone."""
    script.add("Backdrop")
    with pytest.raises(GraphError, match="Backdrop1 makes no picture"):
        script.op("Backdrop1")


@pytest.mark.parametrize("box", ["0 0 10 0", "5 5 0 0", "0 0 -4 4"])
def test_crop_without_a_size_is_refused(box, script):
    """A box has a width and a height, or is all 0."""
    script.add("Crop").set("box", box)
    script.connect("Read1", "Crop1")
    with pytest.raises(GraphError, match="Crop1: the box is"):
        script.op("Crop1")


def test_mapping_that_cannot_be_read_names_the_node(script):
    """A Shuffle with half a mapping says which one it is."""
    script.add("Shuffle").set("mapping", "R")
    script.connect("Read1", "Shuffle1")
    with pytest.raises(GraphError, match="Shuffle1: 'R' says no channel"):
        script.op("Shuffle1")
