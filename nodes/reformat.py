"""Reformat: a picture in another size."""

from __future__ import annotations

from paircat.engine.picture.op import Op
from paircat.engine.picture.transform_ops import FILTERS, RESIZES, ReformatOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Bool, Choice, Float, Floats, Ints, When
from paircat.nodes.node import Input, Node, register

_SIZE = (When("type", ("size",)),)


@register
class Reformat(Node):
    """Scales the picture to another format."""

    kind = "Reformat"
    category = "Transform"
    colour = "#a87878"
    inputs = (Input("Input"),)
    knobs = (
        Choice(
            "type",
            "Type",
            "A size in pixels, or a factor on the size that is there.",
            default="size",
            options=("size", "scale"),
        ),
        Ints(
            "size",
            "Size",
            "Width and height of the new format in pixels.",
            default=(1920, 1080),
            labels=("width", "height"),
            minimum=1,
            visible_when=_SIZE,
        ),
        Floats(
            "scale",
            "Scale",
            "The factor on width and height.",
            default=(1.0, 1.0),
            labels=("x", "y"),
            minimum=1e-4,
            slider=(0.1, 4.0),
            visible_when=(When("type", ("scale",)),),
        ),
        Float(
            "pixelAspect",
            "Pixel aspect",
            "Width of a pixel over its height in the new format. keep: as it is.",
            minimum=0.0,
            slider=(0.0, 2.0),
            zero="keep",
        ),
        Choice(
            "resize",
            "Resize",
            "Which edge decides: the width, the height, the one that lets all be seen (fit), the one that leaves no "
            "border (fill), each for itself (distort), or none.",
            default="width",
            options=RESIZES,
            enabled_when=_SIZE,
        ),
        Bool("center", "Centre", "In the middle of the format; off, at its upper left.", default=True),
        Choice(
            "filter",
            "Filter",
            "How new pixels are made: Impulse takes the nearest one, Lanczos is the sharpest.",
            default="Cubic",
            options=tuple(FILTERS),
        ),
        Bool("preserveBoundingBox", "Preserve bounding box", "Keep the pixels outside of the new format."),
    )

    def op(self, graph: Graph) -> Op:
        by_size = self.value("type") == "size"
        width, height = self.value("size") if by_size else (0, 0)
        scale_x, scale_y = (1.0, 1.0) if by_size else self.value("scale")
        return ReformatOp(
            source=graph.input(self, "Input"),
            width=width,
            height=height,
            scale_x=scale_x,
            scale_y=scale_y,
            pixel_aspect=self.value("pixelAspect"),
            resize=self.value("resize"),
            center=self.value("center"),
            filter=self.value("filter"),
            crop=not self.value("preserveBoundingBox"),
        )
