"""ChannelMenus: what the Channels knobs of a panel offer: what the pictures at the node's inputs really have."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from paircat.engine.errors import PairCatError
from paircat.engine.picture.channels import canonical, layers
from paircat.engine.picture.op import Op
from paircat.nodes.knobs import Channels
from paircat.nodes.node import Node
from paircat.ui.background import in_background
from paircat.ui.canvas import Canvas
from paircat.ui.knob_widgets import KnobWidget, SuggestWidget


class ChannelMenus(QObject):
    """Follows a node's inputs. A header is read on another thread, and only when an input has become another."""

    def __init__(self, canvas: Canvas, widgets: Sequence[KnobWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._widgets = [
            widget for widget in widgets if isinstance(widget, SuggestWidget) and isinstance(widget.knob, Channels)
        ]
        self._asked: dict[str, Op | None] = {}

    def show_node(self, node: Node) -> None:
        """Ask for what is not known; usual selections are offered where nothing can be known."""
        if not self._widgets:
            return
        graph = self._canvas.script().graph()
        for side in {_side(widget) for widget in self._widgets}:
            try:
                source = graph.optional_input(node, side)
            except PairCatError:
                source = None
            if side in self._asked and source == self._asked[side]:
                continue
            self._asked[side] = source
            if source is None:
                self._suggest(side, None, SuggestWidget.USUAL)
            else:
                self._ask(side, source)

    def _ask(self, side: str, source: Op) -> None:
        def found(names: tuple[str, ...]) -> None:
            self._suggest(side, source, selections(names))

        def failed(sentence: str) -> None:
            self._suggest(side, source, SuggestWidget.USUAL)  # what is wrong is said by the node that reads

        in_background(self, lambda: source.header(source.frame_range().first).channels, found, failed)

    def _suggest(self, side: str, source: Op | None, offered: Sequence[str]) -> None:
        if self._asked.get(side) is not source:
            return  # an answer that comes late
        for widget in self._widgets:
            if _side(widget) == side:
                widget.suggest(offered)


def _side(widget: SuggestWidget) -> str:
    knob = widget.knob
    assert isinstance(knob, Channels)
    return knob.of


def selections(names: Sequence[str]) -> list[str]:
    """What can be selected of channels: colours, colours and alpha, alpha, each other layer, all.

    >>> selections(["R", "G", "B", "A", "depth.Z", "forward.u", "forward.v"])
    ['rgb', 'rgba', 'alpha', 'depth', 'forward', 'all']
    >>> selections(["Y"])
    ['Y', 'all']
    """
    found: list[str] = []
    for layer, members in layers(names).items():
        shorts = {canonical(name).rpartition(".")[2] for name in members}
        if layer != "rgba":
            found.append(layer)
            continue
        colours = {"R", "G", "B"} <= shorts
        found += ["rgb"] if colours else [name for name in members if canonical(name) != "A"]
        if "A" in shorts:
            found += ["rgba", "alpha"] if colours else ["alpha"]
    return [*found, "all"]
