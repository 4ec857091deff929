"""Graph: what the nodes of a script mean together. It follows connections, finds circles and resolves paths."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from paircat.engine.errors import GraphError
from paircat.engine.home_folder import from_home
from paircat.engine.picture.op import Op
from paircat.nodes.node import Node

_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})")


class Graph:
    """The nodes of a script at one moment. Ops are made once each, so nodes that share an input share its Op.

    Args:
        nodes: by name.
        folder: of the script; relative paths start there. None for a script that was never saved: the current folder.

    Attributes:
        fps: of the project, for what has no frame rate of its own.
    """

    def __init__(self, nodes: Mapping[str, Node], folder: Path | None = None, fps: float = 24.0) -> None:
        self.fps = fps
        self._nodes = nodes
        self._folder = folder or Path.cwd()
        self._ops: dict[str, Op] = {}
        self._asking: list[str] = []

    def node(self, name: str) -> Node:
        """
        Raises:
            GraphError: there is no such node.
        """
        try:
            return self._nodes[name]
        except KeyError:
            known = ", ".join(sorted(self._nodes)) or "no nodes"
            raise GraphError(f"There is no node '{name}' in the script; it has {known}.") from None

    def op(self, name: str) -> Op:
        """What a node means; of a disabled node, what its first input means.

        Raises:
            GraphError: a node is unknown, unconnected, in a circle or set to something impossible, or too many nodes
                stand one behind another.
        """
        if self._asking:
            return self._op(self._through(name))
        try:
            return self._op(self._through(name))
        except RecursionError:
            raise GraphError(
                f"Too many nodes stand one behind another up from {name}; write what one in the middle shows to files, "
                "and go on from those."
            ) from None

    def viewed(self, name: str) -> tuple[Op, str]:
        """What the Viewer shows of a node, which need not be what it hands on, and a remark on it.

        Raises:
            GraphError: as `op`.
        """
        try:
            node = self.node(self._through(name))
            return (self.op(name), "") if node.disabled else node.viewed(self)
        except RecursionError:
            return self.op(name), ""  # which says it

    def _op(self, name: str) -> Op:
        if name in self._asking:
            circle = self._asking[self._asking.index(name) :]
            raise GraphError(f"The nodes go round in a circle ({_shortened(circle)}); disconnect one of them.")
        if name not in self._ops:
            node = self.node(name)
            self._asking.append(name)
            try:
                self._ops[name] = self._passed_on(node) if node.disabled else node.op(self)
            finally:
                self._asking.pop()
        return self._ops[name]

    def _through(self, name: str) -> str:
        """The first node upwards that does more than pass on its input. No depth of the stack limits a row of Dots.

        Raises:
            GraphError: the node is unknown, or Dots go round in a circle.
        """
        way = {name: None}
        while name not in self._ops:
            node = self.node(name)
            source = node.connections.get("Input") if node.kind == "Dot" else None
            if source is None or source not in self._nodes:
                return name
            if source in way:
                circle = list(way)[list(way).index(source) :]
                raise GraphError(f"The nodes go round in a circle ({_shortened(circle)}); disconnect one of them.")
            way[source] = None
            name = source
        return name

    def input(self, node: Node, slot: str) -> Op:
        """The Op of a required input.

        Raises:
            GraphError: nothing is connected there.
        """
        found = self.optional_input(node, slot)
        if found is None:
            raise GraphError(f"The {slot} input of {node.name} is not connected; connect a node to it.")
        return found

    def optional_input(self, node: Node, slot: str) -> Op | None:
        """The Op of an input, or None where nothing is connected."""
        source = node.connections.get(slot)
        if source is None:
            return None
        if source not in self._nodes:
            raise GraphError(
                f"The {slot} input of {node.name} leads to '{source}', which does not exist; connect another."
            )
        return self.op(source)

    def connected_node(self, node: Node, slot: str) -> Node:
        """The node itself at an input, with Dots between them passed over.

        Raises:
            GraphError: nothing is connected there.
        """
        seen: set[str] = set()
        source, place, through = node.connections.get(slot), node, slot
        while source is not None and source not in seen:
            seen.add(source)
            found = self.node(source)
            if found.kind != "Dot":
                return found
            place, through = found, found.slots()[0].name
            source = found.connections.get(through)
        raise GraphError(f"The {through} input of {place.name} is not connected; connect a node to it.")

    def nodes_behind(self, name: str, kind: str) -> list[Node]:
        """The nodes of a kind whose first input comes from a node, Dots between them passed over, by name."""
        found = []
        for node in (self._nodes[other] for other in sorted(self._nodes)):
            if node.kind == kind and node.slots():
                with contextlib.suppress(GraphError):  # nothing is connected there
                    if self.connected_node(node, node.slots()[0].name).name == name:
                        found.append(node)
        return found

    def path(self, node: Node, text: str) -> str:
        """A path knob's text as an absolute path: `~` and `$VARS` expanded, relative to the script's folder.

        Raises:
            GraphError: a variable is not set.
        """
        expanded = os.path.expandvars(from_home(text) if text.startswith("~") else text)
        unset = _VARIABLE.search(expanded)
        if unset:
            raise GraphError(
                f"{node.name}: '{text}' uses {unset.group()}, which is not set; set it or write the path out."
            )
        return os.path.normpath(self._folder / expanded)

    def _passed_on(self, node: Node) -> Op:
        slots = node.slots()
        if not slots:
            raise GraphError(f"{node.name} is disabled and has no input to pass on; enable it.")
        return self.input(node, slots[0].name)


def _shortened(circle: list[str]) -> str:
    """The way round, from its first node back to it; of a long one its beginning and end."""
    way = [*circle, circle[0]]
    return " -> ".join(way if len(way) <= 12 else [*way[:6], "...", *way[-5:]])
