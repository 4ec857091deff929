"""Menus of Channels knobs: what the pictures at the inputs have."""

import doctest

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.ui import channel_menus
from paircat.ui.knob_widgets import SuggestWidget
from paircat.ui.node_panel import NodePanel


def write(path, names):
    spec = oiio.ImageSpec(16, 16, len(names), oiio.HALF)
    spec.channelnames = names
    output = oiio.ImageOutput.create(str(path))
    output.open(str(path), spec)
    output.write_image(np.zeros((16, 16, len(names)), np.float32))
    output.close()


def offered(panel, knob):
    widget = next(form.widget(knob) for form in panel.forms if knob in form._rows)
    return [widget.box.itemText(place) for place in range(widget.box.count())]


@pytest.fixture
def pair(canvas, tmp_path):
    """A CopyCat between a plate with depth and a roto, and a Write behind the plate."""
    write(tmp_path / "plate.1.exr", ["R", "G", "B", "A", "depth.Z"])
    write(tmp_path / "roto.1.exr", ["A"])
    canvas.path = tmp_path / "shot.pcat"
    for name, file in (("Plate", "plate.#.exr"), ("Roto", "roto.#.exr")):
        canvas.add_node("Read", name, values={"file": file}, connect_selected=False)
    canvas.add_node("CopyCat", "CopyCat1", connect_selected=False)
    canvas.connect("Plate", "CopyCat1", "Input")
    canvas.connect("Roto", "CopyCat1", "GroundTruth")
    canvas.add_node("Write", "Write1", connect_selected=False)
    return canvas


def test_each_knob_offers_the_layers_of_its_own_input(pair, qtbot):
    """Channels In those of the plate, Channels Out those of the ground truth."""
    panel = NodePanel(pair, "CopyCat1")
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: offered(panel, "channelsIn") == ["rgb", "rgba", "alpha", "depth", "all"])
    qtbot.waitUntil(lambda: offered(panel, "channelsOut") == ["alpha", "all"])


def test_they_follow_the_connection(pair, qtbot):
    """Unconnected, usual ones are offered; an empty knob says what it stands for."""
    panel = NodePanel(pair, "Write1")
    qtbot.addWidget(panel)
    assert offered(panel, "channels") == list(SuggestWidget.USUAL)
    edit = panel.forms[0].widget("channels").edit
    assert edit.text() == "" and edit.placeholderText() == "all"
    pair.connect("Plate", "Write1", "Input")
    qtbot.waitUntil(lambda: "depth" in offered(panel, "channels"))
    assert edit.text() == ""


def test_the_examples_are_true():
    assert doctest.testmod(channel_menus).failed == 0
