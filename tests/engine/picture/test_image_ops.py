"""What all Ops on images promise, tried on each of them."""

import dataclasses
import json

import numpy as np
import pytest

from paircat.engine.picture.channel_ops import ShuffleOp
from paircat.engine.picture.color_ops import GradeOp
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.merge_ops import OPERATIONS, MergeOp
from paircat.engine.picture.op import from_json, to_json
from paircat.engine.picture.time_ops import AppendClipOp, FrameHoldOp, FrameRangeOp, TimeOffsetOp
from paircat.engine.picture.transform_ops import CropOp, ReformatOp

INSIDE = (5, 3, 20, 15)  # a data window inside of the format, as of a rendered element
OVERSCAN = (-4, -2, 40, 30)
FULL = (0, 0, 32, 24)

HALF = (0.5, 0.5, 0.5, 0.5)
# the Op without its source, and a change that must change its frames
RECIPES = {
    "hold": (lambda source: FrameHoldOp(source, 3), {"first": 4}),
    "hold-every-second": (lambda source: FrameHoldOp(source, 1, 2), {"first": 2}),
    "range": (lambda source: FrameRangeOp(source, FrameRange.parse("2-4")), None),
    "offset": (lambda source: TimeOffsetOp(source, -1), {"offset": 1}),
    "append": (lambda source: AppendClipOp((source, FrameHoldOp(source, 9)), 0), {"first": 1}),
    "shuffle": (lambda source: ShuffleOp(source, (("R", "B"), ("mask", "A"), ("Z", "1"))), {"keep": "rgb"}),
    "crop": (lambda source: CropOp(source, 4, 2, 10, 12), {"reformat": True}),
    "crop-reformat": (lambda source: CropOp(source, -6, 2, 30, 12, reformat=True), {"x": 1}),
    "crop-fill": (lambda source: CropOp(source, 4, 2, 10, 12, black_outside=False), {"black_outside": True}),
    "crop-nothing-left": (lambda source: CropOp(source, 100, 100, 4, 4), {"width": 5}),
    "reformat": (lambda source: ReformatOp(source, 50, 20, resize="fit", pixel_aspect=1.0), {"resize": "fill"}),
    "reformat-fill": (lambda source: ReformatOp(source, 17, 31, resize="fill", crop=False), {"filter": "Lanczos"}),
    "reformat-none": (lambda source: ReformatOp(source, 17, 31, resize="none"), {"center": False}),
    "reformat-scale": (lambda source: ReformatOp(source, scale_x=0.4, scale_y=2.2), {"scale_x": 0.5}),
    "blur": (lambda source: BlurOp(source, 1.5, 0.5), {"sigma_x": 1.6}),
    "blur-alpha": (lambda source: BlurOp(source, 0.0, 2.0, "alpha", 0.5), {"mix": 0.6}),
    "grade": (lambda source: GradeOp(source, gain=HALF, gamma=(2.0, 2.0, 2.0, 2.0)), {"mix": 0.5}),
    "merge": (lambda source: MergeOp(source, TimeOffsetOp(source, 1)), {"operation": "under"}),
}


@pytest.mark.parametrize("data", [FULL, INSIDE, OVERSCAN], ids=["full", "inside", "overscan"])
@pytest.mark.parametrize("name", RECIPES)
def test_header_is_that_of_the_picture(name, data, clip):
    """The header that is known before the pixels is the one that comes with them."""
    op = RECIPES[name][0](clip(data))
    assert op.render(3).header == op.header(3)


@pytest.mark.parametrize("name", RECIPES)
def test_source_is_never_written_into(name, clip):
    """Pictures are shared, so an Op makes new pixels or hands on the old ones, but changes none."""
    source = clip(OVERSCAN)
    images = {}

    def render(op, frame):
        if (op, frame) not in images:
            images[op, frame] = op.compute(frame, render)
            images[op, frame].pixels.flags.writeable = False
        return images[op, frame]

    image = render(RECIPES[name][0](source), 3)  # writing into a picture that is read-only raises
    assert any(op == source for op, _ in images)
    assert image.pixels.dtype == np.float32 and image.pixels.flags.c_contiguous


@pytest.mark.parametrize("name", [name for name, (_, change) in RECIPES.items() if change])
def test_key_follows_every_change(name, clip):
    """An Op with a changed field or a changed source has another key, an equal one has the same."""
    make, change = RECIPES[name]
    op = make(clip(FULL))
    assert make(clip(FULL)).frame_key(3) == op.frame_key(3)
    assert dataclasses.replace(op, **change).frame_key(3) != op.frame_key(3)
    assert make(clip(FULL, seed=1)).frame_key(3) != op.frame_key(3)


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_survives_json(name, clip):
    """A recipe that went through a job file is equal to what it was."""
    op = RECIPES[name][0](clip(FULL))
    assert from_json(json.loads(json.dumps(to_json(op)))) == (op,)


@pytest.mark.parametrize(
    "make",
    [
        lambda source: BlurOp(source, 3.0, 7.0),
        lambda source: ReformatOp(source, 45, 13, resize="fill"),
        lambda source: ReformatOp(source, 45, 13, resize="distort", filter="Lanczos"),
        lambda source: ReformatOp(source, scale_x=0.3, scale_y=0.3, filter="Box"),
        lambda source: CropOp(source, 3, 3, 8, 8, black_outside=False),
        *(lambda source, name=name: MergeOp(source, source, name) for name in ("min", "max", "average", "copy")),
    ],
)
@pytest.mark.parametrize("level", [-2.5, 0.18, 40000.0])
def test_constant_picture_stays_constant(make, level, clip):
    """A picture of one value has it everywhere afterwards, borders included, whatever the value."""
    pixels = make(clip(FULL, level=level)).render(1).pixels
    np.testing.assert_allclose(pixels, level, rtol=2e-6)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_mix_of_zero_is_b(operation, clip):
    """At a mix of 0 every merge leaves B as it is."""
    b, a = clip(FULL), clip(FULL, seed=1)
    assert np.array_equal(MergeOp(b, a, operation, mix=0.0).render(1).pixels, b.render(1).pixels)
