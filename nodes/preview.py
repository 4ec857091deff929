"""Preview: a source through the newest network of a CopyCat."""

from __future__ import annotations

from pathlib import Path

from paircat.engine.errors import GraphError
from paircat.engine.picture.op import Op
from paircat.engine.runs.run import Run
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
        return self._copycat(graph).applied(graph.input(self, "Source"), self.checkpoint(graph))

    def viewed(self, graph: Graph) -> tuple[Op, str]:
        """Its picture, with the run and step of the network."""
        run, step, _ = self._newest(graph)
        return graph.op(self.name), f"{run.name}, step {step:,}"

    def checkpoint(self, graph: Graph) -> str:
        """The .cat that is shown right now.

        Raises:
            GraphError: no CopyCat is connected, or it has no run or no checkpoint yet.
        """
        return str(self._newest(graph)[2])

    def _newest(self, graph: Graph) -> tuple[Run, int, Path]:
        copycat = self._copycat(graph)
        run = copycat.active_run(graph)
        if run is None:
            raise GraphError(
                f"{self.name} has nothing to show: {copycat.name} has no run in '{copycat.data_directory(graph)}' yet; "
                "start a training."
            )
        saved = run.checkpoints()
        if not saved:
            raise GraphError(
                f"{self.name} has nothing to show: the run '{run.name}' has not saved a checkpoint yet; "
                f"wait for step {copycat.value('checkpointInterval')}, or stop the training to save one now."
            )
        return run, *saved[-1]

    def _copycat(self, graph: Graph) -> CopyCat:
        node = graph.connected_node(self, "CopyCat")
        if not isinstance(node, CopyCat):
            raise GraphError(
                f"The CopyCat input of {self.name} leads to {node.name}, a {node.kind}; connect a CopyCat."
            )
        return node
