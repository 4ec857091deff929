"""Graphs: the script that a command works on, loaded from a file or made of files that were named one by one.

Both forms of a command end in the same graph, so that every option means the same in both.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from paircat.engine.errors import GraphError
from paircat.engine.home_folder import typed_path
from paircat.engine.picture.op import Op, altered

if TYPE_CHECKING:
    from paircat.nodes.node import Node
    from paircat.nodes.script import Script


def load(path: str) -> Script:
    """A script from its file, with the nodes of artists' plugins known; a plugin that fails is reported on stderr.

    Raises:
        PairCatError: it cannot be read.
    """
    from paircat.nodes import plugins
    from paircat.nodes.script import Script

    for failure in plugins.load():
        print(failure, file=sys.stderr)
    return Script.load(typed_path(path))


def tell_oddities(script: Script) -> None:
    """Report on stderr what was odd in a script that can be worked on. One that cannot says so once, as an error."""
    for warning in script.warnings:
        print(warning, file=sys.stderr)


def set_missing(script: Script, policy: str | None) -> None:
    """What every Read of a script makes of frames without a file, where the command line says it.

    Raises:
        GraphError: there is no such policy.
    """
    if policy is not None:
        for node in script.nodes_of_kind("Read"):
            set_knobs(node, {"missing": policy}, {"missing": "--missing"})


def pick(script: Script, kind: str, name: str | None) -> Node:
    """The node that `-X` names; without it the only one of its kind.

    Raises:
        GraphError: there is none, or it is of another kind, or there are several to choose from.
    """
    found = script.nodes_of_kind(kind)
    if name is None:
        if len(found) == 1:
            return found[0]
        if not found:
            raise GraphError(f"'{script.path}' has no {kind} node; add one and save the script.")
        names = ", ".join(node.name for node in found)
        raise GraphError(f"'{script.path}' has {len(found)} {kind} nodes ({names}); choose one with -X NAME.")
    from paircat.nodes.node import with_article

    node = script.node(name)
    if node.kind != kind:
        names = ", ".join(other.name for other in found) or "none"
        is_not = f"{with_article(node.kind)}, not {with_article(kind)}"
        raise GraphError(f"'{name}' in '{script.path}' is {is_not}; of that kind there is {names}.")
    return node


def read_node(script: Script, name: str, path: str) -> str:
    """Add a Read of a path that starts at the current folder. Returns the node's name."""
    set_knobs(script.add("Read", name), {"file": path})
    return name


def from_here(path: str) -> str:
    """An absolute path; `~` and `$VARS` are left for the node to resolve, which can say what is wrong with them."""
    return path if path.startswith(("~", "$")) else os.path.abspath(path)  # noqa: PTH100  (keeps #### and %04d)


def set_knobs(node: Node, values: Mapping[str, Any], flags: Mapping[str, str] = MappingProxyType({})) -> None:
    """Set knobs to what the command line says. Paths start at the current folder, as everywhere on a command line.

    Args:
        flags: the options by which some of them were given, for whoever knows no knobs.

    Raises:
        GraphError: there is no such knob, with those that there are; or it does not allow the value.
    """
    from paircat.nodes.knobs import File, Folder

    for knob, value in values.items():
        is_path = isinstance(node.knob(knob), (File, Folder)) and value
        try:
            node.set(knob, from_here(value) if is_path else value)
        except GraphError as error:
            if knob not in flags:
                raise
            raise GraphError(str(error).replace(f"{node.name}: The knob '{knob}'", flags[knob], 1)) from None


def on_device(op: Op, device: str | None) -> Op:
    """A recipe whose Inferences all run on one device, the first of several such as `cuda:all`.

    Raises:
        PairCatError: one of several is not there.
    """
    from paircat.engine.learn import devices
    from paircat.engine.learn.inference_op import InferenceOp

    if device is None:
        return op

    def on_it(step: Op) -> Op:
        if not isinstance(step, InferenceOp):
            return step
        return dataclasses.replace(step, device=devices.devices(device)[0])

    return altered(op, on_it)
