"""HighPass: a node of one's own, in one file. It shows what a Blur takes away, which is the fine detail.

To try it: PAIRCAT_PATH=examples/plugin paircat
A copy of this folder, changed to taste, works the same from anywhere.
"""

from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Choice, Float
from paircat.nodes.node import Input, Node, register

OPERATIONS = {"detail": "minus", "difference": "difference"}


@register
class HighPass(Node):
    """Keeps the fine detail of a picture and takes away everything that is soft."""

    kind = "HighPass"
    category = "Filter"
    colour = "#c2814d"
    inputs = (Input("Input"),)
    knobs = (
        Float(
            "size", "Size", "Detail finer than this many pixels stays.", default=4.0, minimum=0.0, slider=(0.0, 50.0)
        ),
        Choice(
            "show", "Show", "The detail with its sign, or how large it is.", default="detail", options=tuple(OPERATIONS)
        ),
    )

    def op(self, graph: Graph) -> Op:
        """What the node means: an Op made of others. No pixel is touched here."""
        source = graph.input(self, "Input")
        size = self.value("size")
        soft = BlurOp(source, sigma_x=size, sigma_y=size, channels="rgb")
        return MergeOp(b=soft, a=source, operation=OPERATIONS[self.value("show")], channels="rgb")
