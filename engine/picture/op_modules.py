"""Op modules: where the kinds of Ops of a recipe are defined, so that another process can load an artist's own ones."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable

from paircat.engine.errors import PairCatError
from paircat.engine.picture.op import Op


def modules_of(*ops: Op) -> list[list[str]]:
    """Name and file of every module that defines a kind of Op of these recipes."""
    found: dict[str, str] = {}
    # By identity: a hash would walk the whole recipe, a shared Op again on each way that leads to it.
    seen: set[int] = set()
    waiting = list(reversed(ops))
    while waiting:
        item = waiting.pop()
        if id(item) not in seen:
            seen.add(id(item))
            waiting.extend(item.inputs())
            name = type(item).__module__
            found[name] = str(getattr(sys.modules.get(name), "__file__", None) or "")
    return [[name, file] for name, file in found.items()]


def load_modules(modules: Iterable[Iterable[str]]) -> None:
    """Load what `modules_of` named. Raises as `load_module`."""
    for name, file in modules:
        load_module(name, file)


def load_module(name: str, file: str) -> None:
    """Import a module by name, or under that name from its file where it is not installed.

    Raises:
        PairCatError: neither works.
    """
    if name in sys.modules:
        return
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        own = error.name is not None and f"{name}.".startswith(f"{error.name}.")
        spec = importlib.util.spec_from_file_location(name, file) if own and file else None
        if spec is None or spec.loader is None:
            raise PairCatError(f"The module '{name}' of an operation cannot be loaded: {error}. Install it.") from error
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except Exception as problem:
            del sys.modules[name]
            raise PairCatError(
                f"'{file}' cannot be loaded ({type(problem).__name__}: {problem}); correct it."
            ) from problem
