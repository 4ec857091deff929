"""The README's file tree: every module with the first line of its docstring. `tools/file_tree.py` writes it anew."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ROOMS = ("engine", "nodes", "farm", "cli", "ui", "weights")
_MARKED = re.compile(r"(<!-- tree -->\n```\n).*?(```\n<!-- /tree -->)", re.DOTALL)
_WIDTH = 30


def tree() -> str:
    """The tree as text: a room's sentence, then its files and the folders in it."""
    lines = [_line(ROOT / name, 0) for name in ("__init__.py", "__main__.py", "menu.py") if (ROOT / name).exists()]
    for room in ROOMS:
        if (ROOT / room / "__init__.py").exists():
            lines += _folder(ROOT / room, 0)
    return "\n".join(lines) + "\n"


def _folder(folder: Path, depth: int) -> list[str]:
    lines = [_row(f"{folder.name}/", _sentence(folder / "__init__.py"), depth)]
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            lines.append(_line(path, depth + 1))
    for inner in sorted(path.parent for path in folder.glob("*/__init__.py")):
        lines += _folder(inner, depth + 1)
    return lines


def _line(path: Path, depth: int) -> str:
    return _row(path.name, _sentence(path), depth)


def _row(name: str, sentence: str, depth: int) -> str:
    return f"{'  ' * depth + name:{_WIDTH}}  {sentence}".rstrip()


def _sentence(path: Path) -> str:
    """The first line of a module's docstring, without the noun that repeats the file's name."""
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
    noun, colon, rest = first.partition(": ")
    folder = "" if path.parent == ROOT else path.parent.name  # the checkout itself may have any name
    repeats = re.sub(r"\W|_", "", noun).lower() in (path.stem.replace("_", ""), folder)
    return rest[:1].upper() + rest[1:] if colon and repeats else first


def renewed(text: str) -> str:
    """The README with today's tree between its marks."""
    return _MARKED.sub(lambda found: found[1] + tree() + found[2], text)


def main() -> int:
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
