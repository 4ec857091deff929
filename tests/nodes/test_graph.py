"""Graphs: following connections, circles, paths."""

from pathlib import Path

import pytest

from paircat.engine.errors import GraphError
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.read import ReadOp
from paircat.nodes.graph import Graph
from paircat.nodes.script import Script


@pytest.fixture
def script(tmp_path):
    """Read1 -> Blur1 -> Grade1."""
    made = Script(tmp_path / "shot.pcat")
    made.add("Read").set("file", "plate.####.exr")
    made.add("Blur").set("size", 2)
    made.add("Grade")
    made.connect("Read1", "Blur1")
    made.connect("Blur1", "Grade1")
    return made


def test_shared_inputs_are_one_op(script):
    """Two nodes behind one share its Op, so frames are made once."""
    script.add("Merge")
    script.connect("Blur1", "Merge1", "A")
    script.connect("Grade1", "Merge1", "B")
    op = script.op("Merge1")
    assert op.a is op.b.source
    assert op.a == BlurOp(op.a.source, 2.0, 2.0)


def test_disabled_node_is_its_first_input(script):
    """A disabled node gives what its first input gives; disabled again and again up to the source."""
    script.node("Grade1").disabled = True
    assert script.op("Grade1") == script.op("Blur1")
    script.node("Blur1").disabled = True
    assert isinstance(script.op("Grade1"), ReadOp)
    script.node("Read1").disabled = True
    with pytest.raises(GraphError, match="Read1 is disabled and has no input"):
        script.op("Grade1")


def test_unconnected_input_names_node_and_input(script):
    """What is missing is named, not what was asked for."""
    script.disconnect("Blur1", "Input")
    with pytest.raises(GraphError, match="The Input input of Blur1 is not connected; connect a node"):
        script.op("Grade1")


def test_connection_to_nothing_names_both(script):
    """A connection to a node that does not exist says so."""
    script.node("Blur1").connections["Input"] = "Read9"
    with pytest.raises(GraphError, match="Blur1 leads to 'Read9', which does not exist"):
        script.op("Grade1")


def test_circle_names_its_nodes(script):
    """A circle in a file that was edited by hand is found where it matters."""
    script.node("Blur1").connections["Input"] = "Grade1"
    with pytest.raises(GraphError, match=r"Grade1 -> Blur1 -> Grade1"):
        script.op("Grade1")


def test_unknown_node_is_answered_with_the_known_ones(script):
    """A wrong name is answered with those that there are."""
    with pytest.raises(GraphError, match="no node 'Write1' in the script; it has Blur1, Grade1, Read1"):
        script.op("Write1")


def test_paths_start_at_the_scripts_folder(script, tmp_path):
    """A relative path is relative to the script, wherever the program was started."""
    assert script.op("Read1").path == str(tmp_path / "plate.####.exr")
    script.node("Read1").set("file", "../other/plate.[1-9].exr")
    assert script.op("Read1").path == str(tmp_path.parent / "other" / "plate.[1-9].exr")


def test_variables_and_home_are_expanded_when_used_and_saved_as_typed(script, tmp_path, monkeypatch):
    """`$SHOT` and `~` mean what they mean on the machine that renders."""
    monkeypatch.setenv("SHOT", "sh010")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    script.node("Read1").set("file", "~/$SHOT/${SHOT}.####.exr")
    assert script.op("Read1").path == str(tmp_path / "sh010" / "sh010.####.exr")
    assert '"~/$SHOT/${SHOT}.####.exr"' in script.to_text()


def test_variable_that_is_not_set_is_named(script, monkeypatch):
    """A variable without a value is an error instead of a folder called $SHOT."""
    monkeypatch.delenv("SHOT", raising=False)
    script.node("Read1").set("file", "$SHOT/a.exr")
    with pytest.raises(GraphError, match=r"Read1: '\$SHOT/a.exr' uses \$SHOT, which is not set"):
        script.op("Read1")


def test_a_home_that_nobody_has_is_a_folder_that_is_missing(script):
    """It is taken as it is typed, and whoever looks for it says that it is not there."""
    script.node("Read1").set("file", "~nobody-of-that-name/a.####.exr")
    assert script.op("Read1").path.endswith("~nobody-of-that-name/a.####.exr")


def test_connected_node_is_found_through_dots(script):
    """A Dot between two nodes is no node to ask."""
    for number in (1, 2):
        script.add("Dot", f"Dot{number}")
    script.connect("Blur1", "Dot1")
    script.connect("Dot1", "Dot2")
    script.connect("Dot2", "Grade1")
    graph = Graph(script.nodes, Path.cwd())
    assert graph.connected_node(script.node("Grade1"), "Input").name == "Blur1"
    script.disconnect("Dot1", "Input")
    with pytest.raises(GraphError, match="input of Dot1 is not connected"):
        graph.connected_node(script.node("Grade1"), "Input")


def row_of(script, kind, count):
    """That many nodes of a kind, one behind another, behind Grade1; gives the last one's name."""
    source = "Grade1"
    for number in range(1, count + 1):
        node = script.add(kind, f"{kind}{number + 10}")
        node.connections["Input"] = source
        source = node.name
    return source


def test_a_row_of_dots_may_be_as_long_as_it_likes(script):
    """It means what stands before it."""
    assert script.op(row_of(script, "Dot", 3000)) == script.op("Grade1")


def test_dots_in_a_circle_are_reported(script):
    """However many there are."""
    last = row_of(script, "Dot", 3000)
    script.node("Dot11").connections["Input"] = last
    with pytest.raises(GraphError, match=r"round in a circle \(Dot.* -> \.\.\. -> .*\); disconnect") as refused:
        script.op(last)
    assert len(str(refused.value)) < 300


def test_more_nodes_in_a_row_than_the_stack_holds_get_a_sentence(script):
    """Not a traceback."""
    last = row_of(script, "Blur", 3000)
    with pytest.raises(GraphError, match=f"Too many nodes stand one behind another up from {last}"):
        script.op(last)
    assert isinstance(script.op("Blur1"), BlurOp)


def test_what_is_viewed_is_the_node_behind_dots(script):
    """Most nodes are viewed as what they hand on; a circle is told as ever, and so is a node that is not there."""
    script.add("Dot")
    script.connect("Grade1", "Dot1")
    graph = script.graph()
    assert graph.viewed("Dot1") == (graph.op("Grade1"), "")
    with pytest.raises(GraphError, match="no node 'Gone'"):
        graph.viewed("Gone")
    script.add("CopyCat")
    script.connect("CopyCat1", "Blur1")
    script.node("CopyCat1").connections["Input"] = "Grade1"
    with pytest.raises(GraphError, match="round in a circle"):
        script.graph().viewed("CopyCat1")
