"""PairsEstimate: what a training of a CopyCat's pairs would come to, kept up to date once it is wanted."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QObject, Signal

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.job import Job
from paircat.engine.training_estimate import TrainingEstimate
from paircat.nodes.copycat import CopyCat
from paircat.nodes.graph import Graph
from paircat.ui.estimate_process import EstimateProcess
from paircat.ui.pairs_watch import PairsWatch


class PairsEstimate(QObject):
    """Asks anew when the pairs or the settings are others, and when frames come or go.

    It costs a process with PyTorch, so nothing is asked before it is wanted.

    Attributes:
        wanted: somebody wants to know.

    Signals:
        found(estimate): the newest answer.
        outdated: files have changed; whoever knows the node is to follow it again.
    """

    found = Signal(TrainingEstimate)
    outdated = Signal()

    def __init__(self, estimate_process: EstimateProcess, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted = False
        self._estimate_process = estimate_process
        self._asked: object = None
        self._pairs = PairsWatch(self)
        self._pairs.changed.connect(self._files_changed)

    def close(self) -> None:
        self.wanted = False
        self._pairs.follow(None)

    def follow(self, node: CopyCat, graph: Graph) -> None:
        """Ask, if it is wanted and this would be another question than the last."""
        if not self.wanted:
            return
        job: Job | None = None
        problem = ""
        try:
            before, after = graph.input(node, "Input"), graph.input(node, "GroundTruth")
            frames, settings = FrameRange.parse(node.value("frames")), node.settings(graph)
            job = Job(before, after, None, frames, settings, data_directory="", run=node.name)
        except PairCatError as error:
            problem = str(error)
        if (job, problem) != self._asked:
            self._asked = job, problem
            self._pairs.follow(job)
            self._estimate_process.ask(node.name, job, lambda found: self._take(found, problem))

    def _files_changed(self) -> None:
        """Frames were painted, or are gone."""
        self._asked = None
        self.outdated.emit()

    def _take(self, found: TrainingEstimate, problem: str) -> None:
        if self.wanted:  # otherwise the node was deleted while the process worked it out
            self.found.emit(dataclasses.replace(found, problem=found.problem or problem))
