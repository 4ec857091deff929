"""Inference: does to its input what a CopyCat has learnt."""

from __future__ import annotations

from paircat.engine.errors import GraphError
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.learn.pretrained_weights import FOLDER
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.knobs import Bool, Choice, File, Int, When
from paircat.nodes.node import Input, Node, register

TILE_SIZES = {"Automatic": 0, "None": -1, "1024": 1024, "2048": 2048, "4096": 4096}
"""The knob's values -> those of InferenceOp."""


@register
class Inference(Node):
    """Applies a trained network, a .cat file, to every frame."""

    kind = "Inference"
    category = "Learn"
    colour = "#5e86a8"
    inputs = (Input("Input"),)
    knobs = (
        File(
            "modelFile",
            "Model File",
            "The trained network: a .cat from a CopyCat's Data Directory, or a set of initial weights as it is; the "
            "dialog lists their folder, weights, at its side.",
            filters=("*.cat",),
            places=(str(FOLDER),),
        ),
        Bool("useGPU", "Use GPU if available", "Work on a graphics card where there is one that can.", default=True),
        Bool(
            "optimizeForSpeedAndMemory",
            "Optimize for Speed and Memory",
            "Half precision on a graphics card: less memory and time, results differ in the last digits.",
            enabled_when=(When("useGPU", (True,)),),
        ),
        Bool(
            "changeGate",
            "Change Gate",
            "Pixels that the training pairs give no reason to touch come back exactly as they were. It works where the "
            "pairs had untouched parts to learn that from; otherwise nothing is held back.",
            default=True,
        ),
        Choice(
            "tileSize",
            "Tile Size",
            "Frames are worked on in squares of this many pixels. Automatic cuts them as little as the free memory "
            "allows; None takes the whole frame at once.",
            default="Automatic",
            options=tuple(TILE_SIZES),
        ),
        Int(
            "overlap",
            "Tile Overlap",
            "By how many pixels tiles overlap; they are blended there. More is taken where the network looks further.",
            default=64,
            minimum=0,
            enabled_when=(When("tileSize", ("Automatic", "1024", "2048", "4096")),),
        ),
        Int(
            "memoryMegabytes",
            "Memory (MB)",
            "What automatic tiles may use. auto: a safe part of what is free.",
            default=0,
            minimum=0,
            zero="auto",
            enabled_when=(When("tileSize", ("Automatic",)),),
        ),
    )

    def op(self, graph: Graph) -> Op:
        return InferenceOp(
            source=graph.input(self, "Input"),
            cat=self.model_path(graph),
            tile_size=TILE_SIZES[self.value("tileSize")],
            overlap=self.value("overlap"),
            half=self.value("optimizeForSpeedAndMemory"),
            device="auto" if self.value("useGPU") else "cpu",
            memory_megabytes=self.value("memoryMegabytes"),
            gate=self.value("changeGate"),
        )

    def model_path(self, graph: Graph) -> str:
        """The absolute path of the .cat, which need not exist yet.

        Raises:
            GraphError: none is chosen.
        """
        file = self.value("modelFile")
        if not file:
            raise GraphError(f"{self.name} has no Model File; choose a .cat that a CopyCat has trained.")
        return graph.path(self, file)
