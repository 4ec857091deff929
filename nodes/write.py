"""Write: pictures into files."""

from __future__ import annotations

import contextlib

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.picture import movies
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.write import WriteSettings
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Channels, Choice, ColourSpace, File, Float, Frames, Int, Text
from paircat.nodes.node import Input, Node, register

_STATED_RATE = "FramesPerSecond"
"""The attribute of a file that says how fast it plays."""


@register
class Write(Node):
    """Writes its input as an image sequence or a movie when it is rendered; the picture goes on unchanged."""

    kind = "Write"
    category = "Image"
    colour = "#b8a24c"
    inputs = (Input("Input"),)
    knobs = (
        File(
            "file",
            "File",
            "Where to write, such as out.####.exr or out.mov; the suffix decides the file type.",
            save=True,
        ),
        Frames("frames", "Frames", "The frames to render, such as 1-40 or 1,5,9. Empty: all that the input has."),
        Channels(
            "channels",
            "Channels",
            "The channels to write, such as rgb or rgba, depth.Z. Empty: all that the file can hold.",
            empty="all",
            pixels=False,
        ),
        Choice(
            "dataType",
            "Data type",
            "How each value is stored. auto keeps what the input's files had, as far as the file type can.",
            default="auto",
            options=("auto", "uint8", "uint10", "uint12", "uint16", "half", "float", "uint"),
            pixels=False,
        ),
        Text(
            "compression",
            "Compression",
            "The file type's own name for it, such as zip, piz or dwaa for EXR. auto keeps the input's, where it fits.",
            default="auto",
            pixels=False,
        ),
        Int(
            "quality",
            "Quality",
            "1 to 100 for JPEG; for dwaa and dwab how much may be lost. auto: the file type's default.",
            minimum=0,
            zero="auto",
            pixels=False,
        ),
        ColourSpace(
            "colorspace",
            "Colour space",
            "Convert the colours from scene_linear to this one, by its name in the configuration of $OCIO. Empty: "
            "image files get the values as they are; in a movie linear pictures go through the sRGB curve, others "
            "as they are.",
            empty="as it is",
            pixels=False,
        ),
        Float(
            "fps",
            "Frame rate",
            "Frames a second of a movie. auto: the input's own, or else the project's.",
            minimum=0.0,
            zero="auto",
            slider=(0.0, 60.0),
            pixels=False,
        ),
    )

    def op(self, graph: Graph) -> Op:
        """The input as it is: writing happens when the node is rendered, and changes nothing behind it."""
        return graph.input(self, "Input")

    def write_settings(self, graph: Graph) -> WriteSettings:
        """What to write where. For a movie without a rate of its own the input is asked for one.

        Raises:
            GraphError: there is no file to write to, or the node is disabled.
        """
        if self.disabled:
            raise GraphError(f"{self.name} is disabled, so it writes nothing; enable it to render.")
        file = self.value("file")
        if not file:
            raise GraphError(f"{self.name} has no file; say where to write, for example out.####.exr.")
        return WriteSettings(
            file=graph.path(self, file),
            data_type=self.value("dataType"),
            compression=self.value("compression"),
            quality=self.value("quality") or None,
            colorspace=self.value("colorspace"),
            channels=self.value("channels"),
            fps=self.value("fps") or (self._rate(graph) if movies.is_movie(file) else None),
        )

    def _rate(self, graph: Graph) -> float | None:
        """The project's rate, where the input's first frame states none; else None, by which the writer takes that."""
        with contextlib.suppress(PairCatError):  # what is wrong with the input is said when it is read
            frames = self.frames(graph)
            if frames and graph.input(self, "Input").header(frames.first).metadata.get(_STATED_RATE):
                return None
        return graph.fps

    def frames(self, graph: Graph) -> FrameRange:
        """The frames to render: those of the knob, or all that the input has."""
        return FrameRange.parse(self.value("frames")) or graph.input(self, "Input").frame_range()
