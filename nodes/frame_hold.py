"""FrameHold: one frame, standing still."""

from __future__ import annotations

from paircat.engine.picture.op import Op
from paircat.engine.picture.time_ops import FrameHoldOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Int
from paircat.nodes.node import Input, Node, register


@register
class FrameHold(Node):
    """Holds one frame, or every n-th one; several of them into an AppendClip pick the frames of a data set."""

    kind = "FrameHold"
    category = "Time"
    colour = "#b39b6d"
    inputs = (Input("Input"),)
    knobs = (
        Int("firstFrame", "First frame", "The frame that is held.", default=0),
        Int("increment", "Increment", "0 holds the first frame for good; n shows every n-th frame from it.", minimum=0),
    )

    def op(self, graph: Graph) -> Op:
        return FrameHoldOp(graph.input(self, "Input"), self.value("firstFrame"), self.value("increment"))
