"""Script: a graph of nodes and its file, `.pcat`: versioned JSON that can be read and compared by line.

    {
      "format": "paircat script",
      "version": 1,
      "project": {"fps": 24.0, "frames": "1-250"},          (one entry a line in the file)
      "nodes": {"Read1": {"kind": "Read", "inputs": {...}, "knobs": {...}, "position": [0, 0]}, ...}
    }

Nodes are sorted by name and carry only knobs that differ from their default. What this version does not know, be it an
entry, a kind of node or a knob, is kept and saved again as it was.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import paircat.nodes.builtin  # noqa: F401  (makes the built-in kinds known)
from paircat.engine import atomic
from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.nodes.node import Node, node_kinds
from paircat.nodes.node_entry import node_from_json, node_to_json
from paircat.nodes.project import Project

FORMAT = "paircat script"
VERSION = 1
SUFFIX = ".pcat"
_HALVES = re.compile("[\ud800-\udfff]")
_BELOW = 100.0  # pixels from the top of one node to that of the next


class Script:
    """The nodes of a graph by name, with the project's settings.

    Attributes:
        nodes: by name. project: fps, frames.
        path: the file, or None for a script that was never saved; relative paths in knobs start at its folder.
        warnings: sentences about what was odd while loading; nothing was dropped for it.
        version, extra: of the file that was loaded, and its top-level entries that this version does not know.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path: Path | None = Path(path) if path else None
        self.nodes: dict[str, Node] = {}
        self.project = Project()
        self.warnings: list[str] = []
        self.version = VERSION
        self.extra: dict[str, Any] = {}

    def node(self, name: str) -> Node:
        """
        Raises:
            GraphError: there is no such node; the sentence lists those that are there.
        """
        return self.graph().node(name)

    def nodes_of_kind(self, kind: str) -> list[Node]:
        """In the order of their names."""
        return [self.nodes[name] for name in sorted(self.nodes, key=_natural) if self.nodes[name].kind == kind]

    def graph(self) -> Graph:
        """The nodes as they are now, for `node.op(graph)` and what else a node has to say."""
        return Graph(self.nodes, self.path.absolute().parent if self.path else None, self.project.fps)

    def op(self, name: str) -> Op:
        """What a node means right now.

        Raises:
            GraphError: a node is unknown, unconnected, in a circle or set to something impossible.
        """
        return self.graph().op(name)

    def add(self, node: Node | str, name: str = "") -> Node:
        """Add a node, or a new one of the kind that is named; without a name it is numbered, such as Read1.

        A new one stands below those that are there, so that the window shows them all.

        Raises:
            GraphError: the kind is unknown, or the name is in use or not a plain word.
        """
        if isinstance(node, str):
            if node not in node_kinds():
                raise GraphError(f"There is no kind of node '{node}'; there are {', '.join(sorted(node_kinds()))}.")
            lowest = max((other.position[1] for other in self.nodes.values()), default=-_BELOW)
            node = node_kinds()[node](name or self.unique_name(node), position=(0.0, lowest + _BELOW))
        self._check_name(node.name)
        self.nodes[node.name] = node
        return node

    def remove(self, name: str) -> Node:
        """Take a node out and disconnect what hung on it."""
        gone = self.node(name)
        del self.nodes[name]
        for node in self.nodes.values():
            node.connections = {slot: source for slot, source in node.connections.items() if source != name}
        return gone

    def rename(self, old: str, new: str) -> None:
        """Give a node another name; its connections stay.

        Raises:
            GraphError: the name is in use or not a plain word.
        """
        node = self.node(old)
        if new == old:
            return
        self._check_name(new)
        self.nodes = {(new if name == old else name): item for name, item in self.nodes.items()}
        node.name = new
        for other in self.nodes.values():
            other.connections = {slot: (new if source == old else source) for slot, source in other.connections.items()}

    def connect(self, source: str, target: str, slot: str = "") -> None:
        """Connect the output of `source` to an input of `target`, its first one unless named.

        Raises:
            GraphError: a node or input is unknown, `source` has no output, or the nodes would go round in a circle.
        """
        behind, node = self.node(source), self.node(target)
        names = [item.name for item in node.slots()]
        slot = slot or (names[0] if names else "")
        if slot not in names:
            known = f"its inputs are {', '.join(names)}" if names else "it has no inputs"
            raise GraphError(f"{target} has no input '{slot}'; {known}.")
        if not behind.output:
            raise GraphError(f"{source} is a {behind.kind}, which has no output to connect to {target}.")
        way = self._way_up(source, target)
        if way:
            raise GraphError(
                f"Connecting {source} to {target} makes a circle ({' -> '.join([*way, target])}); disconnect one first."
            )
        node.connections[slot] = source

    def disconnect(self, target: str, slot: str) -> None:
        self.node(target).connections.pop(slot, None)

    def unique_name(self, stem: str) -> str:
        """The stem with the lowest number that is free: Read1, Read2, ..."""
        stem = re.sub(r"\d+$", "", stem) or stem
        number = 1
        while f"{stem}{number}" in self.nodes:
            number += 1
        return f"{stem}{number}"

    def to_json(self) -> dict[str, Any]:
        """The file's content as plain values, in the order in which it is written."""
        project = self.project.to_json()
        return {
            "format": FORMAT,
            "version": self.version,
            **({"project": project} if project else {}),
            "nodes": {name: node_to_json(self.nodes[name]) for name in sorted(self.nodes, key=_natural)},
            **{name: self.extra[name] for name in sorted(self.extra)},
        }

    @classmethod
    def from_json(cls, data: Any, path: str | os.PathLike[str] | None = None) -> Script:
        """A script from plain values.

        Raises:
            PairCatError: the values are not those of a script.
        """
        what = f"'{path}'" if path else "This text"
        if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("nodes"), dict):
            raise PairCatError(f"{what} is not a PairCat script; choose a {SUFFIX} file that PairCat saved.")
        version = data.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise PairCatError(
                f"{what} says version '{version}', which is no version of a PairCat script; restore a copy of it."
            )
        script = cls(path)
        script.version = version
        if version > VERSION:
            script.warnings.append(
                f"{what} was saved by a newer PairCat (script version {version}, this one knows {VERSION}); "
                "what is not known here is kept as it is."
            )
        script.extra = {name: data[name] for name in data if name not in ("format", "version", "project", "nodes")}
        try:
            script.project = Project.from_json(data.get("project") or {})
            for name, row in data["nodes"].items():
                script.nodes[name] = node_from_json(name, row, script.warnings)
        except PairCatError as error:
            raise PairCatError(f"{what} cannot be loaded: {error}") from error
        return script

    def to_text(self) -> str:
        """What the file holds: letters as they are, but escaped where they are none and could not be written."""
        return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", _indented(self.to_json())) + "\n"

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Script:
        """
        Raises:
            PairCatError: the file cannot be read or is no script.
        """
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise PairCatError(f"There is no script '{path}'; check the path.") from None
        except (OSError, UnicodeDecodeError) as error:
            reason = "it is not text" if isinstance(error, UnicodeDecodeError) else error.strerror
            raise PairCatError(f"The script '{path}' cannot be read: {reason}; choose a {SUFFIX} file.") from error
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            damage = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
            raise PairCatError(f"The script '{path}' is damaged ({damage}); restore a copy of it.") from error
        return cls.from_json(data, path)

    def save(self, path: str | os.PathLike[str] | None = None) -> None:
        """Write the file whole, or leave the old one as it was. A new path becomes the script's own.

        Raises:
            PairCatError: there is no path, or the file cannot be written.
        """
        target = Path(path) if path else self.path
        if target is None:
            raise PairCatError("The script has no file yet; say where to save it.")
        atomic.write_text(target, self.to_text())
        self.path = target

    def _check_name(self, name: str) -> None:
        if not re.fullmatch(r"[^\W\d]\w*", name):
            raise GraphError(f"'{name}' cannot be a node's name; use letters, digits and _, beginning with a letter.")
        if name in self.nodes:
            raise GraphError(f"There is a node '{name}' already; choose another name.")

    def _way_up(self, start: str, wanted: str) -> list[str]:
        """The nodes from `wanted` down to `start` if `start` depends on it, otherwise nothing."""
        ways, seen = [[start]], {start}
        while ways:
            way = ways.pop()
            if way[0] == wanted:
                return way
            for source in self.nodes[way[0]].connections.values():
                if source in self.nodes and source not in seen:
                    seen.add(source)
                    ways.append([source, *way])
        return []


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Sorts Read2 before Read10."""
    parts = re.findall(r"\d+|\D+", name)
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in parts], name


def _indented(value: Any, depth: int = 0) -> str:
    """JSON with an entry a line, and every list in one line."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = "  " * (depth + 1)
    entries = [
        f"{pad}{json.dumps(key, ensure_ascii=False)}: {_indented(item, depth + 1)}" for key, item in value.items()
    ]
    return "{\n" + ",\n".join(entries) + "\n" + "  " * depth + "}"
