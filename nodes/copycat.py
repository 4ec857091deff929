"""CopyCat: learns from pairs what was done to a few frames."""

from __future__ import annotations

from typing import Any

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.path_kind import is_folder
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import read_ops
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.job import Job, read_sources
from paircat.engine.runs.run import Run, RunState
from paircat.engine.settings import TrainingSettings
from paircat.nodes.copycat_knobs import AUTO_CROP, CHANGEABLE, KNOBS
from paircat.nodes.graph import Graph
from paircat.nodes.node import Input, Node, register

SETTINGS = {
    "epochs": "epochs",
    "modelSize": "model_size",
    "initialWeights": "initial_weights",
    "channelsIn": "channels_in",
    "channelsOut": "channels_out",
    "target": "target",
    "learningRate": "learning_rate",
    "seed": "seed",
    "checkpointInterval": "checkpoint_interval",
    "imageInterval": "image_interval",
    "maxCheckpoints": "max_checkpoints",
    "multiResolution": "multi_resolution",
    "mixedPrecision": "mixed_precision",
    "flips": "flips",
    "quarterTurns": "quarter_turns",
    "nonFinite": "non_finite",
    "processes": "processes",
    "threads": "threads",
}
"""Knobs that are a setting as they stand: the knob's name -> the setting's."""

CHANGEABLE_SETTINGS = tuple({**SETTINGS, "batchSize": "batch_size", "device": "device"}[knob] for knob in CHANGEABLE)
"""Settings that may change in the middle of a run."""


@register
class CopyCat(Node):
    """Trains a network on pairs of frames before and after, so that Inference can do the same to other frames.

    What it hands on is its Input, unchanged: what it has learnt is applied by Preview and Inference. The Viewer shows
    what it has learnt so far.
    """

    kind = "CopyCat"
    category = "Learn"
    colour = "#6a9e5e"
    inputs = (
        Input("Input", "Input"),
        Input("GroundTruth", "GroundTruth"),
        Input("Preview", "Preview", optional=True),
    )
    knobs = KNOBS

    def op(self, graph: Graph) -> Op:
        return graph.input(self, "Input")

    def viewed(self, graph: Graph) -> tuple[Op, str]:
        """The newest checkpoint of the active run on what Preview leads to, or else Input; before there is one, that
        source as it is.
        """
        source = graph.optional_input(self, "Preview") or graph.input(self, "Input")
        try:
            run = self.active_run(graph)
        except PairCatError:  # no Data Directory, or one that is away: its panel says so
            run = None
        saved = run.checkpoints() if run is not None and run.state != RunState.FOUNDRY else []
        if run is None or not saved:
            return source, "nothing learnt yet"
        step, cat = saved[-1]
        return self.applied(source, str(cat)), f"{run.name}, step {step:,}"

    def applied(self, source: Op, cat: str) -> InferenceOp:
        """A network of this CopyCat on a picture, on the device that the CopyCat uses."""
        return InferenceOp(source, cat, device="auto" if self.value("useGPU") else "cpu")

    def active_run(self, graph: Graph) -> Run | None:
        """The run that the knob names, or the newest of those that learn what is connected, or the newest of all.

        None before the first.

        Raises:
            GraphError: the knob names a run that is not there, or there is no Data Directory.
            RunError: the Data Directory cannot be read.
        """
        folder, active = self.data_directory(graph), self.value("activeRun")
        runs = DataDirectory(folder).runs() if is_folder(folder) else []
        chosen = [run for run in runs if run.name == active] if active else runs
        if runs and not chosen:
            raise GraphError(f"The active run '{active}' of {self.name} is not in '{folder}'; choose another.")
        own = self.sources(graph) if len(chosen) > 1 else frozenset()
        return next((run for run in chosen if not is_foreign(run, own)), chosen[0] if chosen else None)

    def settings(self, graph: Graph) -> TrainingSettings:
        """The knobs as the trainer takes them; `graph` resolves the path of the initial weights.

        Auto becomes 0, for batch and crop: the trainer chooses by memory, device and frame size.
        """
        values: dict[str, Any] = {setting: self.value(knob) for knob, setting in SETTINGS.items()}
        values["batch_size"] = 0 if self.value("batchSizeType") == "Auto" else self.value("batchSize")
        values["crop_size"] = 0 if self.value("cropSize") == AUTO_CROP else self.value("cropSize")
        values["device"] = self.value("device") if self.value("useGPU") else "cpu"
        if self.value("initialWeights") == "Checkpoint":
            file = self.value("checkpointFile")
            if not file:
                raise GraphError(
                    f"{self.name} starts from a checkpoint, but none is chosen; set the knob 'checkpointFile'."
                )
            values["checkpoint_file"] = graph.path(self, file)
        return TrainingSettings.from_json(values)

    def data_directory(self, graph: Graph) -> str:
        """The absolute path of the Data Directory, which need not exist.

        Raises:
            GraphError: the knob is empty.
        """
        folder = self.value("dataDirectory")
        if not folder:
            raise GraphError(f"{self.name} has no Data Directory; choose a folder for its training runs.")
        return graph.path(self, folder)

    def sources(self, graph: Graph) -> frozenset[str]:
        """The files of the Reads behind Input and GroundTruth, as a job of it has them; none while one is missing."""
        try:
            sides = [graph.input(self, side) for side in ("Input", "GroundTruth")]
        except PairCatError:
            return frozenset()
        return frozenset(source.path for side in sides for source in read_ops(side))

    def job(self, graph: Graph, run: str = "") -> Job:
        """All that a training process needs.

        Args:
            run: name of the run; empty is the runName knob's. Where that is empty too, whoever starts the job names it.

        Raises:
            GraphError: Input or GroundTruth is not connected, or there is no Data Directory.
        """
        return Job(
            input=graph.input(self, "Input"),
            ground_truth=graph.input(self, "GroundTruth"),
            preview=graph.optional_input(self, "Preview"),
            frames=FrameRange.parse(self.value("frames")),
            settings=self.settings(graph),
            data_directory=self.data_directory(graph),
            run=run or self.value("runName"),
        )


def is_foreign(run: Run, sources: frozenset[str]) -> bool:
    """Whether a run learns none of these files, but others; False where that is unknown."""
    try:
        theirs = read_sources(run.job)
    except PairCatError:
        return False
    return bool(sources and theirs and sources.isdisjoint(theirs))
