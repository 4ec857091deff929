"""CanvasView: the canvas's surface; turns pointer, wheel and drops into what the canvas is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem
from NodeGraphQt.qgraphics.port import PortItem
from NodeGraphQt.widgets.viewer import NodeViewer
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGraphicsSceneMouseEvent,
    QGraphicsView,
)

from paircat.ui import live_pipe
from paircat.ui.node_item import PipeLine, TileItem
from paircat.ui.text_focus import is_typing

SMALLEST, LARGEST = 0.05, 3.0
"""Limits of the scale."""
_AROUND = 20
"""Room around what is brought into sight."""
_QT_KEEPS = 4
"""Pixels at the edges that Qt leaves free when it fits something into a view."""


@dataclass(frozen=True)
class _At:
    """A place in the scene, where NodeGraphQt wants an event that has one."""

    place: QPointF

    def scenePos(self) -> QPointF:  # noqa: N802
        return self.place


class CanvasView(NodeViewer):
    """NodeGraphQt's view with our pipes, limits of zoom, connections dropped anywhere on a tile, and no blocking menus.

    Signals:
        menu_wanted(QPoint): right-click, at this place of the screen.
        dropped(QMimeData, float, float): something was dropped at this place of the scene.
        circle_drawn(source, target, input): a connection was drawn that is not made, since it would make a circle.
    """

    menu_wanted = Signal(QPoint)
    dropped = Signal(QMimeData, float, float)
    circle_drawn = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()  # given the undo stack, it would take the keys of undo and redo from the window's menu
        self.pipe_collision = False  # it looks for a pipe where the dragged node was, not where it is
        self.COLLIDING_state = False
        live_pipe.restyle(self)

    # Connections

    def establish_connection(self, start_port: PortItem, end_port: PortItem) -> None:
        pipe = PipeLine()
        self.scene().addItem(pipe)
        pipe.set_connections(start_port, end_port)
        pipe.draw_path(pipe.input_port, pipe.output_port)
        if start_port.node.selected or end_port.node.selected:
            pipe.highlight()

    @staticmethod
    def acyclic_check(start_port: PortItem, end_port: PortItem) -> bool:
        """Whether connecting the two makes no circle. The library's own walks every path, which may be millions."""
        source, target = (start_port, end_port) if end_port.port_type == "in" else (end_port, start_port)
        waiting, seen = [source.node], set()
        while waiting:
            node = waiting.pop()
            if node is target.node:
                return False
            if node.id not in seen:
                seen.add(node.id)
                waiting += [other.node for port in node.inputs for other in port.connected_ports]
        return True

    def apply_live_connection(self, event: QGraphicsSceneMouseEvent | _At) -> None:
        """A connection may be dropped on any part of a tile; it then goes to the port that makes sense."""
        start = live_pipe.dragged_port(self)
        place = event.scenePos()
        if start is not None and not any(isinstance(item, PortItem) for item in self.scene().items(place)):
            port = self._port_for(start, place)
            if port is not None:
                event = _At(port.sceneBoundingRect().center())
        end = next((item for item in self.scene().items(event.scenePos()) if isinstance(item, PortItem)), None)
        if start is not None and end is not None and start.port_type != end.port_type and start.node is not end.node:
            source, target = (start, end) if end.port_type == "in" else (end, start)
            if not self.acyclic_check(source, target):
                self.circle_drawn.emit(source.node.name, target.node.name, target.name)
        super().apply_live_connection(event)
        if live_pipe.dragged_port(self) is not None:  # let go where it began: the library would go on without a button
            live_pipe.put_back(self)

    def _port_for(self, start: PortItem, place: QPointF) -> PortItem | None:
        for item in self.scene().items(place):
            if isinstance(item, TileItem) and item is not start.node:
                ports = item.outputs if start.port_type == "in" else [port for port in item.inputs if port.isVisible()]
                free = [port for port in ports if not port.connected_ports]
                return (free or ports or [None])[0] if start.port_type == "out" else (ports or [None])[0]
        return None

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._read_modifiers(event)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The second press is one too: a drag that begins with it is a step of undo as any other."""
        self.mousePressEvent(event)
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        if self.LMB_state and live_pipe.drags_nodes(self):
            self._mark_pipe(self._pipe_below())

    def _pipe_below(self) -> PipeLine | None:
        """The pipe that the dragged node would go into if it were let go now."""
        if live_pipe.dragged_port(self) is not None or not self._insertable():
            return None
        (node,) = self.selected_nodes()
        pipes = [item for item in node.collidingItems() if isinstance(item, PipeLine) and item.isVisible()]
        return next((pipe for pipe in pipes if pipe.input_port and pipe.output_port), None)

    def _mark_pipe(self, pipe: PipeLine | None) -> None:
        """Show a pipe, and no other, as the one that takes the node; the library asks for it at the release."""
        for other in self.selected_pipes():
            if other is not pipe:
                other.setSelected(False)
        self.COLLIDING_state = pipe is not None
        if pipe is not None:
            pipe.setSelected(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self.COLLIDING_state = False
        for pipe in self.selected_pipes():
            pipe.setSelected(False)

    def _insertable(self) -> bool:
        """Whether the node that is dragged may go into a pipe: it passes pictures on, and hangs on nothing yet."""
        nodes = self.selected_nodes()
        if len(nodes) != 1 or not isinstance(nodes[0], TileItem):
            return False
        ports = [*nodes[0].inputs, *nodes[0].outputs]
        return bool(nodes[0].inputs and nodes[0].outputs) and not any(port.connected_pipes for port in ports)

    def _read_modifiers(self, event: QMouseEvent) -> None:
        """The library learns of Alt, Ctrl and Shift from key events, and misses those that went to another window."""
        held = event.modifiers()
        self.ALT_state = bool(held & Qt.KeyboardModifier.AltModifier)
        self.CTRL_state = bool(held & Qt.KeyboardModifier.ControlModifier)
        self.SHIFT_state = bool(held & Qt.KeyboardModifier.ShiftModifier)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        now = self.transform().m11()
        wanted = now * 1.0015 ** (event.angleDelta().y() or event.angleDelta().x())
        factor = min(max(wanted, SMALLEST), LARGEST) / now
        if abs(factor - 1) > 1e-6:
            self.scale(factor, factor, self.mapToScene(event.position().toPoint()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The library zooms with the widget's size, until no name can be read. As in Nuke the scale stays instead."""
        scale, centre = self.transform().m11(), QRectF(*self.scene_rect()).center()
        super().resizeEvent(event)
        if self.all_nodes():
            self._show(centre, scale)
        else:
            self.reset_zoom()

    def event(self, event: QEvent) -> bool:
        """No shortcut works in the middle of a drag: what is dragged would be undone or deleted under the pointer."""
        if event.type() == QEvent.Type.ShortcutOverride and self._is_dragging():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not self._is_dragging():
            super().keyPressEvent(event)

    def _is_dragging(self) -> bool:
        return self.LMB_state and (live_pipe.drags_nodes(self) or live_pipe.dragged_port(self) is not None)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Keys act on what the mouse is over, as in Nuke, unless something is being typed elsewhere."""
        if not is_typing():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The library fills a hidden menu bar here, whose shortcuts would be in the way of our menus'."""
        QGraphicsView.focusInEvent(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.clear_key_state()
        QGraphicsView.focusOutEvent(self, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.RMB_state = False
        self._select_under(event.pos())
        self.menu_wanted.emit(event.globalPos())
        event.accept()

    def _select_under(self, place: QPoint) -> None:
        """What a menu does, it does to the node that it was opened on."""
        node = next((item for item in self.items(place) if isinstance(item, AbstractNodeItem)), None)
        if node is not None and not node.selected:
            self.scene().clearSelection()
            node.selected = True

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        self._accept(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        self._accept(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        place = self.mapToScene(event.position().toPoint())
        self._accept(event)
        self.dropped.emit(event.mimeData(), place.x(), place.y())

    @staticmethod
    def _accept(event: QDropEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    # Places

    def frame(self, rect: QRectF) -> None:
        """Show a part of the scene whole, with some room around it, and never larger than life."""
        rect = rect.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        size = self.viewport().size()
        scale = min(size.width() / rect.width(), size.height() / rect.height(), 1.0)
        self._show(rect.center(), scale)

    def _show(self, centre: QPointF, scale: float) -> None:
        """Have a place of the scene in the middle, at a scale."""
        width, height = (max(1, side - _QT_KEEPS) / scale for side in self.viewport().size().toTuple())
        self.set_scene_rect([centre.x() - width / 2, centre.y() - height / 2, width, height])

    def reveal(self, area: QRectF) -> None:
        """Move just far enough to show an area, with some room around it; the scale stays.

        Of one that is larger than the view, the upper left part is shown.
        """
        area = area.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        right = min(max(area.right() - seen.right(), 0.0), area.left() - seen.left())
        down = min(max(area.bottom() - seen.bottom(), 0.0), area.top() - seen.top())
        if right or down:
            x, y, width, height = self.scene_rect()
            self.set_scene_rect([x + right, y + down, width, height])

    def pointer(self) -> QPointF:
        """The place in the scene where the pointer was last, or the middle where it is outside."""
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        if not self.viewport().rect().contains(place):
            place = self.viewport().rect().center()
        return self.mapToScene(place)
