"""Missing."""

import pytest

from paircat.engine.errors import GraphError
from paircat.nodes.script import Script


def test_unknown_kind_says_what_to_do(script):
    """A node of a plugin that is not here names its kind and both ways out."""
    data = script.to_json()
    data["nodes"]["Glow1"] = {"kind": "Glow", "inputs": {"Input": "Read1"}, "position": [0, 0]}
    loaded = Script.from_json(data, script.path)
    with pytest.raises(GraphError, match=r"Glow1 is a Glow, which is not known here; install the plugin .* or disable"):
        loaded.op("Glow1")
    loaded.node("Glow1").disabled = True
    assert loaded.op("Glow1") == script.op("Read1")
