"""Blur: a Gaussian blur."""

from __future__ import annotations

from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Channels, Float, Floats
from paircat.nodes.node import Input, Node, register


@register
class Blur(Node):
    """Blurs the picture."""

    kind = "Blur"
    category = "Filter"
    colour = "#c2814f"
    inputs = (Input("Input"),)
    knobs = (
        Channels("channels", "Channels", "The channels to blur, such as rgb or alpha.", default="all"),
        Floats(
            "size",
            "Size",
            "Standard deviation of the Gaussian in pixels, across and down.",
            default=(0.0, 0.0),
            minimum=0.0,
            slider=(0.0, 50.0),
        ),
        Float("mix", "Mix", "0 is the input, 1 the full effect.", default=1.0, minimum=0.0, maximum=1.0),
    )

    def op(self, graph: Graph) -> Op:
        sigma_x, sigma_y = self.value("size")
        return BlurOp(graph.input(self, "Input"), sigma_x, sigma_y, self.value("channels"), self.value("mix"))
