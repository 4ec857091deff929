"""Nodes as text: what copy puts on the clipboard is a script of the selected nodes, which any editor shows and mends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from paircat.engine.errors import PairCatError
from paircat.nodes.node import Node
from paircat.nodes.script import Script


def copied_text(script: Script, names: Iterable[str]) -> str:
    """The script of some nodes alone. Connections to others are kept by name, so that a paste can make them again."""
    part = Script()
    part.nodes = {name: script.nodes[name] for name in names}
    return part.to_text()


def is_script(text: str) -> bool:
    """Whether a text may be a script, without reading it whole."""
    return text.lstrip().startswith("{") and '"paircat script"' in text[:200]


def pasted_nodes(text: str, script: Script, offset: tuple[float, float], outside: Mapping[str, str]) -> list[Node]:
    """Nodes from a text, ready to go into a script: with names that are free there.

    Args:
        script: where they shall go.
        offset: is added to their positions.
        outside: for connections to nodes that were not copied: the old name -> a node to connect to; others are cut.

    Raises:
        PairCatError: the text is no script.
    """
    try:
        copied = Script.from_json(json.loads(text))
    except ValueError as error:
        raise PairCatError(f"The clipboard holds no PairCat nodes ({error}); copy some first.") from error
    names: dict[str, str] = {}
    for old in copied.nodes:
        names[old] = old if old not in script.nodes else script.unique_name(old)
        script.nodes[names[old]] = copied.nodes[old]  # takes the name, so that the next one gets another
    known = {**outside, **names}
    nodes = []
    for old, node in copied.nodes.items():
        node.name = names[old]
        node.connections = {slot: known[source] for slot, source in node.connections.items() if source in known}
        node.position = (node.position[0] + offset[0], node.position[1] + offset[1])
        nodes.append(node)
    return nodes
