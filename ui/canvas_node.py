"""Tile and Area: a node as NodeGraphQt holds it, with the declared Node that says what it is and how it is set.

The library keeps name, place, disabled and connections; the Node keeps its knobs. `snapshot` puts them together.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import reduce
from pathlib import PurePath
from typing import Any

from NodeGraphQt import BackdropNode, BaseNode, Port
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from paircat.nodes.knobs import File
from paircat.nodes.node import Input, Node
from paircat.ui.node_item import BackdropItem, DotItem, TileItem

OUTPUT = "Output"
"""The name of every output port."""


class Tile(BaseNode):
    """A node that can be connected.

    Attributes:
        data: what it is and how its knobs are set; its name, place and connections are those of the last snapshot.
        wanted: its connections when it was made; whoever places it makes them.
        lost: connections of the script that lead nowhere here; they are kept and saved again.
    """

    __identifier__ = "paircat"
    NODE_NAME = "Tile"

    def __init__(self, data: Node) -> None:
        super().__init__(DotItem if data.kind == "Dot" else TileItem)
        self.data = data
        self.wanted = dict(data.connections)
        self.lost: dict[str, str] = {}
        _take_over(self, data)
        self.model.color = (*QColor(data.colour).getRgb()[:3], 255)
        if data.output:
            self.add_output(OUTPUT)
        self._show(self.wanted)

    def place(self) -> QRectF:
        """The tile's area on the canvas, without its ports."""
        return QRectF(*self.view.xy_pos, *self.view.size)

    def sources(self) -> dict[str, str]:
        """Which node is connected to which input right now."""
        found = dict(self.lost)
        for port in self.input_ports():
            for other in port.connected_ports():
                found[port.name()] = other.node().name()
        return found

    def consumers(self) -> list[tuple[Tile, str]]:
        """The tiles and inputs that are fed by this one."""
        return [(port.node(), port.name()) for output in self.output_ports() for port in output.connected_ports()]

    def input_port(self, slot: str) -> Port:
        """The port of an input; it is made if the node has that input by now.

        Raises:
            KeyError: there is no such input.
        """
        self.show_inputs()
        return self.inputs()[slot]

    def show_inputs(self) -> None:
        """Make and show the inputs that the node has now, and hide those that are of no use yet.

        Required and connected inputs are shown. Once all required ones are connected, one optional input more: so
        Preview appears on a CopyCat when it makes sense, and a Viewer grows as it is used.
        """
        self._show(self.sources())

    def _show(self, connections: dict[str, str]) -> None:
        self.data.connections = connections
        slots = self.data.slots()
        ports = self.inputs()
        for slot in slots:
            if slot.name not in ports:
                self.add_input(slot.name)
        shown = _shown(slots, self.data.connections)
        for port in self.input_ports():
            port.set_visible(port.name() in shown, push_undo=False)
        self.view.describe(
            self.data.kind,
            _note(self.data),
            {slot.name: slot.label or slot.name for slot in slots},
            f"{self.data.kind}: {self.data.tooltip()}",
        )


class Area(BackdropNode):
    """A backdrop. Its size is a knob as any other."""

    __identifier__ = "paircat"
    NODE_NAME = "Area"

    def __init__(self, data: Node) -> None:
        super().__init__(BackdropItem)
        self.data = data
        self.wanted = dict(data.connections)
        self.lost: dict[str, str] = {}
        _take_over(self, data)
        self.show_inputs()

    def place(self) -> QRectF:
        """The area on the canvas."""
        return QRectF(*self.view.xy_pos, *self.view.size)

    def sources(self) -> dict[str, str]:
        """None; whatever a script says is kept."""
        return dict(self.lost)

    def consumers(self) -> list[tuple[Tile, str]]:
        return []

    def show_inputs(self) -> None:
        """Draw the area as its knobs say; it has no inputs."""
        width, height = self.data.usable("size")
        red, green, blue, _ = (round(255 * min(max(part, 0.0), 1.0)) for part in self.data.usable("tileColour"))
        self.view.describe(_note(self.data), (red, green, blue, 255), (width, height))
        self.model.width, self.model.height = width, height

    def on_backdrop_updated(self, update_prop: str, value: Any = None) -> None:
        """The pointer has resized it; the canvas makes one step of that."""
        self.graph.area_resized.emit(self, value)


def snapshot(node: Tile | Area) -> Node:
    """The node as plain data, which nothing on the canvas changes any more."""
    data = copied(node.data)
    data.name = node.name()
    data.connections = node.sources()
    x, y = node.pos()
    data.position = (float(x), float(y))
    data.disabled = bool(node.disabled())
    return data


def extent(nodes: Iterable[Node]) -> QRectF:
    """The area that some nodes take where they say they stand, before they are on the canvas."""
    places = (QRectF(*node.position, *make(copied(node)).view.size) for node in nodes)
    return reduce(QRectF.united, places, QRectF())


def source_beyond(node: Tile | Area, gone: set[str]) -> str | None:
    """The name of the node that feeds a node's first input, past those that go too."""
    seen: set[str] = set()
    while isinstance(node, Tile) and node.input_ports() and node.name() not in seen:
        seen.add(node.name())
        outputs = node.input_ports()[0].connected_ports()
        if not outputs:
            return None
        node = outputs[0].node()
        if node.name() not in gone:
            return node.name()
    return None


def copied(node: Node) -> Node:
    """A node of its own dictionaries; the values in them are never changed in place."""
    data = copy.copy(node)
    data.values, data.connections = dict(node.values), dict(node.connections)
    data.extra_knobs, data.extra = dict(node.extra_knobs), dict(node.extra)
    return data


def make(data: Node) -> Tile | Area:
    """What stands on the canvas for a node. The data becomes its own."""
    return Area(data) if data.kind == "Backdrop" else Tile(data)


def _take_over(node: Tile | Area, data: Node) -> None:
    node.NODE_NAME = data.name
    node.model.name = node.view.name = data.name
    node.model.disabled = data.disabled
    node.model.pos = list(data.position)


def _note(data: Node) -> str:
    """What stands below the name: the file that a Read, a Write or an Inference is about, and the label knob.

    A script may hold anything there.
    """
    file = str(data.values.get(data.knobs[0].name, "")) if data.knobs and isinstance(data.knobs[0], File) else ""
    lines = [PurePath(file).name, str(data.values.get("label", ""))]
    return "\n".join(line for line in lines if line)


def _shown(slots: tuple[Input, ...], connected: dict[str, str]) -> set[str]:
    shown = {slot.name for slot in slots if not slot.optional or slot.name in connected}
    if all(slot.optional or slot.name in connected for slot in slots):
        last = max((number for number, slot in enumerate(slots) if slot.name in connected), default=-1)
        following = [slot.name for slot in slots[last + 1 :] if slot.name not in connected]
        free = following or [slot.name for slot in slots if slot.name not in connected]
        shown |= set(free[:1])
    return shown
