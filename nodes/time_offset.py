"""TimeOffset: a clip, earlier or later."""

from __future__ import annotations

from paircat.engine.picture.op import Op
from paircat.engine.picture.time_ops import TimeOffsetOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Int
from paircat.nodes.node import Input, Node, register


@register
class TimeOffset(Node):
    """Moves a clip in time."""

    kind = "TimeOffset"
    category = "Time"
    colour = "#b39b6d"
    inputs = (Input("Input"),)
    knobs = (Int("offset", "Offset", "By how many frames: 10 shows frame 1 at frame 11, -10 earlier."),)

    def op(self, graph: Graph) -> Op:
        return TimeOffsetOp(graph.input(self, "Input"), self.value("offset"))
