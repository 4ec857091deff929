"""Plugins: the menu.py files of artists and studios, which make nodes of their own known, to the window and without it.

They are looked for in the folders of `PAIRCAT_PATH`, in their order, and then in `~/.paircat`. A folder's other modules
can be imported from its menu.py.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

import paircat.nodes.builtin  # noqa: F401  (a menu.py may name the built-in kinds)
from paircat.engine.path_kind import is_file
from paircat.engine.plugin_folders import folders

FILE = "menu.py"


def load(places: Iterable[Path] | None = None) -> list[str]:
    """Run the menu.py of each folder that has one.

    Returns:
        A sentence for each that failed, with its path and the line; the others have run all the same.
    """
    failures = []
    for folder in folders() if places is None else places:
        file = folder / FILE
        if is_file(file):
            failure = _run(file)
            failures += [failure] if failure else []
    return failures


def _run(file: Path) -> str:
    """Run one menu.py. It may fail in any way, so every exception is taken, even an attempt to end the program."""
    folder = str(file.parent.absolute())
    if folder not in sys.path:
        sys.path.append(folder)
    # The same in every process, so that an Op which is defined there can be found again by its module's name.
    name = f"paircat_plugin_{hashlib.blake2b(folder.encode(), digest_size=6).hexdigest()}"
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
