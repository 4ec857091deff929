"""PathMapping: where a farm machine finds what the submitter's machine calls otherwise.

The rules are those of Open Job Description, as a scheduler writes them for each session:

    {"version": "pathmapping-1.0",
     "path_mapping_rules": [
        {"source_path_format": "WINDOWS", "source_path": "Z:/shows", "destination_path": "/mnt/shows"}]}
"""

from __future__ import annotations

import dataclasses
import json
import ntpath
import os
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from paircat.engine.errors import PairCatError
from paircat.engine.home_folder import typed_path
from paircat.engine.picture.op import Op, altered

if TYPE_CHECKING:
    from paircat.nodes.script import Script

VERSION = "pathmapping-1.0"
_FORMATS = {"POSIX": (PurePosixPath, posixpath), "WINDOWS": (PureWindowsPath, ntpath)}
_DRIVE = re.compile(r"[A-Za-z]:")
_URI = "URI"  # such as s3://; no knob holds one


@dataclass(frozen=True)
class Rule:
    """One folder of the submitter's, and where it is here. `windows` says how the submitter's machine writes paths."""

    windows: bool
    source: str
    destination: str

    def apply(self, path: str) -> str | None:
        """The path as it is here, or None where it is not within the source. On Windows case does not count.

        A drive by itself, `Z:`, means all that is on it, and not the folder that a program happens to work in there.
        """
        kind, spelling = _FORMATS["WINDOWS" if self.windows else "POSIX"]
        source, given = (
            kind(f"{text}\\" if self.windows and _DRIVE.fullmatch(text) else spelling.normpath(text))
            for text in (self.source, path)
        )
        if not given.is_relative_to(source):
            return None
        return str(Path(self.destination).joinpath(*given.relative_to(source).parts))


class PathMapping:
    """Rules, of which the one with the longest source that fits a path is the one that counts."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: len(rule.source), reverse=True))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PathMapping:
        """The rules of a file; an empty object is none at all.

        Raises:
            PairCatError: the file cannot be read, or does not hold such rules.
        """
        try:
            data = json.loads(typed_path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise PairCatError(
                f"The path mapping '{path}' cannot be read: {error.strerror}; check the path."
            ) from error
        except ValueError as error:
            raise PairCatError(f"The path mapping '{path}' is not JSON ({error}); have it written again.") from error
        try:
            return cls(_rules(data))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise PairCatError(
                f"The path mapping '{path}' cannot be used ({error}); it must be of the version {VERSION}."
            ) from error

    def apply(self, path: str) -> str:
        """A path as it is here. What no rule fits stays; relative paths get the separators of this machine."""
        found = self._within_a_source(path)
        if found is not None:
            return found
        from_windows = any(rule.windows for rule in self.rules)
        if from_windows and os.sep == "/" and not ntpath.splitdrive(path)[0]:
            return path.replace("\\", "/")
        return path

    def apply_to_op(self, op: Op) -> Op:
        """A recipe with every path in it mapped. What is no absolute path within a rule's source stays as it is."""

        def mapped(step: Op) -> Op:
            changes = {}
            for item in dataclasses.fields(step):
                value = getattr(step, item.name)
                if isinstance(value, str) and (found := self._within_a_source(value)):
                    changes[item.name] = found
            return dataclasses.replace(step, **changes) if changes else step

        return altered(op, mapped)

    def apply_to(self, script: Script) -> None:
        """Map every path that a knob of the script holds."""
        from paircat.nodes.knobs import File, Folder

        if not self.rules:
            return
        for node in script.nodes.values():
            for knob in node.all_knobs():
                if isinstance(knob, (File, Folder)) and node.value(knob.name):
                    node.set(knob.name, self.apply(node.value(knob.name)))

    def _within_a_source(self, path: str) -> str | None:
        return next((found for rule in self.rules if (found := rule.apply(path)) is not None), None)


def _rules(data: dict[str, Any]) -> list[Rule]:
    if not data:
        return []
    if data["version"] != VERSION:
        raise ValueError(f"its version is '{data['version']}'")
    found = []
    for row in data["path_mapping_rules"]:
        form = row["source_path_format"].upper()
        if form == _URI:
            continue
        if form not in _FORMATS:
            raise ValueError(f"'{form}' is no format of a path")
        found.append(Rule(form == "WINDOWS", row["source_path"], row["destination_path"]))
    return found
