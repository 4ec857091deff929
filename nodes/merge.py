"""Merge: two pictures in one."""

from __future__ import annotations

from paircat.engine.picture.merge_ops import OPERATIONS, MergeOp
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Channels, Choice, Float
from paircat.nodes.node import Input, Node, register


@register
class Merge(Node):
    """Puts A on B; format and frames are those of B, and disabled it passes on B."""

    kind = "Merge"
    category = "Merge"
    colour = "#5a7fc2"
    inputs = (Input("B"), Input("A"))
    knobs = (
        Choice("operation", "Operation", "How a pixel of A and one of B make one.", default="over", options=OPERATIONS),
        Channels("channels", "Channels", "The channels to merge; all others are those of B.", default="rgba", of="A"),
        Float("mix", "Mix", "0 is B, 1 the full effect.", default=1.0, minimum=0.0, maximum=1.0),
    )

    def op(self, graph: Graph) -> Op:
        return MergeOp(
            b=graph.input(self, "B"),
            a=graph.input(self, "A"),
            operation=self.value("operation"),
            channels=self.value("channels"),
            mix=self.value("mix"),
        )
