"""Node entry: a node as it stands in a script's file, and read back with all that this version does not know."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from paircat.engine.errors import GraphError, PairCatError
from paircat.nodes.missing import Missing
from paircat.nodes.node import Node, node_kinds


def node_to_json(node: Node) -> dict[str, Any]:
    """A node's entry; its knobs in the order of their declaration, those that are not known after them."""
    order = [knob.name for knob in node.all_knobs() if knob.name in node.values]
    knobs = {name: node.values[name] for name in order} | {
        name: node.extra_knobs[name] for name in sorted(node.extra_knobs)
    }
    slots = [slot.name for slot in node.slots()]
    known = [name for name in slots if name in node.connections]
    others = sorted(name for name in node.connections if name not in slots)
    row: dict[str, Any] = {"kind": node.kind}
    if node.connections:
        row["inputs"] = {name: node.connections[name] for name in [*known, *others]}
    if knobs:
        row["knobs"] = knobs
    row["position"] = [_short(number) for number in node.position]
    if node.disabled:
        row["disabled"] = True
    return row | {name: node.extra[name] for name in sorted(node.extra)}


def node_from_json(name: str, row: Any, warnings: list[str]) -> Node:
    """The node of an entry. What is odd in it, but can be kept, is said in `warnings`.

    Raises:
        GraphError: the entry is not built as a node's is.
    """
    rest = dict(_entry(name, "entry", row, dict, "a group of entries"))
    if "kind" not in rest:
        raise _damage(name, "does not say its kind")
    kind = _entry(name, "kind", rest.pop("kind"), str, "a text")
    position = _position(name, rest.pop("position", (0, 0)))
    connections = _entry(name, "inputs", rest.pop("inputs", {}), dict, "a group of entries")
    for source in connections.values():
        _entry(name, "inputs", source, str, "names of nodes")
    knobs = _entry(name, "knobs", rest.pop("knobs", {}), dict, "a group of entries")
    disabled = bool(rest.pop("disabled", False))
    node_class = node_kinds().get(kind)
    if node_class is None:
        node: Node = Missing(name, None, connections, position, disabled, kind=kind)
        warnings.append(f"{name} is a {kind}, which is not known here; it is kept, but it makes no picture.")
    else:
        node = node_class(name, None, connections, position, disabled)
    _set_knobs(node, knobs, warnings)
    slots = [slot.name for slot in node.slots()]
    for slot in connections:
        if slot not in slots:
            known = f"it has {', '.join(slots)}" if slots else "it has none"
            warnings.append(f"{name}: the input '{slot}' is not known here ({known}); it is kept, but does nothing.")
    node.extra = rest
    return node


def _set_knobs(node: Node, knobs: dict[str, Any], warnings: list[str]) -> None:
    """Set what is known; the rest, and what a knob does not allow, is kept as it is."""
    declared = {knob.name for knob in node.all_knobs()}
    for knob, value in knobs.items():
        if knob not in declared:
            node.extra_knobs[knob] = value
            if not isinstance(node, Missing):
                warnings.append(f"{node.name}: the knob '{knob}' is not known here; it is kept, but does nothing.")
            continue
        try:
            node.set(knob, value)
        except PairCatError as error:
            node.values[knob] = value
            warnings.append(str(error))


def _entry(node: str, what: str, value: Any, kind: type, wanted: str) -> Any:
    if not isinstance(value, kind):
        raise _damage(node, f"has '{json.dumps(value)[:60]}' as its {what}, where {wanted} should be")
    return value


def _position(node: str, value: Any) -> tuple[float, float]:
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(item, (int, float)) for item in value):
        with contextlib.suppress(OverflowError):
            return float(value[0]), float(value[1])
    raise _damage(node, f"has '{json.dumps(value)[:60]}' as its position, where two numbers should be")


def _damage(node: str, what: str) -> GraphError:
    return GraphError(f"The node '{node}' {what}; restore a copy of the file.")


def _short(number: float) -> float:
    return int(number) if float(number).is_integer() else round(float(number), 2)
