"""Viewer: which picture the window looks at, and how."""

from __future__ import annotations

from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Choice, Float, Frames, Int, Text
from paircat.nodes.node import Input, Node, register

_LEAST, _MOST = 0.001, 100_000.0  # as the fields above the picture have it


@register
class Viewer(Node):
    """Shows one of its inputs; the keys 1 to 9 switch between them. Its look is that of the window's Viewer."""

    kind = "Viewer"
    category = "Image"
    colour = "#6a5a4a"
    inputs = tuple(Input(str(number), optional=True) for number in range(1, 10))
    output = False
    knobs = (
        Int("inputNumber", "Input", "The number of the input that is shown.", default=1, minimum=1, maximum=9),
        Text("layer", "Layer", "The layer that is shown, such as rgba or depth.", default="rgba", pixels=False),
        Choice(
            "channel",
            "Channel",
            "Colour, one channel or the brightness as grey, or the alpha in red over the colour.",
            default="RGB",
            options=("RGB", "R", "G", "B", "A", "Luma", "Matte"),
            pixels=False,
        ),
        Text("viewTransform", "View", "The transform from scene values to the screen.", default="auto", pixels=False),
        Float(
            "gain",
            "Gain",
            "Brightens the view alone.",
            default=1.0,
            minimum=_LEAST,
            maximum=_MOST,
            slider=(0.1, 10.0),
            pixels=False,
        ),
        Float(
            "gamma",
            "Gamma",
            "Bends the view alone.",
            default=1.0,
            minimum=_LEAST,
            maximum=_MOST,
            slider=(0.1, 10.0),
            pixels=False,
        ),
        Choice(
            "compare",
            "Compare",
            "A alone, A left and B right of a line, or their absolute difference.",
            default="A only",
            options=("A only", "Wipe", "Difference"),
            pixels=False,
        ),
        Text("sideB", "Side B", "The node that is compared with what is looked at.", pixels=False),
        Float(
            "wipe",
            "Wipe",
            "Where the line between A and B stands, in widths of the frame.",
            default=0.5,
            minimum=0.0,
            maximum=1.0,
            slider=(0.0, 1.0),
            pixels=False,
        ),
        Int("frame", "Frame", "The frame that is looked at; kept with the script.", default=1, pixels=False),
        Frames("inOut", "In and out", "The frames that are played, such as 20-60. Empty: all.", pixels=False),
    )

    def op(self, graph: Graph) -> Op:
        return graph.input(self, str(self.value("inputNumber")))
