"""The surface: what the mouse does to the canvas."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from paircat.ui import live_pipe
from paircat.ui.canvas_editing import Editing
from paircat.ui.canvas_view import LARGEST, SMALLEST

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def graph(canvas):
    """A Read, a Blur below it and a Grade aside, nothing connected."""
    for kind, place in (("Read", (0, 0)), ("Blur", (0, 200)), ("Grade", (250, 100))):
        canvas.add_node(kind, position=place, connect_selected=False)
    canvas.select([])
    canvas.view.frame(canvas.area(canvas.names()))
    canvas.undo_stack.clear()
    return canvas


def at(canvas, place: QPointF) -> QPoint:
    return canvas.view.mapFromScene(place)


def middle(canvas, name: str) -> QPoint:
    return at(canvas, canvas.area([name]).center())


def port(canvas, name: str, slot: str) -> QPoint:
    tile = canvas.tile(name)
    item = (tile.outputs() | tile.inputs())[slot].view
    return at(canvas, item.sceneBoundingRect().center())


def drag(canvas, start: QPoint, end: QPoint) -> None:
    """Press, move in a few steps as a hand does, release."""
    surface = canvas.view.viewport()
    QTest.mouseMove(surface, start)
    QTest.mousePress(surface, LEFT, NONE, start)
    for part in range(1, 9):
        QTest.mouseMove(surface, start + (end - start) * part / 8)
        QApplication.processEvents()
    QTest.mouseRelease(surface, LEFT, NONE, end)
    QApplication.processEvents()


def test_a_click_selects_and_a_double_click_activates(graph, qtbot):
    """One click selects the node under the pointer, a click beside it nothing; two open it."""
    QTest.mouseClick(graph.view.viewport(), LEFT, NONE, middle(graph, "Blur1"))
    assert graph.selected_names() == ["Blur1"]
    QTest.mouseClick(graph.view.viewport(), LEFT, NONE, at(graph, QPointF(150, 250)))
    assert graph.selected_names() == []
    with qtbot.waitSignal(graph.node_activated) as blocker:
        QTest.mouseDClick(graph.view.viewport(), LEFT, NONE, middle(graph, "Grade1"))
    assert blocker.args == ["Grade1"]


def test_dragging_a_node_is_one_step(graph):
    """It stands elsewhere then, and undo puts it back."""
    before = graph.node("Grade1").position
    drag(graph, middle(graph, "Grade1"), middle(graph, "Grade1") + QPoint(60, 40))
    after = graph.node("Grade1").position
    assert after[0] > before[0] and after[1] > before[1] and graph.undo_stack.count() == 1
    graph.undo_stack.undo()
    assert graph.node("Grade1").position == before


def test_a_drag_that_begins_with_a_double_click_is_one_step(graph):
    """The second press counts as any other: what it moves can be undone."""
    surface, start = graph.view.viewport(), middle(graph, "Grade1")
    before, steps = graph.node("Grade1").position, graph.undo_stack.count()
    QTest.mouseClick(surface, LEFT, NONE, start)
    place = QPointF(surface.mapToGlobal(start))
    press = QMouseEvent(QEvent.Type.MouseButtonDblClick, QPointF(start), place, LEFT, LEFT, NONE)
    QApplication.sendEvent(surface, press)
    for part in (20, 40, 60):
        move = QPointF(part, part)
        QApplication.sendEvent(
            surface,
            QMouseEvent(
                QEvent.Type.MouseMove, QPointF(start) + move, place + move, Qt.MouseButton.NoButton, LEFT, NONE
            ),
        )
    QTest.mouseRelease(surface, LEFT, NONE, start + QPoint(60, 60))
    assert graph.node("Grade1").position != before and graph.undo_stack.count() == steps + 1
    graph.undo_stack.undo()
    assert graph.node("Grade1").position == before


def test_a_rubber_band_selects(graph):
    """A drag over empty canvas selects what it touches."""
    area = graph.area(["Read1", "Blur1"]).adjusted(-20, -20, 20, 20)
    drag(graph, at(graph, area.topLeft()), at(graph, area.bottomRight()))
    assert sorted(graph.selected_names()) == ["Blur1", "Read1"]


def test_dragging_from_port_to_port_connects(graph):
    """From an output to an input; one step."""
    drag(graph, port(graph, "Read1", "Output"), port(graph, "Blur1", "Input"))
    assert graph.sources("Blur1") == {"Input": "Read1"} and graph.undo_stack.count() == 1


@pytest.mark.parametrize("way", ["down", "up"])
def test_a_connection_may_be_dropped_on_the_tile(graph, way):
    """Wherever it is dropped on a node, it goes to the port that fits, from either end."""
    if way == "down":
        drag(graph, port(graph, "Read1", "Output"), middle(graph, "Blur1"))
    else:
        drag(graph, port(graph, "Blur1", "Input"), middle(graph, "Read1"))
    assert graph.sources("Blur1") == {"Input": "Read1"}


def test_pulling_a_connection_off_disconnects(graph):
    """Dragged from the input into nothing, it is gone; undo brings it back."""
    graph.connect("Read1", "Blur1", "Input")
    drag(graph, port(graph, "Blur1", "Input"), at(graph, QPointF(200, 20)))
    assert graph.sources("Blur1") == {}
    graph.undo_stack.undo()
    assert graph.sources("Blur1") == {"Input": "Read1"}


@pytest.mark.parametrize(("name", "slot"), [("Blur1", "Input"), ("Read1", "Output")])
def test_a_click_on_a_port_changes_nothing(graph, name, slot):
    """A connection that is let go where it was taken is as it was, and follows the pointer no longer."""
    graph.connect("Read1", "Blur1", "Input")
    graph.undo_stack.clear()
    QTest.mouseClick(graph.view.viewport(), LEFT, NONE, port(graph, name, slot))
    QTest.mouseMove(graph.view.viewport(), middle(graph, "Grade1"))
    QApplication.processEvents()
    assert live_pipe.dragged_port(graph.view) is None
    assert len([item for item in graph.view.all_pipes() if item.input_port and item.output_port]) == 1
    assert graph.sources("Blur1") == {"Input": "Read1"} and graph.undo_stack.count() == 0
    QTest.mouseClick(graph.view.viewport(), LEFT, NONE, middle(graph, "Grade1"))
    assert graph.selected_names() == ["Grade1"]


def test_a_circle_cannot_be_drawn(graph):
    """A connection that would close a circle is not made."""
    graph.connect("Read1", "Blur1", "Input")
    graph.connect("Blur1", "Grade1", "Input")
    graph.disconnect_input("Blur1", "Input")
    drag(graph, port(graph, "Grade1", "Output"), port(graph, "Blur1", "Input"))
    assert graph.sources("Blur1") == {}


def test_a_node_dropped_on_a_pipe_is_inserted(graph):
    """A free node that is let go over a connection stands between; one undo takes it out and back."""
    graph.connect("Read1", "Blur1", "Input")
    graph.undo_stack.clear()
    before = graph.node("Grade1").position
    halfway = (graph.area(["Read1"]).center() + graph.area(["Blur1"]).center()) / 2
    drag(graph, middle(graph, "Grade1"), at(graph, halfway))
    assert graph.sources("Grade1") == {"Input": "Read1"} and graph.sources("Blur1") == {"Input": "Grade1"}
    assert graph.undo_stack.count() == 1
    graph.undo_stack.undo()
    assert graph.sources("Blur1") == {"Input": "Read1"} and graph.sources("Grade1") == {}
    assert graph.node("Grade1").position == before


def test_connected_nodes_are_not_inserted(graph):
    """A node that hangs on something already, or has no input, can be moved across a connection."""
    graph.add_node("Read", position=(250, 0), connect_selected=False)
    graph.connect("Read2", "Grade1", "Input")
    graph.connect("Read1", "Blur1", "Input")
    halfway = (graph.area(["Read1"]).center() + graph.area(["Blur1"]).center()) / 2
    drag(graph, middle(graph, "Grade1"), at(graph, halfway))
    assert graph.sources("Blur1") == {"Input": "Read1"} and graph.sources("Grade1") == {"Input": "Read2"}


def test_a_backdrop_takes_its_nodes_along_and_is_resized(graph):
    """Dragging its title moves what stands on it; dragging its corner makes it larger, in one step."""
    area = graph.area(["Read1", "Blur1"]).adjusted(-40, -60, 40, 40)
    values = {"size": (round(area.width()), round(area.height()))}
    graph.add_node("Backdrop", position=(area.x(), area.y()), values=values, connect_selected=False)
    graph.select([])
    read, grade = graph.node("Read1").position, graph.node("Grade1").position
    title = at(graph, area.topLeft() + QPointF(15, 15))
    drag(graph, title, title + QPoint(-50, -30))
    assert graph.node("Read1").position != read and graph.node("Grade1").position == grade
    graph.select([])
    corner = at(graph, graph.area(["Backdrop1"]).bottomRight() - QPointF(8, 8))
    steps = graph.undo_stack.count()
    drag(graph, corner, corner + QPoint(30, 30))
    width, height = graph.value("Backdrop1", "size")
    assert width > values["size"][0] and height > values["size"][1] and graph.undo_stack.count() == steps + 1
    graph.undo_stack.undo()
    assert graph.value("Backdrop1", "size") == values["size"]
    assert graph.area(["Backdrop1"]).width() == pytest.approx(values["size"][0])


def test_a_new_backdrop_takes_its_nodes_along(graph):
    """It is selected when it has been added, and is moved all the same with what stands on it."""
    area = graph.area(["Read1", "Blur1"]).adjusted(-40, -60, 40, 40)
    values = {"size": (round(area.width()), round(area.height()))}
    graph.add_node("Backdrop", position=(area.x(), area.y()), values=values, connect_selected=False)
    graph.select(["Backdrop1"])
    read, title = graph.node("Read1").position, at(graph, area.topLeft() + QPointF(15, 15))
    drag(graph, title, title + QPoint(-50, -30))
    assert graph.node("Read1").position != read


def test_a_menu_is_that_of_the_node_under_the_pointer(graph, qtbot):
    """It is selected alone, unless it is among the selected ones; a menu beside all nodes leaves them selected."""
    for place, selected in (("Blur1", ["Blur1"]), ("", ["Blur1"])):
        graph.select(["Grade1"] if place else ["Blur1"])
        where = middle(graph, place) if place else at(graph, QPointF(150, 250))
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, graph.view.viewport().mapToGlobal(where))
        with qtbot.waitSignal(graph.view.menu_wanted):
            QApplication.sendEvent(graph.view.viewport(), event)
        assert graph.selected_names() == selected
    graph.select(["Blur1", "Grade1"])
    where = middle(graph, "Blur1")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, graph.view.viewport().mapToGlobal(where))
    QApplication.sendEvent(graph.view.viewport(), event)
    assert set(graph.selected_names()) == {"Blur1", "Grade1"}


def test_the_wheel_zooms_within_limits(graph):
    """Turning on and on ends at the limits, and what is under the pointer stays there."""
    surface = graph.view.viewport()

    def turn(by: int) -> None:
        place = QPointF(200, 150)
        where = surface.mapToGlobal(place)
        none = Qt.MouseButton.NoButton
        event = QWheelEvent(place, where, QPoint(), QPoint(0, by), none, NONE, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(surface, event)

    under = graph.view.mapToScene(QPoint(200, 150))
    turn(120)
    moved = graph.view.mapToScene(QPoint(200, 150)) - under
    assert abs(moved.x()) < 2 and abs(moved.y()) < 2
    for _ in range(60):
        turn(240)
    assert graph.view.transform().m11() == pytest.approx(LARGEST, rel=0.01)
    for _ in range(80):
        turn(-240)
    assert graph.view.transform().m11() == pytest.approx(SMALLEST, rel=0.01)


def test_framing_shows_everything(graph):
    """After framing, all nodes are inside of the view."""
    graph.add_node("Read", position=(4000, 3000), connect_selected=False)
    graph.view.frame(graph.area(graph.names()))
    seen = graph.view.mapToScene(graph.view.viewport().rect()).boundingRect()
    assert seen.contains(graph.area(graph.names()))
    graph.view.frame(graph.area(["Read1"]))
    assert graph.view.transform().m11() == pytest.approx(1, abs=1e-9)  # letters are sharp at their own size


def test_the_view_moves_just_enough(graph):
    """To show an area it goes the shortest way, at the same scale; what is in sight already moves nothing."""
    view = graph.view
    view.frame(graph.area(["Read1"]))

    def seen():
        return view.mapToScene(view.viewport().rect()).boundingRect()

    scale, before = view.transform().m11(), seen()
    view.reveal(graph.area(["Read1"]))
    assert seen() == before
    far = graph.area(["Read1"]).translated(3000, 0)
    view.reveal(far)
    assert seen().contains(far) and seen().right() - far.right() < 60
    assert abs(seen().top() - before.top()) < 2 and view.transform().m11() == pytest.approx(scale, abs=1e-6)
    view.reveal(far.translated(-5000, -900))
    assert seen().contains(far.translated(-5000, -900))


def test_names_stay_legible_in_a_small_window(graph):
    """A smaller canvas shows less, in the same middle and as large as before; a larger one shows it all again."""
    view = graph.view

    def looks() -> tuple[float, float, float]:
        centre = view.mapToScene(view.viewport().rect()).boundingRect().center()
        return view.transform().m11(), centre.x(), centre.y()

    before = looks()
    for width, height in ((500, 150), (90, 40), (1400, 900), (800, 600)):
        graph.resize(width, height)
        QApplication.processEvents()
        assert looks()[0] == pytest.approx(before[0], abs=1e-3)
        assert looks()[1:] == pytest.approx(before[1:], abs=3)


def test_little_room_is_left_around_a_large_graph(canvas):
    """What is scaled down to fit into the view is as legible as it can be there."""
    for place in ((0, 0), (0, 600), (0, 1200)):
        canvas.add_node("Blur", position=place, connect_selected=False)
    canvas.view.frame(canvas.area(canvas.names()))
    seen = canvas.view.mapToScene(canvas.view.viewport().rect()).boundingRect()
    assert canvas.area(canvas.names()).height() > 0.95 * seen.height()


def test_an_empty_canvas_is_not_scaled(canvas):
    """However large the window is when the first node comes, that node is as large as life."""
    canvas.resize(1200, 300)
    QApplication.processEvents()
    assert canvas.view.transform().m11() == pytest.approx(1, abs=0.03)


def test_a_connection_that_would_make_a_circle_says_so(graph, qtbot):
    """Drawn from either end, or dropped on the tile; nothing is connected, and the sentence names the circle."""
    editing = Editing(graph)
    graph.connect("Blur1", "Grade1", "Input")
    steps = graph.undo_stack.count()
    for start, end in (
        (port(graph, "Grade1", "Output"), port(graph, "Blur1", "Input")),
        (port(graph, "Blur1", "Input"), port(graph, "Grade1", "Output")),
        (port(graph, "Grade1", "Output"), middle(graph, "Blur1")),
    ):
        with qtbot.waitSignal(editing.failed) as failed:
            drag(graph, start, end)
        assert failed.args[0].startswith("Connecting Grade1 to Blur1 makes a circle (Blur1 -> Grade1 -> Blur1)")
    assert graph.sources("Blur1") == {} and graph.undo_stack.count() == steps
