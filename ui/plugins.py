"""Plugins for the window: the built-in menu.py, then those of artists and studios, which may say all that it may."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path

from paircat.engine.plugin_folders import folders, home
from paircat.nodes import plugins
from paircat.nodes.plugins import FILE

__all__ = ["FILE", "folders", "home", "load"]


def load(places: Iterable[Path] | None = None) -> list[str]:
    """Run the built-in menu.py and then those of the folders.

    Returns:
        A sentence for each that failed, with its path and the line; the others have run all the same.
    """
    importlib.import_module("paircat.menu")
    return plugins.load(places)
