"""Canvas: the graph as the window holds it. It is read into a Script, and every change of it is one step of undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

from NodeGraphQt import NodeGraph, Port
from NodeGraphQt.constants import LayoutDirectionEnum, PipeLayoutEnum, ViewerEnum
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QVBoxLayout, QWidget

from paircat.engine.errors import GraphError
from paircat.nodes.node import Node, node_kinds
from paircat.nodes.project import Project
from paircat.nodes.script import Script
from paircat.ui import canvas_node, menus
from paircat.ui.canvas_commands import SetKnob, SetProject, Steps
from paircat.ui.canvas_history import History
from paircat.ui.canvas_node import Area, Tile
from paircat.ui.canvas_selection import Selection
from paircat.ui.canvas_view import CanvasView
from paircat.ui.node_placement import GAP, beside

BACKGROUND = (46, 46, 46)


class _Graph(NodeGraph):
    """NodeGraphQt's graph; tells when the pointer has resized a backdrop."""

    area_resized = Signal(object, object)


class Canvas(QWidget):
    """The nodes, their knobs and connections, and the undo stack that all changes go through.

    Methods that change something raise GraphError with a sentence when they cannot, and then have changed nothing.

    Signals:
        changed(): something that a saved script would show; once a step, undone and redone ones too.
        value_changed(node, knob). selection_changed(names).
        node_clicked(name), node_activated(name): double click.
        node_renamed(old, new). node_removed(name).

    Attributes:
        path: of the script, set by who opens and saves it; relative paths of knobs start at its folder.
        undo_stack: its clean state is the saved one. history: its values, and those that it could bring back.
    """

    changed = Signal()
    value_changed = Signal(str, str)
    selection_changed = Signal(list)
    node_activated = Signal(str)
    node_clicked = Signal(str)
    node_renamed = Signal(str, str)
    node_removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self.project = Project()
        self.undo_stack = QUndoStack(self)
        self._steps = Steps(self.undo_stack)
        self.view = CanvasView()
        self._graph = _Graph(
            self,
            undo_stack=self.undo_stack,
            viewer=self.view,
            layout_direction=LayoutDirectionEnum.VERTICAL.value,
            pipe_style=PipeLayoutEnum.STRAIGHT.value,
        )
        self._graph.set_background_color(*BACKGROUND)
        self._graph.set_grid_mode(ViewerEnum.GRID_DISPLAY_NONE.value)
        self._selection = Selection(self.view, self._graph.all_nodes)
        self.history = History(self._graph.all_nodes, self._value_changed)
        self._kept = Script()
        self._names, self._loading = dict[str, str](), False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self._selection.changed.connect(self.selection_changed)
        self.undo_stack.indexChanged.connect(self._note_step)
        self._graph.node_selected.connect(lambda node: self.node_clicked.emit(node.name()))
        self._graph.node_double_clicked.connect(lambda node: self.node_activated.emit(node.name()))
        self._graph.port_connected.connect(self._connection_changed)
        self._graph.port_disconnected.connect(self._connection_changed)
        self._graph.area_resized.connect(self._area_resized)

    # Reading

    def script(self) -> Script:
        """What a saved script would hold, as a copy of its own."""
        script = Script(self.path)
        script.project = replace(self.project, extra=dict(self.project.extra))
        script.version, script.extra = self._kept.version, dict(self._kept.extra)
        for node in self._graph.all_nodes():
            data = canvas_node.snapshot(node)
            script.nodes[data.name] = data
        return script

    def names(self, kind: str = "") -> list[str]:
        """Of all nodes, or of those of a kind."""
        return [node.name() for node in self._graph.all_nodes() if kind in ("", node.data.kind)]

    def node(self, name: str) -> Node:
        """A copy of a node as it is now, for its declaration and for which knobs are enabled and visible.

        Raises:
            GraphError: there is no such node.
        """
        return canvas_node.snapshot(self.tile(name))

    def kind(self, name: str) -> str:
        return self.tile(name).data.kind

    def value(self, node: str, knob: str) -> Any:
        """
        Raises:
            GraphError: no such node or knob, or the script holds a value that the knob does not allow.
        """
        return self.tile(node).data.value(knob)

    def default(self, node: str, knob: str) -> Any:
        return self.tile(node).data.knob(knob).default

    def is_default(self, node: str, knob: str) -> bool:
        return knob not in self.tile(node).data.values

    def disabled(self, node: str) -> bool:
        return bool(self.tile(node).disabled())

    def sources(self, node: str) -> dict[str, str]:
        """Which node is connected to which input."""
        return self.tile(node).sources()

    def consumers(self, node: str) -> list[tuple[str, str]]:
        """The nodes, and their inputs, that hang on a node."""
        return [(other.name(), slot) for other, slot in self.tile(node).consumers()]

    def selected_names(self) -> list[str]:
        """In the order in which they were selected."""
        return self._selection.names()

    def area(self, names: Iterable[str]) -> QRectF:
        """The area of the canvas that some nodes take."""
        return reduce(QRectF.united, (tile.place() for tile in self._tiles(names)), QRectF())

    def tile(self, name: str) -> Tile | Area:
        """What stands on the canvas under a name; for the modules of the canvas, others use names.

        Raises:
            GraphError: there is no such node.
        """
        for node in self._graph.all_nodes():
            if node.name() == name:
                return node
        raise GraphError(f"There is no node '{name}' on the canvas; it has been deleted or renamed.")

    def _tiles(self, names: Iterable[str]) -> list[Tile | Area]:
        known = {node.name(): node for node in self._graph.all_nodes()}
        return [known.get(name) or self.tile(name) for name in names]

    # Changing

    def step(self, text: str) -> AbstractContextManager[None]:
        """All changes in the block are one step of undo, which menus call by this text; if it fails, it is undone."""
        return self._steps.one(text)

    def load(self, script: Script) -> None:
        """Show a script instead of what there is. Nothing can be undone after that."""
        tiles = [canvas_node.make(canvas_node.copied(node)) for node in script.nodes.values()]
        gone, self._loading = list(self._names.values()), True
        try:
            self._graph.clear_session()
            self.history.clear()
            self._place(tiles, undo=False)
            self.path, self._kept, self.project = script.path, script, script.project
            self.undo_stack.clear()
            self.undo_stack.setClean()
            self._names = {node.id: node.name() for node in self._graph.all_nodes()}
        finally:
            self._loading = False
        for name in gone:
            self.node_removed.emit(name)
        self._selection.refresh()
        if self.names():
            self.view.frame(self.area(self.names()))
        self.changed.emit()

    def add_node(
        self,
        kind: str,
        name: str | None = None,
        position: tuple[float, float] | None = None,
        values: Mapping[str, Any] | None = None,
        connect_selected: bool = True,
    ) -> str:
        """Put a new node on the canvas and select it.

        Args:
            kind: such as Read. name: numbered where it is None, such as Read1.
            position: of its upper left corner; without it, below what is selected, or where the pointer is.
            values: of knobs, over the defaults of menu.py.
            connect_selected: connect the selected nodes to its inputs. With one selected, what hung on that
                hangs on the new one then.

        Returns:
            The node's name.
        """
        if kind not in node_kinds():
            raise GraphError(f"There is no kind of node '{kind}'; there are {', '.join(sorted(node_kinds()))}.")
        name = name or self.script().unique_name(kind)
        data = node_kinds()[kind](name, {**menus.defaults(kind), **(values or {})})
        self.script().add(data)  # says what is wrong with the name, if anything
        sources = [item for item in self.selected_names() if self.tile(item).data.output] if connect_selected else []
        tile = canvas_node.make(data)
        data.position = position or self._free_place(tile, sources)
        with self.step(f"add {name}"):
            self._place([tile], undo=True)
            if isinstance(tile, Tile):
                self._hang(tile, sources)
        self.select([name])
        return name

    def add(self, nodes: list[Node], text: str) -> None:
        """Put nodes on the canvas as they are, with their connections, and select them."""
        with self.step(text):
            self._place([canvas_node.make(canvas_node.copied(node)) for node in nodes], undo=True)
        self.select([node.name for node in nodes])

    def connect(self, source: str, target: str, input: str) -> None:  # type: ignore[override]  # QObject's is not used
        """Connect a node to an input, which lets go of what was there.

        Raises:
            GraphError: a node or input is unknown, or the nodes would go round in a circle.
        """
        self.script().connect(source, target, input)
        if self.sources(target).get(input) != source:
            with self.step(f"connect {source} to {target}"):
                self.tile(source).outputs()[canvas_node.OUTPUT].connect_to(self.tile(target).input_port(input))

    def disconnect_input(self, target: str, input: str) -> None:
        """Let an input go of what is connected there, if anything is."""
        tile = self.tile(target)
        for port in tile.input_ports() if isinstance(tile, Tile) else []:
            if port.name() == input and port.connected_ports():
                with self.step(f"disconnect {target}"):
                    port.disconnect_from(port.connected_ports()[0])

    def remove(self, names: Iterable[str]) -> None:
        """Delete nodes. What hung on one hangs on that one's first input then."""
        tiles = self._tiles(dict.fromkeys(names))
        gone = {tile.name() for tile in tiles}
        if not tiles:
            return
        with self.step(f"delete {', '.join(sorted(gone))}" if len(gone) < 4 else f"delete {len(gone)} nodes"):
            for tile in tiles:
                heir = canvas_node.source_beyond(tile, gone)
                for other, slot in tile.consumers():
                    if heir and other.name() not in gone and slot != tile.data.kind:
                        self.connect(heir, other.name(), slot)
            self._graph.delete_nodes(tiles)

    def rename(self, old: str, new: str) -> None:
        """
        Raises:
            GraphError: the name is in use or not a plain word.
        """
        tile = self.tile(old)
        if new != old:
            self.script().rename(old, new)
            tile.set_name(new)

    def set_value(self, node: str, knob: str, value: Any) -> None:
        """Set a knob; one step of undo, none where nothing changes.

        Raises:
            GraphError: no such node or knob, or it does not allow the value.
        """
        tile = self.tile(node)
        wanted = canvas_node.snapshot(tile)
        wanted.set(knob, value)
        old, new, text = tile.data.values, wanted.values, f"set {node} {tile.data.knob(knob).label.lower()}"
        if (knob in old, old.get(knob)) != (knob in new, new.get(knob)):
            step = SetKnob(tile.data, knob, new, text, lambda: self._value_changed(tile, knob))
            self.undo_stack.push(self.history.done(step))

    def set_values(self, node: str, values: Mapping[str, Any]) -> None:
        """Set several knobs of a node in one step; all of them, or none when one is not allowed."""
        wanted = self.node(node)
        for knob, value in values.items():
            wanted.set(knob, value)
        with self.step(f"set knobs of {node}"):
            for knob, value in values.items():
                self.set_value(node, knob, value)

    def put_values(self, node: str, values: Mapping[str, Any]) -> None:
        """Set knobs without a step of undo, for what is no change of the artist's to the script."""
        tile = self.tile(node)
        for knob, value in values.items():
            tile.data.set(knob, value)
            self._value_changed(tile, knob)

    def set_disabled(self, names: Iterable[str], disabled: bool) -> None:
        tiles = self._tiles(names)
        with self.step("disable" if disabled else "enable"):
            for tile in tiles:
                tile.set_disabled(disabled)

    def set_project(self, **settings: Any) -> None:
        """Change the project's fps or frames, in one step.

        Raises:
            PairCatError: a value is not allowed.
        """
        after = Project.from_json({**self.project.to_json(), **settings})
        if after != self.project:
            self.undo_stack.push(SetProject(self.project, after, lambda project: setattr(self, "project", project)))

    def select(self, names: Iterable[str]) -> None:  # no step of undo
        self._selection.select(names)

    # How nodes come onto the canvas

    def _place(self, tiles: list[Tile | Area], undo: bool) -> None:
        """Put tiles where their nodes say, and connect them as those say."""
        for tile in tiles:
            self.history.placed(tile)
            tile.model.pos = list(tile.data.position)
            self._graph.add_node(tile, list(tile.data.position), selected=False, push_undo=undo)
        everything = {node.name(): node for node in self._graph.all_nodes()}
        for tile in tiles:
            for slot, source in tile.wanted.items():
                output = everything[source].outputs() if source in everything else None
                if output and isinstance(tile, Tile) and slot in tile.inputs():
                    output[canvas_node.OUTPUT].connect_to(tile.inputs()[slot], push_undo=undo, emit_signal=undo)
                else:
                    tile.lost[slot] = source
            tile.show_inputs()

    def _hang(self, tile: Tile, sources: list[str]) -> None:
        """Connect a new node to others; of one alone it takes over what hangs on that."""
        slots = [slot.name for slot in tile.data.slots()]
        if len(sources) == 1 and slots:
            kind = self.kind(sources[0])  # an input may ask for it by name, as Preview asks for a CopyCat
            slots = [kind] if kind in slots else slots
            for other, slot in self.consumers(sources[0]):
                if tile.data.output and slot != kind:
                    self.connect(tile.name(), other, slot)
        for source, slot in zip(sources, slots, strict=False):
            self.connect(source, tile.name(), slot)

    def free_place(self, wanted: QRectF) -> tuple[float, float]:
        """The upper left corner of an area as large as the wanted one, there or right of it, that no node takes."""
        return beside(wanted, [node.place() for node in self._graph.all_nodes() if isinstance(node, Tile)])

    def _free_place(self, tile: Tile | Area, below: list[str]) -> tuple[float, float]:
        """Below some nodes, or around the pointer, and beside what stands there."""
        width, height = tile.view.size
        if below:
            area = self.area(below)
            place = QPointF(area.center().x() - width / 2, area.bottom() + GAP)
        else:
            place = self.view.pointer() - QPointF(width / 2, height / 2)
        return self.free_place(QRectF(round(place.x()), round(place.y()), width, height))

    # What the library and the undo stack tell

    def _note_step(self) -> None:
        if self._loading:
            return
        before, self._names = self._names, {node.id: node.name() for node in self._graph.all_nodes()}
        for node_id, name in before.items():
            now = self._names.get(node_id)
            if now is None:
                self.node_removed.emit(name)
            elif now != name:
                self.tile(now).data.name = now
                self.node_renamed.emit(name, now)
        self._selection.refresh()
        self.changed.emit()

    def _connection_changed(self, input_port: Port, output_port: Port) -> None:
        input_port.node().show_inputs()

    def _value_changed(self, tile: Tile | Area, knob: str) -> None:
        tile.show_inputs()
        self.value_changed.emit(tile.name(), knob)

    def _area_resized(self, area: Any, box: Any) -> None:
        with self.step(f"resize {area.name()}"):
            self.set_value(area.name(), "size", (round(box["width"]), round(box["height"])))
            area.set_pos(*box["pos"])
