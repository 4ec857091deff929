"""Tests of ui/viewer_captions.py."""

from __future__ import annotations

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.display import LUMA, Look
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.nodes.script import Script
from paircat.ui.frame_renderer import DIFFERENCE, WIPE, Answer, Request, Side
from paircat.ui.viewer_captions import captions

ONE = Box(0, 0, 1, 1)


def side(name: str, *names: str, remark: str = "") -> Side:
    return Side(name, image=Image(Header(names, ONE, ONE), np.zeros((1, 1, len(names)), np.float32)), remark=remark)


def answer(a: Side, b: Side | None = None, compare: str = "", **look: str) -> Answer:
    request = Request(Script(), a.name, 12, Look(**look), b.name if b else "", compare)
    return Answer(request, a, b, None, None, "", FrameRange(()))


def test_node_frame_and_what_the_node_says() -> None:
    """And the channel, where it is only one."""
    learnt = side("CopyCat1", "R", "G", "B", remark="first, step 1,000")
    assert captions(answer(learnt)) == ("CopyCat1   12   first, step 1,000", "")
    assert captions(answer(learnt, key=LUMA))[0].endswith("1,000   luma")


def test_both_sides_are_named() -> None:
    """Left and right of the line, or as a difference."""
    a, b = side("Read1", "R", "G", "B"), side("Blur1", "R", "G", "B")
    assert captions(answer(a, b, WIPE)) == ("Read1   12", "Blur1   12")
    assert captions(answer(a, b, DIFFERENCE, key="R")) == ("|Read1 - Blur1|   12   R", "")


def test_a_picture_without_colour_says_which_layer_shows() -> None:
    """The menu says rgba, of which there is none."""
    assert captions(answer(side("Read1", "depth.Z")))[0] == "Read1   12   depth"
    assert captions(answer(side("Read1", "depth.Z", "A"), layer="depth"))[0] == "Read1   12"
