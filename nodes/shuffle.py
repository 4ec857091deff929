"""Shuffle: which channels there are, and where they come from."""

from __future__ import annotations

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.picture.channel_ops import ShuffleOp, parse_mapping
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Channels, Text
from paircat.nodes.node import Input, Node, register


@register
class Shuffle(Node):
    """Keeps, swaps, copies, makes and removes channels."""

    kind = "Shuffle"
    category = "Channel"
    colour = "#8a6fa8"
    inputs = (Input("Input"),)
    knobs = (
        Channels(
            "keep",
            "Keep",
            "The input's channels that stay, such as rgb, or all. Empty: none.",
            default="all",
            empty="none",
        ),
        Text(
            "mapping",
            "Mapping",
            "What fills each other channel, as output=input: R=B, B=R swaps two, A=1 makes an opaque alpha, "
            "rgba.alpha=depth.Z copies one.",
            lines=3,
        ),
    )

    def op(self, graph: Graph) -> Op:
        try:
            mapping = parse_mapping(self.value("mapping"))
        except PairCatError as error:
            raise GraphError(f"{self.name}: {error}") from None
        return ShuffleOp(graph.input(self, "Input"), mapping, self.value("keep"))
