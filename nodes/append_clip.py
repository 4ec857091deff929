"""AppendClip: clips one after the other."""

from __future__ import annotations

from paircat.engine.errors import GraphError
from paircat.engine.picture.op import Op
from paircat.engine.picture.time_ops import AppendClipOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Int
from paircat.nodes.node import Input, Node, register


@register
class AppendClip(Node):
    """Plays its inputs one after the other, in the order of their numbers, without gaps."""

    kind = "AppendClip"
    category = "Time"
    colour = "#b39b6d"
    inputs = (Input("1"), Input("2", optional=True))
    knobs = (Int("firstFrame", "First frame", "The number of the first clip's first frame.", default=1),)

    def slots(self) -> tuple[Input, ...]:
        """At least two, and always a free one after the last that is connected."""
        last = max((int(name) for name in self.connections if name.isdecimal()), default=0)
        return tuple(Input(str(number), optional=number > 1) for number in range(1, max(2, last + 1) + 1))

    def op(self, graph: Graph) -> Op:
        """The connected clips; numbers that are left out are passed over."""
        found = (graph.optional_input(self, slot.name) for slot in self.slots())
        clips = tuple(clip for clip in found if clip is not None)
        if not clips:
            raise GraphError(f"No input of {self.name} is connected; connect at least one clip.")
        return AppendClipOp(clips, self.value("firstFrame"))
