"""Nodes as text: what copy puts on the clipboard is a script of the selected nodes, readable anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from paircat.engine.errors import PairCatError
from paircat.nodes.node import Node
from paircat.nodes.relative_paths import rebasing
from paircat.nodes.script import Script

_FOLDER = "folder"
"""Entry of the copied text: where relative paths of its knobs start."""


def copied_text(script: Script, names: Iterable[str]) -> str:
    """The script of some nodes alone. Connections to others are kept by name, so that a paste can make them again."""
    part = Script()
    part.nodes = {name: script.nodes[name] for name in names}
    part.extra = {_FOLDER: str(_folder(script))}
    return part.to_text()


def is_script(text: str) -> bool:
    """Whether a text may be a script, without reading it whole."""
    return text.lstrip().startswith("{") and '"paircat script"' in text[:200]


def pasted_nodes(text: str, script: Script, outside: Callable[[str, bool], str | None]) -> list[Node]:
    """Nodes from a text, ready to go into a script: with names that are free there, and the files that they meant.

    Args:
        script: where they shall go; a copy, it is written on.
        outside: for the name of a node that was not copied, and whether it hung on a first input, the one to connect
            to instead, or None to cut it.

    Raises:
        PairCatError: the text is no script.
    """
    try:
        copied = Script.from_json(json.loads(text))
    except ValueError as error:
        raise PairCatError(f"The clipboard holds no PairCat nodes ({error}); copy some first.") from error
    _rebase(copied, _folder(script))
    names: dict[str, str] = {}
    for old, node in copied.nodes.items():
        names[old] = old if old not in script.nodes else script.unique_name(old)
        script.nodes[names[old]] = node  # takes the name, so that the next one gets another
    for old, node in copied.nodes.items():
        node.name = names[old]
        first = node.slots()[0].name if node.slots() else ""
        sources = {
            slot: names.get(source) or outside(source, slot == first) for slot, source in node.connections.items()
        }
        node.connections = {slot: source for slot, source in sources.items() if source}
    return list(copied.nodes.values())


def moved(nodes: list[Node], x: float, y: float) -> list[Node]:
    """The same nodes, `x` to the right and `y` down."""
    for node in nodes:
        node.position = (node.position[0] + x, node.position[1] + y)
    return nodes


def _rebase(copied: Script, folder: Path) -> None:
    """Write relative paths as they have to be in another folder than that of the script they were copied from."""
    if isinstance(copied.extra.get(_FOLDER), str):
        rebase = rebasing(Path(copied.extra[_FOLDER]), folder)
        for node in copied.nodes.values():
            node.values = {knob: rebase(node, knob, value) for knob, value in node.values.items()}


def _folder(script: Script) -> Path:
    return script.path.absolute().parent if script.path else Path.cwd()
