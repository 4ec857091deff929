"""Plugin folders: where an artist's own Python files may lie. Nothing outside of them is ever run."""

from __future__ import annotations

import os
from pathlib import Path

from paircat.engine.home_folder import from_home


def home() -> Path:
    """The user's own folder of PairCat."""
    return Path.home() / ".paircat"


def folders() -> list[Path]:
    """The folders of `PAIRCAT_PATH`, in their order, and then `~/.paircat`; each once."""
    named = [from_home(text) for text in os.environ.get("PAIRCAT_PATH", "").split(os.pathsep) if text]
    return list(dict.fromkeys([*named, home()]))


def holds(file: str | Path) -> bool:
    """Whether a file lies in one of the folders, links followed: a name in somebody's data is no leave to run it."""
    real = Path(file).resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in folders())
