"""Part file: what a file is called while it is written, `.shot.0005.4711-9a3f01bc.part.exr`: by which process, where.

It keeps the suffix, since image libraries choose the format by it. A killed process leaves it behind.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

from paircat.engine import pid_namespace
from paircat.engine.process_alive import process_alive

_NAME = re.compile(r"\.(?P<stem>.+)\.(?P<pid>\d+)(?:-(?P<place>[0-9a-f]{8}))?\.part(?P<suffix>(?:\.[^.]+)?)", re.DOTALL)
_STALE_SECONDS = 24 * 3600.0
"""Of another machine or container only the file's age is known, and a frame may take long."""


def part_name(target: Path, suffix: str | None = None) -> str:
    """What a file is called while this process writes it; of a link's target, with the suffix of the link."""
    return f".{target.stem}.{os.getpid()}-{pid_namespace.digest()}.part{target.suffix if suffix is None else suffix}"


def whole_name(name: str) -> str | None:
    """What a part file will be called when it is whole; None for any other file."""
    found = _NAME.fullmatch(name)
    return found and found["stem"] + found["suffix"]


def sweep(targets: Iterable[Path]) -> None:
    """Remove what killed processes have left of these files, by one look at each of their folders."""
    names: dict[Path, set[str]] = {}
    for target in targets:
        names.setdefault(target.parent, set()).add(target.name)
    for folder, wanted in names.items():
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if whole_name(entry.name) in wanted and abandoned(entry):
                    Path(entry.path).unlink(missing_ok=True)


def abandoned(entry: os.DirEntry[str] | Path) -> bool:
    """Whether nobody writes a part file any more. The first versions did not say where it is written."""
    found = _NAME.fullmatch(entry.name)
    assert found is not None
    if found["place"] == pid_namespace.digest():
        return not process_alive(int(found["pid"]))
    return time.time() - entry.stat().st_mtime > _STALE_SECONDS
