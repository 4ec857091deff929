"""Marks on nodes that a picture fails because of."""

from PySide6.QtCore import QRectF

from paircat.ui.canvas_errors import CanvasErrors, ErrorMark


def test_a_mark_says_what_is_wrong_and_goes_when_it_is_not(canvas):
    """One mark a node, however often it is found again; its word has the sentence under the pointer."""
    read, blur = canvas.add_node("Read"), canvas.add_node("Blur")
    errors = CanvasErrors(canvas)
    for _ in range(2):
        errors.show({read: "There is no file.", "Gone1": "Nobody has this."})
    tile = canvas.tile(read).view
    (mark,) = [item for item in tile.childItems() if isinstance(item, ErrorMark)]
    assert mark.toolTip() == "There is no file." and errors.marked() == {read: "There is no file."}
    assert mark.boundingRect().contains(QRectF(0, 0, *tile.size))
    errors.show({blur: "It is not connected."})
    assert errors.marked() == {blur: "It is not connected."}
    errors.show({})
    assert errors.marked() == {}


def test_marks_of_removed_nodes_go_with_them(canvas):
    """Removed, brought back by undo, loaded anew: nothing fails, and the next answer marks again."""
    read = canvas.add_node("Read")
    errors = CanvasErrors(canvas)
    errors.show({read: "There is no file."})
    canvas.remove([read])
    errors.show({read: "There is no file."})
    assert errors.marked() == {}
    canvas.undo_stack.undo()
    errors.show({read: "There is no file."})
    assert errors.marked() == {read: "There is no file."}


def test_a_mark_is_seen(canvas):
    """Red beside the tile, which is otherwise as it was."""
    read = canvas.add_node("Read")

    def reds() -> int:
        image = canvas.view.grab().toImage()
        colours = [image.pixelColor(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)]
        return sum(colour.red() > 220 and colour.green() < 120 and colour.blue() < 120 for colour in colours)

    before = reds()
    CanvasErrors(canvas).show({read: "There is no file."})
    assert reds() > before + 20
