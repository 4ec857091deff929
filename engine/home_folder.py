"""Home folder: `~` at the beginning of a path that somebody typed, and the variables in it."""

from __future__ import annotations

import os
from pathlib import Path


def from_home(path: str | os.PathLike[str]) -> Path:
    """The path with `~` or `~user` replaced by that home; as it is where there is no such user, or no home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def typed_path(path: str | os.PathLike[str]) -> Path:
    """The path with its home and `$VARS` put in; a variable that is not set stays as it is."""
    return Path(os.path.expandvars(from_home(path)))
