"""Dot: a bend in a connection."""

from __future__ import annotations

from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.node import Input, Node, register


@register
class Dot(Node):
    """Bends or splits a connection; the picture goes through unchanged."""

    kind = "Dot"
    category = "Other"
    inputs = (Input("Input"),)

    def op(self, graph: Graph) -> Op:
        return graph.input(self, "Input")
