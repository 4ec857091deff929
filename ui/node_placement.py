"""Node placement: where a new node stands on the canvas so that it covers no other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

GAP = 34.0
"""Between a node and one that is put below it."""
_CLEARANCE = 8.0


def beside(wanted: QRectF, others: Sequence[QRectF]) -> tuple[float, float]:
    """The upper left corner nearest to the wanted one, to the right of it, where nothing else stands."""
    box = QRectF(wanted)
    while True:
        around = box.adjusted(-_CLEARANCE, -_CLEARANCE, _CLEARANCE, _CLEARANCE)
        hit = [other for other in others if around.intersects(other)]
        if not hit:
            return box.x(), box.y()
        box.moveLeft(round(max(other.right() for other in hit)) + 2 * _CLEARANCE)
