"""Crop: a box of the picture."""

from __future__ import annotations

from paircat.engine.errors import GraphError
from paircat.engine.picture.op import Op
from paircat.engine.picture.transform_ops import CropOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Bool, Ints
from paircat.nodes.node import Input, Node, register


@register
class Crop(Node):
    """Cuts a box out of the picture, or cuts off what lies outside of the format."""

    kind = "Crop"
    category = "Transform"
    colour = "#a87878"
    inputs = (Input("Input"),)
    knobs = (
        Ints(
            "box",
            "Box",
            "Left and top edge, width and height in pixels, from the format's upper left. All 0: the whole format, "
            "which removes what hangs over it.",
            default=(0, 0, 0, 0),
            labels=("x", "y", "width", "height"),
        ),
        Bool("reformat", "Reformat", "The box becomes the format."),
        Bool(
            "blackOutside",
            "Black outside",
            "Black around the box; off, the pixels at its border fill the format.",
            default=True,
        ),
    )

    def op(self, graph: Graph) -> Op:
        x, y, width, height = self.value("box")
        if (x, y, width, height) != (0, 0, 0, 0) and (width < 1 or height < 1):
            raise GraphError(f"{self.name}: the box is {width} by {height} pixels; give it a width and a height.")
        source = graph.input(self, "Input")
        return CropOp(source, x, y, width, height, self.value("reformat"), self.value("blackOutside"))
