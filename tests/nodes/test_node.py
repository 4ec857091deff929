"""Nodes as plain data, and the register of kinds."""

import pytest

from paircat.engine.errors import GraphError
from paircat.nodes import node as node_module
from paircat.nodes.copycat import CopyCat
from paircat.nodes.knobs import Int, When
from paircat.nodes.node import Input, Node, node_kinds, register


@pytest.fixture(autouse=True)
def _own_register(monkeypatch):
    """Kinds that a test registers are gone after it."""
    monkeypatch.setattr(node_module, "_kinds", dict(node_module._kinds))


def test_defaults_are_not_kept():
    """A knob that is set back to its default is as if it was never touched."""
    node = CopyCat("CopyCat1", {"cropSize": "128", "epochs": 10000})
    assert node.values == {"cropSize": 128}
    node.set("cropSize", "Auto")
    assert node.values == {} and node.value("cropSize") == "Auto"


def test_wrong_value_names_node_and_knob_and_changes_nothing():
    """A value that a knob refuses leaves the old one."""
    node = CopyCat("CopyCat7", {"cropSize": 64})
    with pytest.raises(GraphError, match=r"CopyCat7: The knob 'cropSize' cannot be '77'"):
        node.set("cropSize", 77)
    assert node.value("cropSize") == 64


def test_what_follows_a_node_can_go_on_with_an_odd_value():
    """A script may hold what a knob does not allow; then the default stands for it, and the value is kept."""
    node = CopyCat("CopyCat1", {"epochs": 7})
    node.values["liveUpdates"] = "maybe"
    assert node.usable("epochs") == 7 and node.usable("liveUpdates") is False
    assert node.values["liveUpdates"] == "maybe"
    with pytest.raises(GraphError, match="no knob"):
        node.usable("nothing")


def test_unknown_knob_is_answered_with_the_known_ones():
    """A spelling mistake is answered with the names that there are."""
    with pytest.raises(GraphError, match=r"no knob 'cropsize'; it has .*dataDirectory, .*cropSize"):
        CopyCat("CopyCat1").set("cropsize", 64)


def test_conditions_follow_the_other_knobs():
    """The batch size is free while its type is Manual; the checkpoint is shown while weights start from one."""
    node = CopyCat("CopyCat1")
    assert not node.enabled("batchSize") and not node.visible("checkpointFile")
    node.set("batchSizeType", "Manual")
    node.set("initialWeights", "Checkpoint")
    assert node.enabled("batchSize") and node.visible("checkpointFile")


def test_every_kind_is_whole():
    """Every kind has a category, a tile colour, a tooltip, and words for every knob."""
    assert len(node_kinds()) >= 18
    for kind, node_class in node_kinds().items():
        node = node_class(f"{kind}1")
        assert node.tooltip().endswith(".") and node.category and len(node.colour) == 7
        assert node_class.__module__.startswith("paircat.nodes.")
        for knob in node.all_knobs():
            assert knob.label and knob.tooltip.endswith("."), f"{kind}.{knob.name}"
            assert node.value(knob.name) == knob.default


def test_registered_node_is_a_kind_like_the_others():
    """A plugin is a class that declares itself in the way of the built-in ones."""

    @register
    class Sharpen(Node):
        """Sharpens."""

        kind = "Sharpen"
        inputs = (Input("Input"),)
        knobs = (Int("radius", "Radius", "How far.", default=2),)

    assert node_kinds()["Sharpen"] is Sharpen
    assert Sharpen("Sharpen1").value("radius") == 2


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ({"kind": ""}, "no kind"),
        ({"knobs": (Int("a", "", ""), Int("a", "", ""))}, "two knobs"),
        ({"knobs": (Int("label", "", ""),)}, "two knobs"),
        ({"inputs": (Input("a"), Input("a"))}, "two inputs"),
        ({"knobs": (Int("a", "", "", default="3"),)}, "default of 'a'"),
    ],
)
def test_incomplete_declarations_are_refused(attributes, complaint):
    """A mistake in a plugin's declaration is found when it is registered."""
    with pytest.raises(ValueError, match=complaint):
        register(type("Odd", (Node,), {"kind": "Odd", **attributes}))


def test_condition_on_a_knob_that_is_not_there_is_refused():
    """A condition must be about a knob of the same node."""
    knobs = (Int("a", "", "", enabled_when=(When("b", (1,)),)),)
    with pytest.raises(GraphError, match="no knob 'b'"):
        register(type("Odd", (Node,), {"kind": "Odd", "knobs": knobs}))
