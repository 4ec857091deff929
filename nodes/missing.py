"""Missing: the place of a node whose kind is not known here, such as one of a plugin that is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paircat.engine.errors import GraphError
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.node import Input, Node


class Missing(Node):
    """Keeps a node of a kind that this installation does not know, unchanged; disabled, it passes on its first input.

    `kind` is the kind that the script says, so that saving writes it again.
    """

    kind = "Missing"
    colour = "#7a2e2e"

    def __init__(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        connections: Mapping[str, str] | None = None,
        position: tuple[float, float] = (0.0, 0.0),
        disabled: bool = False,
        kind: str = "Missing",
    ) -> None:
        super().__init__(name, values, connections, position, disabled)
        self.kind = kind  # type: ignore[misc]  # the one node whose kind is its own

    def slots(self) -> tuple[Input, ...]:
        """The inputs that are connected: no others are known."""
        return tuple(Input(name) for name in self.connections)

    def op(self, graph: Graph) -> Op:
        raise GraphError(
            f"{self.name} is a {self.kind}, which is not known here; install the plugin that has it, "
            "or disable the node to pass on its first input."
        )
