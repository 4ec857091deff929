"""Live pipe: the connection that is being drawn with the pointer, and what NodeGraphQt keeps private about it."""

from __future__ import annotations

from NodeGraphQt.qgraphics.port import PortItem
from NodeGraphQt.widgets.viewer import NodeViewer

from paircat.ui.node_item import SELECTED


def restyle(view: NodeViewer) -> None:
    """Give the line that follows the pointer our colour, and hide the key hints that would follow it too."""
    view._LIVE_PIPE.color = SELECTED.getRgb()
    view._LIVE_PIPE.set_pipe_styling(color=SELECTED.getRgb(), width=2, style=view._LIVE_PIPE.style)
    view._cursor_text.setOpacity(0.0)


def dragged_port(view: NodeViewer) -> PortItem | None:
    """The port from which a connection is being drawn, if any."""
    return view._start_port if view._LIVE_PIPE.isVisible() else None


def drags_nodes(view: NodeViewer) -> bool:
    """Whether the pointer is moving nodes."""
    return bool(view._node_positions)


def put_back(view: NodeViewer) -> None:
    """End the drawing of a connection that has gone nowhere, with all as it was before."""
    start, detached = view._start_port, view._detached_port
    if start is None:
        return
    start.hovered = False
    if detached is not None:
        view.establish_connection(start, detached)
        view._detached_port = None
    view.end_live_connection()
