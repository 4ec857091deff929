"""Read: pictures from files."""

from __future__ import annotations

from paircat.engine.errors import GraphError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import MISSING, ReadOp
from paircat.engine.picture.time_ops import FrameRangeOp
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Choice, ColourSpace, File, Frames
from paircat.nodes.node import Node, register


@register
class Read(Node):
    """Reads an image sequence, a movie or a single picture."""

    kind = "Read"
    category = "Image"
    colour = "#a8a8a8"
    knobs = (
        File(
            "file",
            "File",
            "The sequence, such as shot.####.exr, shot.%04d.exr or shot.[1001-1040].exr; or a movie, a single picture, "
            "or a folder that holds one sequence.",
        ),
        Frames("frames", "Frames", "The frames to use, such as 1001-1040. Empty: all that are there."),
        Choice(
            "missing",
            "Missing frames",
            "What to show for a frame without a file: an error, the nearest frame before it, or black.",
            default="error",
            options=MISSING,
        ),
        ColourSpace(
            "colorspace",
            "Colour space",
            "The colour space of the file, such as srgb_texture or ACEScg, to be converted to scene_linear. Empty: the "
            "values as they are.",
            empty="as it is",
        ),
    )

    def op(self, graph: Graph) -> Op:
        file = self.value("file")
        if not file:
            raise GraphError(f"{self.name} has no file; choose a sequence, a movie or a picture.")
        path, policy, encoding = graph.path(self, file), self.value("missing"), self.value("colorspace")
        frames = FrameRange.parse(self.value("frames"))
        if not frames:
            return ReadOp(path, None, None, policy, encoding)
        source = ReadOp(path, frames.first, frames.last, policy, encoding)
        gaps = len(frames) < frames.last - frames.first + 1
        return FrameRangeOp(source, frames) if gaps else source
