"""TileItem: how a node is drawn on the canvas, flat, with its name inside; DotItem, BackdropItem, PipeLine.

All use of what NodeGraphQt keeps private stands in this file: its vertical layout puts the name beside the box, and
offers no other way to draw it. A new version of that library is checked against this file alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from NodeGraphQt.constants import PortTypeEnum
from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem
from NodeGraphQt.qgraphics.node_backdrop import BackdropNodeItem
from NodeGraphQt.qgraphics.node_base import NodeItem
from NodeGraphQt.qgraphics.pipe import PipeItem
from NodeGraphQt.qgraphics.port import PortItem
from NodeGraphQt.widgets.viewer import NodeViewer
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

SELECTED = QColor("#f2b33d")
PIPE = QColor("#9a9a9a")
PIPE_SELECTED = QColor("#f2b33d")
PIPE_DISABLED = QColor("#6a6a6a")
_INK, _PALE_INK = QColor("#101010"), QColor("#f0f0f0")
_SMALLEST = (96.0, 26.0)
_PORTS = 12.0
"""By how much ports may stand out of a tile."""
_LEGIBLE = 0.4
"""Below this scale text is no more than dirt, and drawing it takes most of the time of a large script."""


@cache
def _font(pixels: int, bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


@cache
def _metrics(pixels: int, bold: bool = False) -> QFontMetricsF:
    return QFontMetricsF(_font(pixels, bold))


class TileItem(NodeItem):
    """A node's tile: inputs on its upper edge, the output below, the name and the label knob's text inside.

    Attributes:
        kind, note: shown under the pointer, and under the name.
        port_labels: the words of the inputs, in order; none are drawn where there is one input only.
        foot: how far below the lower edge the middle of the output is.
    """

    foot = 3.0

    def __init__(self, name: str = "node", parent: QGraphicsItem | None = None) -> None:
        super().__init__(name, parent)
        self.kind = ""
        self.note = ""
        self.port_labels: dict[str, str] = {}
        self._laid_out: tuple[Any, ...] = ()
        self._text_item.set_locked(True)
        self._icon_item.setVisible(False)
        for item in (self._text_item, self._x_item):
            item.setParentItem(self._icon_item)  # the library shows and hides them; in what is hidden none is seen

    def describe(self, kind: str, note: str, port_labels: dict[str, str], tooltip: str) -> None:
        """Say what is written on the tile, and lay it out anew."""
        self.kind, self.note, self.port_labels = kind, note.strip(), port_labels
        if self.toolTip() != tooltip:
            self.setToolTip(tooltip)
        self.draw_node()

    @AbstractNodeItem.name.setter
    def name(self, name: str = "") -> None:
        self._properties["name"] = name
        self.draw_node()

    @AbstractNodeItem.width.setter
    def width(self, width: float = 0.0) -> None:
        """Follows from the text; what a model remembers is of no use."""

    @AbstractNodeItem.height.setter
    def height(self, height: float = 0.0) -> None:
        """See width."""

    @AbstractNodeItem.disabled.setter
    def disabled(self, state: bool = False) -> None:
        self._properties["disabled"] = state
        self.update()

    @AbstractNodeItem.color.setter
    def color(self, color: tuple[int, ...] = (100, 100, 100, 255)) -> None:
        self._properties["color"] = color
        self.update()

    def post_init(self, viewer: NodeViewer | None = None, pos: Any = None) -> None:
        self.draw_node()
        if pos:
            self.xy_pos = pos

    def draw_node(self) -> None:
        """Size the tile for what is written on it, and put the ports in their places, if either has changed."""
        ports = [port for port in (*self._input_items, *self._output_items) if port.isVisible()]
        wanted = (self.name, self.note, ports, [self.port_labels.get(port.name) for port in ports])
        if wanted == self._laid_out:
            return
        self._laid_out = wanted
        self.prepareGeometryChange()
        self._width, self._height = self.calc_size()
        self._place_ports()
        self.update()

    def calc_size(self, add_w: float = 0.0, add_h: float = 0.0) -> tuple[float, float]:
        lines = [(self.name, _metrics(12, bold=True)), *((line, _metrics(10)) for line in self._note_lines())]
        width = max(metrics.horizontalAdvance(text) for text, metrics in lines) + 20
        height = sum(metrics.height() for _, metrics in lines) + 10
        labels = self._labels_shown()
        if labels:
            width = max(width, sum(map(_wish, labels.values())))
            height += _metrics(9).height()
        return max(width, _SMALLEST[0]) + add_w, max(height, _SMALLEST[1]) + add_h

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The tile and its ports, which stand out above and below."""
        return QRectF(-2, -_PORTS, self._width + 4, self._height + 2 * _PORTS)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(0, 0, self._width, self._height)
        return path

    def add_input(self, name: str = "input", *args: Any, **kwargs: Any) -> PortItem:
        return self._port(name, PortTypeEnum.IN, many=False)

    def add_output(self, name: str = "output", *args: Any, **kwargs: Any) -> PortItem:
        return self._port(name, PortTypeEnum.OUT, many=True)

    def _port(self, name: str, kind: PortTypeEnum, many: bool) -> PortItem:
        port = TilePort(self)
        port.name, port.port_type, port.multi_connection = name, kind.value, many
        port.setToolTip(name)
        items = self._input_items if kind is PortTypeEnum.IN else self._output_items
        items[port] = self._text_item  # the library wants a text for each; ours are painted
        return port

    def reset_pipes(self) -> None:
        """A pipe knows by itself how it is to be drawn, from what it connects."""
        for port in (*self._input_items, *self._output_items):
            for pipe in port.connected_pipes:
                pipe.update()

    def highlight_pipes(self) -> None:
        """See reset_pipes."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        scale = option.levelOfDetailFromTransform(painter.worldTransform()) * painter.device().devicePixelRatioF()
        rect = QRectF(0.5, 0.5, self._width - 1, self._height - 1)
        fill = QColor(*self.color)
        if self.disabled:
            fill = QColor.fromHsvF(fill.hueF() if fill.hueF() >= 0 else 0, fill.saturationF() * 0.3, 0.35)
        painter.setPen(QPen(SELECTED, 2.0) if self.selected else QPen(fill.darker(180), 1.0))
        painter.setBrush(fill.lighter(115) if self.selected else fill)
        painter.drawRoundedRect(rect, 3, 3)
        if self.disabled:
            painter.setPen(QPen(QColor("#1a1a1a"), 1.4))
            painter.drawLines([QLineF(rect.topLeft(), rect.bottomRight()), QLineF(rect.topRight(), rect.bottomLeft())])
        self._draw_ports(painter)
        if scale >= _LEGIBLE:
            self._write(painter, _INK if fill.lightnessF() > 0.42 else _PALE_INK)

    def _draw_ports(self, painter: QPainter) -> None:
        for port in (*self.inputs, *self.outputs):
            if port.isVisible():
                port.draw(painter)

    def _write(self, painter: QPainter, color: QColor) -> None:
        painter.setPen(color)
        top = 0.0
        labels = self._labels_shown()
        if labels:
            painter.setFont(_font(9))
            top = QFontMetricsF(painter.font()).height()
            for port, text in labels.items():
                centre = port.pos().x() + port.boundingRect().width() / 2
                painter.drawText(QRectF(centre - 60, 5, 120, top), Qt.AlignmentFlag.AlignHCenter, text)
        body = QRectF(0, top, self._width, self._height - top)
        painter.setFont(_font(12, bold=True))
        if not self.note:
            painter.drawText(body, Qt.AlignmentFlag.AlignCenter, self.name)
            return
        height = QFontMetricsF(painter.font()).height()
        body.adjust(0, 5, 0, 0)
        painter.drawText(body, Qt.AlignmentFlag.AlignHCenter, self.name)
        painter.setFont(_font(10))
        body.adjust(0, height, 0, 0)
        painter.drawText(body, Qt.AlignmentFlag.AlignHCenter, "\n".join(self._note_lines()))

    def _note_lines(self) -> list[str]:
        return [line if len(line) <= 40 else line[:39] + "…" for line in self.note.splitlines()[:4]]

    def _labels_shown(self) -> dict[PortItem, str]:
        """The words under each visible input, where there are several to tell apart."""
        shown = [port for port in self.inputs if port.isVisible()]
        if len(self._input_items) < 2:
            return {}
        return {port: self.port_labels.get(port.name, port.name) for port in shown}

    def _place_ports(self) -> None:
        wants = {port: _wish(text) for port, text in self._labels_shown().items()}
        _spread([port for port in self.inputs if port.isVisible()], wants, self._width, -4.0)
        _spread([port for port in self.outputs if port.isVisible()], {}, self._width, self._height + self.foot)
        for port in (*self.inputs, *self.outputs):
            port.redraw_connected_pipes()

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.viewer():
            self.viewer().node_double_clicked.emit(self.id)
            event.accept()


def _wish(text: str) -> float:
    """The width for an input; little for one with a number alone, since a Viewer that grows does so over others."""
    return 16.0 if len(text) == 1 else max(_metrics(9).horizontalAdvance(text), 26.0) + 12


def _spread(ports: list[TilePort], wants: dict[PortItem, float], width: float, y: float) -> None:
    """Put ports in a row around height `y`, each in a share of the width that is in proportion to what it wants."""
    whole, left = sum(wants.get(port, 1.0) for port in ports), 0.0
    for port in ports:
        share = wants.get(port, 1.0) / whole * width
        box = port.boundingRect()
        port.setPos(left + (share - box.width()) / 2, y - box.height() / 2)
        port.reach = share if wants else box.width()
        left += share


class DotItem(TileItem):
    """A bend in a connection: a small disc; its label stands beside it."""

    foot = -1.0

    def calc_size(self, add_w: float = 0.0, add_h: float = 0.0) -> tuple[float, float]:
        return 14.0 + add_w, 14.0 + add_h

    def _draw_ports(self, painter: QPainter) -> None:
        """The output's foot is not drawn while a line begins there: the disc is enough."""
        for port in (*self.inputs, *self.outputs):
            if port in self._input_items or port.hovered or not port.connected_pipes:
                port.draw(painter)

    def boundingRect(self) -> QRectF:  # noqa: N802
        text = _metrics(10).horizontalAdvance(self.note) + 8 if self.note else 0
        return super().boundingRect().adjusted(0, 0, text, 0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        disc = QRectF(1, 1, self._width - 2, self._height - 2)
        painter.setPen(QPen(SELECTED, 2.0) if self.selected else QPen(QColor("#222222"), 1.0))
        painter.setBrush(PIPE_DISABLED if self.disabled else QColor("#b8b8b8"))
        painter.drawEllipse(disc)
        self._draw_ports(painter)
        if self.note and option.levelOfDetailFromTransform(painter.worldTransform()) >= _LEGIBLE:
            painter.setPen(_PALE_INK)
            painter.setFont(_font(10))
            painter.drawText(QPointF(self._width + 6, self._height - 2), self.note)


class BackdropItem(BackdropNodeItem):
    """A coloured area behind nodes, with its label at the upper left."""

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        """One that is selected alone, as a new one is, takes along what stands on it, too; the library's does not."""
        if event.button() == Qt.MouseButton.LeftButton and self.viewer().selected_nodes() == [self]:
            self.selected = False
        super().mousePressEvent(event)

    def describe(self, note: str, color: tuple[int, int, int, int], size: tuple[float, float]) -> None:
        self.prepareGeometryChange()
        self._properties["color"] = color
        self.backdrop_text = note
        self.width, self.height = size
        self.setToolTip("Drag the title to move what stands on it, the corner to resize.")
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        rect = self.boundingRect().adjusted(1, 1, -1, -1)
        fill = QColor(*self.color)
        painter.setPen(QPen(SELECTED, 2.0) if self.selected else QPen(fill.darker(140), 1.0))
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(_INK if fill.lightnessF() > 0.42 else _PALE_INK)
        painter.setFont(_font(16, bold=True))
        text = self.backdrop_text or self.name
        painter.drawText(rect.adjusted(10, 6, -10, -6), int(Qt.TextFlag.TextWordWrap), text)


class PipeLine(PipeItem):
    """A connection, drawn as Nuke draws it: grey, bright where a selected node hangs on it, dashed to a Viewer."""

    def __init__(self, input_port: PortItem | None = None, output_port: PortItem | None = None) -> None:
        super().__init__(input_port, output_port)
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)  # a picture of a long line is mostly nothing
        self._dir_pointer.setParentItem(None)  # the arrow at the input says it
        self.setPen(QPen(PIPE, 3.0))  # as wide as it is ever painted, which is how wide it can be hit

    def set_pipe_styling(self, color: Any, width: int = 2, style: int = 0) -> None:
        """Follows from what it connects."""
        self.update()

    def _draw_direction_pointer(self) -> None:
        """None; see above."""

    def draw_path(self, start_port: PortItem, end_port: PortItem | None = None, cursor_pos: Any = None) -> None:
        """A straight line from output to input, hidden while either is."""
        source, target = self.output_port, self.input_port
        if source is None or target is None:
            return
        visible = source.isVisible() and target.isVisible()
        self.setVisible(visible)
        if visible:
            path = QPainterPath(source.mapToScene(source.boundingRect().center()))
            path.lineTo(target.mapToScene(target.boundingRect().center()))
            self.setPath(path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        ends = [port.node for port in (self.output_port, self.input_port) if port is not None]
        bright = self._active or self.isSelected() or any(node.selected for node in ends)
        off = any(node.disabled for node in ends)
        pen = QPen(PIPE_SELECTED if bright else PIPE_DISABLED if off else PIPE, 3.0 if self._active else 2.0)
        if ends and ends[-1].kind == "Viewer":
            pen.setStyle(Qt.PenStyle.DashLine)  # as in Nuke: it only looks
        painter.setPen(pen)
        painter.drawPath(self.path())


class TilePort(PortItem):
    """A place to connect. Its tile draws it: an item less to draw for each port is what keeps large scripts fluid."""

    def __init__(self, parent: TileItem) -> None:
        super().__init__(parent)
        self.reach = self.boundingRect().width()  # how wide it takes the pointer; not over its neighbour
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)

    def shape(self) -> QPainterPath:
        """Where it takes the pointer: outside of its tile, all of which is there to click on and to drag.

        The library looks up to 5 pixels above the pointer. Those of a Dot reach over its edge, which is so small.
        """
        path = QPainterPath()
        box = self.boundingRect()
        spare = max(0.0, box.width() - self.reach) / 2
        box.adjust(spare, 0, -spare, 0)
        first, last = -1.0, self.parentItem().height
        if isinstance(self.parentItem(), DotItem):
            box.adjust(6, 0, -6, 0)
            first, last = 1.0, last - 1
        above = self.port_type == PortTypeEnum.IN.value
        box.setBottom(first - self.y()) if above else box.setTop(last - self.y())
        path.addRect(box)
        return path

    @property
    def middle(self) -> QPointF:
        """On the tile."""
        return self.pos() + self.boundingRect().center()

    @property
    def hovered(self) -> bool:
        return self._hovered

    @hovered.setter
    def hovered(self, value: bool) -> None:
        self._hovered = value
        self.parentItem().update()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802
        self.hovered = True

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:  # noqa: N802
        self.hovered = False

    def draw(self, painter: QPainter) -> None:
        """An arrow head that points into the tile, or a small foot below it."""
        painter.setPen(QPen(QColor("#262626"), 1.0))
        painter.setBrush(SELECTED if self.hovered else PIPE if self.connected_pipes else QColor("#707070"))
        x, y = self.middle.toTuple()
        if self.port_type == PortTypeEnum.IN.value:
            painter.drawPolygon(QPolygonF([QPointF(x - 6, y - 6), QPointF(x + 6, y - 6), QPointF(x, y + 6)]))
        else:
            width = 6.0 if self.hovered else 3.6
            painter.drawRect(QRectF(x - width, y - 3, 2 * width, 6))
