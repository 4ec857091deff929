"""Grade: points, lift, gain, gamma."""

from __future__ import annotations

from paircat.engine.picture.color_ops import GradeOp
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Bool, Channels, Colour, Float
from paircat.nodes.node import Input, Node, register

_BLACK, _WHITE = (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0)


@register
class Grade(Node):
    """Corrects brightness, contrast and colour; nothing is clamped unless asked for."""

    kind = "Grade"
    category = "Color"
    colour = "#7aa9c2"
    inputs = (Input("Input"),)
    knobs = (
        Channels("channels", "Channels", "The channels to grade.", default="rgb"),
        Colour("blackpoint", "Blackpoint", "The value that becomes lift.", default=_BLACK, slider=(-1.0, 1.0)),
        Colour("whitepoint", "Whitepoint", "The value that becomes gain.", default=_WHITE, slider=(0.0, 4.0)),
        Colour("black", "Lift", "What the blackpoint becomes.", default=_BLACK, slider=(-1.0, 1.0)),
        Colour("white", "Gain", "What the whitepoint becomes.", default=_WHITE, slider=(0.0, 4.0)),
        Colour("multiply", "Multiply", "A factor on all values.", default=_WHITE, slider=(0.0, 4.0)),
        Colour("add", "Offset", "Added to all values.", default=_BLACK, slider=(-1.0, 1.0)),
        Colour(
            "gamma",
            "Gamma",
            "Bends the middle; values below 0 stay, those above 1 go straight on.",
            default=_WHITE,
            minimum=0.001,
            slider=(0.2, 5.0),
        ),
        Bool("blackClamp", "Black clamp", "Nothing below 0."),
        Bool("whiteClamp", "White clamp", "Nothing above 1."),
        Float("mix", "Mix", "0 is the input, 1 the full effect.", default=1.0, minimum=0.0, maximum=1.0),
    )

    def op(self, graph: Graph) -> Op:
        return GradeOp(
            source=graph.input(self, "Input"),
            blackpoint=self.value("blackpoint"),
            whitepoint=self.value("whitepoint"),
            lift=self.value("black"),
            gain=self.value("white"),
            multiply=self.value("multiply"),
            offset=self.value("add"),
            gamma=self.value("gamma"),
            black_clamp=self.value("blackClamp"),
            white_clamp=self.value("whiteClamp"),
            channels=self.value("channels"),
            mix=self.value("mix"),
        )
