"""Where new nodes stand."""

from PySide6.QtCore import QRectF

from paircat.ui.node_placement import beside


def test_a_free_place_is_taken_as_it_is():
    """Nothing is moved without need."""
    assert beside(QRectF(10, 20, 100, 30), [QRectF(300, 20, 100, 30)]) == (10, 20)


def test_a_taken_place_is_left_to_the_right():
    """Past everything that is in the way, also what is met on the way."""
    others = [QRectF(0, 0, 100, 30), QRectF(130, 10, 100, 30)]
    x, y = beside(QRectF(0, 0, 100, 30), others)
    assert y == 0 and not any(QRectF(x, y, 100, 30).intersects(other) for other in others)
