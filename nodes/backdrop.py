"""Backdrop: a coloured area behind nodes that belong together."""

from __future__ import annotations

from paircat.nodes.knobs import Colour, Ints
from paircat.nodes.node import Node, register


@register
class Backdrop(Node):
    """Frames nodes that belong together; its label says what they do."""

    kind = "Backdrop"
    category = "Other"
    colour = "#4a4a4a"
    output = False
    on_canvas_only = True
    knobs = (
        Ints(
            "size",
            "Size",
            "Width and height on the canvas.",
            default=(400, 300),
            labels=("width", "height"),
            minimum=1,
            pixels=False,
        ),
        Colour("tileColour", "Colour", "The colour of the area.", default=(0.29, 0.29, 0.29, 1.0), pixels=False),
    )
