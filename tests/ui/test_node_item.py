"""How nodes are drawn: what of NodeGraphQt's inside we rely on holds, and the picture shows it."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from paircat.ui.live_pipe import dragged_port
from paircat.ui.node_item import SELECTED, PipeLine


@pytest.fixture
def pair(canvas):
    """A Read above a Blur, connected, in the middle of the view at full size."""
    canvas.add_node("Read", position=(0, 0))
    canvas.add_node("Blur", position=(0, 150))
    canvas.select([])
    canvas.view.frame(canvas.area(canvas.names()))
    return canvas


def colour_at(canvas, place: QPointF) -> QColor:
    return canvas.view.viewport().grab().toImage().pixelColor(canvas.view.mapFromScene(place))


def pipes(canvas) -> list:
    return [item for item in canvas.view.scene().items() if isinstance(item, PipeLine) and item.input_port]


def test_a_tile_has_the_colour_of_its_kind(pair):
    """Flat, in the declared colour; disabled it loses it, selected it has a bright edge."""
    inside = pair.area(["Blur1"]).topLeft() + QPointF(8, 12)
    declared = QColor(pair.node("Blur1").colour)
    assert colour_at(pair, inside) == declared
    pair.set_disabled(["Blur1"], True)
    assert colour_at(pair, inside).saturation() < declared.saturation() / 2
    pair.set_disabled(["Blur1"], False)
    pair.select(["Blur1"])
    edge = QPointF(pair.area(["Blur1"]).left() + 0.5, pair.area(["Blur1"]).center().y())
    assert abs(colour_at(pair, edge).hue() - SELECTED.hue()) < 12


def test_tiles_grow_with_what_is_written_on_them(pair):
    """A long name makes it wider, a label higher, another label higher still."""
    small = pair.area(["Blur1"])
    pair.rename("Blur1", "ABlurWithAVeryLongNameIndeed")
    wide = pair.area(["ABlurWithAVeryLongNameIndeed"])
    pair.set_value("ABlurWithAVeryLongNameIndeed", "label", "one line")
    high = pair.area(["ABlurWithAVeryLongNameIndeed"])
    pair.set_value("ABlurWithAVeryLongNameIndeed", "label", "one line\nand another")
    higher = pair.area(["ABlurWithAVeryLongNameIndeed"])
    assert small.width() < wide.width() and wide.height() < high.height() < higher.height()


def test_a_viewer_keeps_its_width_as_it_is_used(pair):
    """More of its inputs show, side by side, and none of it comes to stand over what is beside it."""
    pair.add_node("Viewer", position=(200, 150), connect_selected=False)
    before = pair.area(["Viewer1"])
    for number in range(1, 6):
        pair.connect("Read1", "Viewer1", str(number))
    assert pair.area(["Viewer1"]) == before
    pair.view.frame(before)
    ports = [port for port in pair.tile("Viewer1").view.inputs if port.isVisible()]
    assert len(ports) == 6
    for port in ports:
        place = pair.view.mapFromScene(port.sceneBoundingRect().center())
        QTest.mousePress(pair.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert dragged_port(pair.view) is port
        QTest.mouseRelease(pair.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_name_stands_inside(pair):
    """There is ink within the tile, and none beside it."""
    area = pair.area(["Read1"])
    image = pair.view.viewport().grab().toImage()

    def shades(left: float, right: float) -> set[str]:
        y = pair.view.mapFromScene(area.center()).y()
        ends = (pair.view.mapFromScene(QPointF(x, area.center().y())).x() for x in (left, right))
        return {image.pixelColor(x, y).name() for x in range(*ends)}

    assert len(shades(area.left() + 10, area.right() - 10)) > 3
    assert len(shades(area.right() + 20, area.right() + 120)) == 1


def test_ports_are_above_and_below(pair):
    """Inputs on the upper edge, the output on the lower one; several inputs are spread over the width."""
    pair.add_node("CopyCat", position=(0, 300), connect_selected=False)
    tile = pair.tile("CopyCat1")
    area = pair.area(["CopyCat1"])
    inputs = [port.view.sceneBoundingRect().center() for port in tile.input_ports() if port.visible()]
    output = tile.output_ports()[0].view.sceneBoundingRect().center()
    assert all(abs(place.y() - area.top()) < 8 and area.left() < place.x() < area.right() for place in inputs)
    assert abs(output.y() - area.bottom()) < 8 and abs(output.x() - area.center().x()) < 2
    assert inputs[1].x() - inputs[0].x() > 35


@pytest.mark.parametrize("slot", ["Input", "GroundTruth", "Preview"])
def test_a_click_on_the_words_of_an_input_selects_the_node(pair, slot):
    """All that is inside the tile is the tile's; a connection is taken at the arrow above it."""
    pair.add_node("CopyCat", position=(0, 300), connect_selected=False)
    for name in ("Input", "GroundTruth", "Preview"):
        pair.connect("Blur1", "CopyCat1", name)
    pair.select([])
    pair.view.frame(pair.area(["CopyCat1"]))
    tile, surface = pair.tile("CopyCat1"), pair.view.viewport()
    port = next(port.view for port in tile.input_ports() if port.name() == slot)
    top, across = pair.area(["CopyCat1"]).top(), port.sceneBoundingRect().center().x()
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=pair.view.mapFromScene(QPointF(across, top + 5)))
    assert pair.selected_names() == ["CopyCat1"]
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=pair.view.mapFromScene(QPointF(across, top - 2)))
    assert dragged_port(pair.view) is port
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=pair.view.mapFromScene(QPointF(across, top - 2)))


def test_the_pipe_of_a_viewer_is_dashed(pair):
    """Others are whole; the line of a selected node is bright."""
    pair.add_node("Viewer", position=(0, 400), connect_selected=False)
    pair.connect("Blur1", "Viewer1", "1")
    pair.view.frame(pair.area(pair.names()))

    def along(node: str, slot: str) -> list[QColor]:
        port = pair.tile(node).inputs()[slot].view
        (pipe,) = port.connected_pipes
        image = pair.view.viewport().grab().toImage()
        places = [pipe.path().pointAtPercent(at / 60) for at in range(12, 48)]
        return [image.pixelColor(pair.view.mapFromScene(place)) for place in places]

    assert min(colour.lightness() for colour in along("Blur1", "Input")) > 90
    assert min(colour.lightness() for colour in along("Viewer1", "1")) < 70
    assert max(colour.lightness() for colour in along("Viewer1", "1")) > 90
    pair.select(["Read1"])
    assert all(abs(colour.hue() - SELECTED.hue()) < 12 for colour in along("Blur1", "Input"))
    pair.select([])
    assert all(colour.saturation() < 20 for colour in along("Blur1", "Input"))


def test_pipes_follow_the_ports(pair):
    """A pipe begins and ends at its ports, also after the tile has grown or moved."""
    pair.set_value("Read1", "label", "a label that makes it higher\nand wider than it was")
    (pipe,) = pipes(pair)
    ends = {(round(pipe.path().pointAtPercent(at).x()), round(pipe.path().pointAtPercent(at).y())) for at in (0, 1)}
    places = [port.sceneBoundingRect().center() for port in (pipe.input_port, pipe.output_port)]
    assert all(min(abs(x - place.x()) + abs(y - place.y()) for x, y in ends) < 3 for place in places)


def test_the_dragged_port_is_known_while_it_is_dragged(pair):
    """From the press on a port to the release, and not before or after."""
    port = pair.tile("Read1").output_ports()[0].view
    surface, place = pair.view.viewport(), pair.view.mapFromScene(port.sceneBoundingRect().center())
    assert dragged_port(pair.view) is None
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(surface, place + QPoint(60, 10))
    assert dragged_port(pair.view) is port
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=place + QPoint(60, 10))
    assert dragged_port(pair.view) is None


def test_a_dot_is_small_and_its_label_beside_it(pair):
    """Its place for connections is in its middle, whatever the label."""
    pair.add_node("Dot", position=(300, 300), connect_selected=False)
    assert pair.area(["Dot1"]).width() < 20
    pair.set_value("Dot1", "label", "to the comp")
    tile = pair.tile("Dot1")
    assert pair.area(["Dot1"]).width() < 20 and tile.view.boundingRect().width() > 60
    ports = [port.view.sceneBoundingRect().center().x() for port in (*tile.input_ports(), *tile.output_ports())]
    assert all(abs(x - 307) < 2 for x in ports)
