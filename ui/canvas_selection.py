"""Selection: which nodes of a canvas are selected, in the order in which that happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.ui.canvas_node import Area, Tile
from paircat.ui.canvas_view import CanvasView


class Selection(QObject):
    """
    Args:
        nodes: gives all nodes of the canvas.

    Signals:
        changed(names): once, however many nodes were selected at a time.
    """

    changed = Signal(list)

    def __init__(self, view: CanvasView, nodes: Callable[[], list[Tile | Area]]) -> None:
        super().__init__(view)
        self._view, self._nodes = view, nodes
        self._names: list[str] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        view.scene().selectionChanged.connect(self._soon.start)

    def names(self) -> list[str]:
        """The first one selected first."""
        if self._soon.isActive():
            self.refresh()
        return list(self._names)

    def select(self, names: Iterable[str]) -> None:
        """Select these nodes and no others."""
        wanted = set(names)
        scene = self._view.scene()
        scene.blockSignals(True)  # told once, not once for each of hundreds
        for node in self._nodes():
            node.view.selected = node.name() in wanted
        scene.blockSignals(False)
        self.refresh()

    def refresh(self) -> None:
        """Look at what is selected now, under the names of now."""
        self._soon.stop()
        by_id = {node.id: node.name() for node in self._nodes()}
        items = sorted(self._view.selected_nodes(), key=lambda item: (item.x(), item.y()))
        names = [by_id[item.id] for item in items if item.id in by_id]
        known = set(names)
        kept = [name for name in self._names if name in known]
        before = set(kept)
        selected = kept + [name for name in names if name not in before]
        if selected != self._names:
            self._names = selected
            self.changed.emit(list(selected))
