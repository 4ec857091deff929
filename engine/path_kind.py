"""Path kind: whether a path leads to a file or a folder. Where that may not be asked, it leads to neither.

pathlib raises PermissionError below a folder that may not be entered, and OSError for a name that is too long to be
one. Whoever only wants to know what to do next asks here; whoever then opens the path hears why it cannot be.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to a folder that can be seen."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to a file that can be seen."""
    try:
        return Path(path).is_file()
    except OSError:
        return False
