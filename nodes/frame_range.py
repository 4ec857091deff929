"""FrameRange: which frames a clip has."""

from __future__ import annotations

from paircat.engine.picture import frames
from paircat.engine.picture.op import Op
from paircat.engine.picture.time_ops import FrameRangeOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Frames
from paircat.nodes.node import Input, Node, register


@register
class FrameRange(Node):
    """Says which frames a clip has; the frames themselves do not change."""

    kind = "FrameRange"
    category = "Time"
    colour = "#b39b6d"
    inputs = (Input("Input"),)
    knobs = (Frames("frames", "Frames", "The frames, such as 1-40, 1,5,9 or 1-99x10. Empty: those of the input."),)

    def op(self, graph: Graph) -> Op:
        source = graph.input(self, "Input")
        chosen = frames.FrameRange.parse(self.value("frames"))
        return FrameRangeOp(source, chosen) if len(chosen) else source
