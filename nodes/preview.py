"""Preview: a source through the newest network of a CopyCat."""

from __future__ import annotations

from pathlib import Path

from paircat.engine.errors import GraphError
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.picture.op import Op
from paircat.engine.runs.data_directory import DataDirectory
from paircat.nodes.copycat import CopyCat
from paircat.nodes.graph import Graph
from paircat.nodes.node import Input, Node, register


@register
class Preview(Node):
    """Shows its source through the newest checkpoint of a CopyCat's active run, while that is still training."""

    kind = "Preview"
    category = "Learn"
    colour = "#7f9e9a"
    inputs = (Input("Source"), Input("CopyCat"))

    def op(self, graph: Graph) -> Op:
        return InferenceOp(
            source=graph.input(self, "Source"),
            cat=self.checkpoint(graph),
            device="auto" if self._copycat(graph).value("useGPU") else "cpu",
        )

    def checkpoint(self, graph: Graph) -> str:
        """The .cat that is shown right now.

        Raises:
            GraphError: no CopyCat is connected, or it has no run or no checkpoint yet.
        """
        copycat = self._copycat(graph)
        folder = copycat.data_directory(graph)
        active = copycat.value("activeRun")
        runs = DataDirectory(folder).runs() if Path(folder).is_dir() else []
        if not runs:
            raise GraphError(
                f"{self.name} has nothing to show: {copycat.name} has no run in '{folder}' yet; start a training."
            )
        chosen = [run for run in runs if run.name == active] if active else runs
        if not chosen:
            raise GraphError(
                f"{self.name}: the active run '{active}' of {copycat.name} is not in '{folder}'; choose another."
            )
        newest = chosen[0].newest_cat()
        if newest is None:
            raise GraphError(
                f"{self.name} has nothing to show: the run '{chosen[0].name}' has not saved a checkpoint yet; "
                f"wait for step {copycat.value('checkpointInterval')}, or stop the training to save one now."
            )
        return str(newest)

    def _copycat(self, graph: Graph) -> CopyCat:
        node = graph.connected_node(self, "CopyCat")
        if not isinstance(node, CopyCat):
            raise GraphError(
                f"The CopyCat input of {self.name} leads to {node.name}, a {node.kind}; connect a CopyCat."
            )
        return node
