"""Dropped files: which nodes they become. Numbered pictures that belong together become one Read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fileseq import FileSequence

from paircat.engine.path_kind import is_file, is_folder
from paircat.engine.picture.sequence import is_readable
from paircat.nodes.script import SUFFIX


@dataclass(frozen=True)
class Dropped:
    """A node to be made: its kind and knobs."""

    kind: str
    values: dict[str, str]


def scripts(paths: Iterable[Path]) -> list[Path]:
    """Those that are to be opened instead of becoming nodes."""
    return [path for path in paths if path.suffix == SUFFIX]


def nodes_of(paths: Iterable[Path], base: Path | None = None) -> list[Dropped]:
    """The nodes that files and folders become: Inference for a .cat, Read for everything else.

    Args:
        base: of the script; what lies in it or below is named relative to it.
    """
    files: list[Path] = []
    for path in paths:
        files += sorted(item for item in path.iterdir() if not item.name.startswith(".")) if is_folder(path) else [path]
    files = [file for file in files if is_file(file) and file.suffix != SUFFIX]
    found = [Dropped("Inference", {"modelFile": named(str(file), base)}) for file in files if file.suffix == ".cat"]
    pictures = [str(file) for file in files if file.suffix != ".cat" and is_readable(file)]
    for sequence in sorted(FileSequence.findSequencesInList(pictures), key=str):
        found.append(Dropped("Read", {"file": named(_pattern(sequence), base)}))
    return found


def _pattern(sequence: FileSequence) -> str:
    """As artists write it; a frame that came alone stays that one file."""
    if not sequence.frameSet() or len(sequence) == 1:
        return str(sequence[0])
    return f"{sequence.dirname()}{sequence.basename()}{'#' * max(sequence.zfill(), 1)}{sequence.extension()}"


def named(path: str, base: Path | None) -> str:
    """A path as it is written in a script whose folder is `base`."""
    if base is not None and Path(path).is_relative_to(base):
        return Path(path).relative_to(base).as_posix()
    return path
