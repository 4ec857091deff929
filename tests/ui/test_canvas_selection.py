"""Selection: what is selected on the canvas, and who is told."""


def test_the_order_of_selecting_is_kept(canvas):
    """The one selected first comes first, wherever it stands; one that goes leaves the others as they were."""
    for number in range(3):
        canvas.add_node("Read", position=(200 * number, 0), connect_selected=False)
    canvas.select(["Read3"])
    canvas.tile("Read1").view.setSelected(True)
    canvas.tile("Read2").view.setSelected(True)
    assert canvas.selected_names() == ["Read3", "Read1", "Read2"]
    canvas.remove(["Read1"])
    assert canvas.selected_names() == ["Read3", "Read2"]


def test_many_changes_are_reported_once(canvas, qtbot):
    """Those of the pointer a moment later, those of the program at once; asking for the names never waits."""
    for number in range(5):
        canvas.add_node("Read", position=(200 * number, 0), connect_selected=False)
    canvas.select([])
    received: list[list[str]] = []
    canvas.selection_changed.connect(received.append)
    for name in canvas.names():
        canvas.tile(name).view.setSelected(True)
    assert len(canvas.selected_names()) == 5
    qtbot.wait(20)
    assert len(received) == 1
    canvas.select(["Read2"])
    assert received[1:] == [["Read2"]]
