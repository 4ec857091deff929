"""Who may import whom: the table of rooms, read from the source."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QT = ("PySide6", "PySide2", "PyQt5", "PyQt6", "Qt", "NodeGraphQt", "pyqtgraph")
SHIPPED = ("cli", "engine", "farm", "nodes", "ui")
ROOMS = (*SHIPPED, "tests", "tools", "bench", "examples", "weights")

# room: what may not be imported anywhere in it, not even inside a function
NEVER = {
    "engine": (*QT, "paircat.nodes", "paircat.ui", "paircat.cli", "paircat.menu", "paircat.weights"),
    "nodes": (*QT, "paircat.ui", "paircat.cli", "paircat.menu"),
    "farm": (*QT, "paircat.ui", "paircat.cli", "paircat.menu"),
    "cli": QT,
    "ui": ("torch", "paircat.cli"),
}
# room: what may be imported inside a function only, because it is slow or not always installed
LATE = {
    "engine": ("torch", "av", "skimage"),
    "nodes": ("torch", "av", "skimage"),
    "farm": ("torch", "av", "skimage", "paircat.engine.train"),
    "cli": ("torch", "av", "skimage", "paircat.ui", "paircat.engine.learn", "paircat.engine.train"),
}
# the wing that is about learning, and the process that does it
MAY_IMPORT_TORCH = ("engine/learn/", "engine/train.py")


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path, at_module_level: bool = False) -> Iterator[tuple[str, int]]:
    """Modules that a file imports, with their lines; what stands under TYPE_CHECKING is for type checkers only."""

    def walk(node: ast.AST) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                module = "." * child.level + (child.module or "")
                yield module, child.lineno
                yield from ((f"{module}.{alias.name}", child.lineno) for alias in child.names)
            elif not passed_over(child):
                yield from walk(child)

    def passed_over(node: ast.AST) -> bool:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return True
        return at_module_level and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))

    yield from walk(ast.parse(path.read_text(encoding="utf-8"), str(path)))


def breaches(paths: list[Path], banned: tuple[str, ...], at_module_level: bool = False) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in paths
        for name, line in imported(path, at_module_level)
        if any(name == ban or name.startswith(f"{ban}.") for ban in banned)
    ]


@pytest.mark.parametrize("room", NEVER)
def test_a_room_imports_nothing_from_above_it(room: str) -> None:
    """No arrow runs back up: engine knows no nodes, nodes know no window, and only the window knows Qt."""
    assert breaches(sources(room), NEVER[room]) == []


@pytest.mark.parametrize("room", LATE)
def test_slow_libraries_are_imported_where_they_are_used(room: str) -> None:
    """PyTorch, PyAV and scikit-image are imported at module level only by what cannot do without."""
    paths = [path for path in sources(room) if not str(path.relative_to(ROOT)).startswith(MAY_IMPORT_TORCH)]
    assert breaches(paths, LATE[room], at_module_level=True) == []


def test_no_modules_of_the_engine_need_each_other() -> None:
    """Each can be read and changed after those that it imports, inside of functions as well; there is no circle."""
    modules = {"paircat." + ".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sources("engine")}
    needs = {name: {other for other, _ in imported(path)} & (modules.keys() - {name}) for name, path in modules.items()}
    assert {"paircat.engine.worker", "paircat.engine.runs.record"} <= needs["paircat.engine.train"]
    graphlib.TopologicalSorter(needs).prepare()


def test_the_short_form_is_never_used() -> None:
    """`import engine.x` would make a second copy of every class, so modules are always imported as paircat's."""
    paths = [path for room in ROOMS for path in sources(room)] + sorted(ROOT.glob("*.py"))
    relative = ""  # what stands before the first dot of `from . import x`
    assert breaches(paths, (*SHIPPED, "menu", relative)) == []


def test_the_rule_finds_what_it_bans(tmp_path: Path) -> None:
    """The reader sees every form of import, and tells module level from the inside of a function."""
    file = tmp_path / "sample.py"
    file.write_text(
        "import engine.settings\nfrom PySide6 import QtCore\nif True:\n    from paircat import nodes\n"
        "def late():\n    import torch.nn\n"
    )
    everywhere = {name for name, _ in imported(file)}
    assert {"engine.settings", "PySide6", "PySide6.QtCore", "paircat.nodes", "torch.nn"} <= everywhere
    assert "torch.nn" not in {name for name, _ in imported(file, at_module_level=True)}


def test_command_line_farm_and_nodes_start_without_pytorch() -> None:
    """Importing every node and every command pulls in neither PyTorch nor Qt, by whatever way round."""
    modules = [
        "paircat." + ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ("nodes", "farm", "cli")
        for path in sources(room)
    ]
    program = "import importlib, sys\n" + "".join(f"importlib.import_module({name!r})\n" for name in modules)
    program += "print(sorted({'torch', 'av', 'PySide6', 'NodeGraphQt'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
