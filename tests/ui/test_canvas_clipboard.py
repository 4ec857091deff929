"""Nodes as text."""

import pytest

from paircat.engine.errors import PairCatError
from paircat.nodes.script import Script
from paircat.ui.canvas_clipboard import copied_text, is_script, moved, pasted_nodes


@pytest.fixture
def script():
    """Read1 -> Blur1 -> Grade1."""
    made = Script()
    for kind in ("Read", "Blur", "Grade"):
        made.add(kind)
    made.connect("Read1", "Blur1")
    made.connect("Blur1", "Grade1")
    return made


def test_pasted_names_are_free(script):
    """In another script the names stay; in the same one they are numbered on, and connections follow."""
    text = copied_text(script, ["Blur1", "Grade1"])
    assert is_script(text) and "Read1" in text
    elsewhere = pasted_nodes(text, Script(), lambda name, first: None)
    assert [node.name for node in elsewhere] == ["Blur1", "Grade1"]
    assert elsewhere[0].connections == {} and elsewhere[1].connections == {"Input": "Blur1"}
    here = pasted_nodes(text, script, lambda name, first: "Grade1")
    assert [node.name for node in here] == ["Blur2", "Grade2"]
    assert here[0].connections == {"Input": "Grade1"} and here[1].connections == {"Input": "Blur2"}


def test_names_that_cross_are_kept_apart(script):
    """Where a copied node's name is the new name of another, each still gets its own."""
    script.add("Blur")
    text = copied_text(script, ["Blur1", "Blur2"])
    target = Script()
    target.add("Blur")
    names = [node.name for node in pasted_nodes(text, target, lambda name, first: None)]
    assert names == ["Blur2", "Blur3"]


def test_moving(script):
    """Positions are shifted, all by the same."""
    nodes = moved(pasted_nodes(copied_text(script, ["Blur1"]), Script(), lambda name, first: None), 10.0, -5.0)
    across, down = script.nodes["Blur1"].position
    assert nodes[0].position == (across + 10.0, down - 5.0)


def test_damaged_text_is_reported():
    """Text that only looks like nodes is refused with a sentence."""
    broken = '{"format": "paircat script", "nodes": '
    assert is_script(broken)
    with pytest.raises(PairCatError, match="holds no PairCat nodes"):
        pasted_nodes(broken, Script(), lambda name, first: None)
