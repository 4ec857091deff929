"""RecentFiles: the scripts that were opened or saved last, the newest first."""

from __future__ import annotations

import json
from pathlib import Path

from paircat.engine import atomic
from paircat.engine.errors import PairCatError
from paircat.engine.path_kind import is_file

_KEPT = 12


class RecentFiles:
    """
    Args:
        file: where the list is kept; several windows share it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def paths(self) -> list[Path]:
        """Those that still exist. A list that cannot be read is an empty one."""
        return [path for path in self._all() if is_file(path)]

    def add(self, path: Path) -> None:
        """Put a script at the top. Where the list cannot be written it stays as it is: it is a convenience."""
        path = path.absolute()
        kept = [path, *(other for other in self._all() if other != path)][:_KEPT]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            atomic.write_text(self._file, json.dumps([str(item) for item in kept], indent=1))
        except (OSError, PairCatError):
            return

    def _all(self) -> list[Path]:
        try:
            return [Path(item) for item in json.loads(self._file.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []
