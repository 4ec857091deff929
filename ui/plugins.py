"""Plugins: the menu.py files of artists and studios, which run after the shipped one and may say all that it may.

They are looked for in the folders of `PAIRCAT_PATH`, in their order, and then in `~/.paircat`. A folder's other modules
can be imported from its menu.py.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

FILE = "menu.py"


def home() -> Path:
    """The user's own folder of PairCat."""
    return Path.home() / ".paircat"


def folders() -> list[Path]:
    """Where menu.py files are looked for; each folder once."""
    named = [Path(text).expanduser() for text in os.environ.get("PAIRCAT_PATH", "").split(os.pathsep) if text]
    return list(dict.fromkeys([*named, home()]))


def load(places: Iterable[Path] | None = None) -> list[str]:
    """Run the shipped menu.py and then those of the folders.

    Returns:
        A sentence for each that failed, with its path and the line; the others have run all the same.
    """
    importlib.import_module("paircat.menu")
    failures = []
    for folder in folders() if places is None else places:
        file = folder / FILE
        if file.is_file():
            failure = _run(file)
            failures += [failure] if failure else []
    return failures


def _run(file: Path) -> str:
    """Run one menu.py. It may fail in any way, so every exception is taken, even an attempt to end the program."""
    folder = str(file.parent.absolute())
    if folder not in sys.path:
        sys.path.append(folder)
    name = f"paircat_plugin_{len([module for module in sys.modules if module.startswith('paircat_plugin_')])}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None  # a path that ends in .py always has them
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return f"'{file}' failed{_line(file, error)} ({reason}); what it adds is not there. Correct it and start again."
    return ""


def _line(file: Path, error: BaseException) -> str:
    """Where in the file it went wrong."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file]
    if isinstance(error, SyntaxError) and error.filename == str(file):
        lines = [error.lineno]
    return f" in line {lines[-1]}" if lines else ""
