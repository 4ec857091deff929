"""CopycatReading: what a CopyCat of the canvas would be trained with now. Each question reads the canvas anew."""

from __future__ import annotations

from collections.abc import Callable

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.job import Job
from paircat.engine.settings import TrainingSettings
from paircat.nodes.copycat import CopyCat
from paircat.nodes.graph import Graph
from paircat.ui.canvas import Canvas


class CopycatReading:
    """All of it raises PairCatError where the canvas is set to something impossible."""

    def __init__(self, canvas: Canvas, name: Callable[[], str]) -> None:
        self._canvas, self._name = canvas, name

    def node(self) -> tuple[CopyCat, Graph]:
        """The node, and what it is connected to."""
        script = self._canvas.script()
        node = script.node(self._name())
        assert isinstance(node, CopyCat)
        return node, script.graph()

    def job(self) -> Job:
        """The training of its pairs, in a run without a name yet."""
        node, graph = self.node()
        return node.job(graph)

    def job_if_any(self) -> Job | None:
        """The same, and None where nothing is connected that could be trained."""
        try:
            return self.job()
        except PairCatError:
            return None

    def settings(self) -> TrainingSettings:
        node, graph = self.node()
        return node.settings(graph)

    def settings_and_frames(self) -> tuple[TrainingSettings, FrameRange]:
        """What a run may be asked to go on with."""
        node, graph = self.node()
        return node.settings(graph), FrameRange.parse(node.value("frames"))
