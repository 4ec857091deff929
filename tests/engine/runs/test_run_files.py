"""RunFile: one reading of every file name, and names that are refused."""

from __future__ import annotations

import pytest

from paircat.engine.errors import RunError
from paircat.engine.runs.run_files import RunFile, check_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Training_240420_220542.181818.cat", RunFile("Training_240420_220542", 181818, ".cat")),
        ("a.5.10.png", RunFile("a.5", 10, ".png")),
        ("a.5.png", RunFile("a", 5, ".png")),
        ("a.5.summary", RunFile("a.5", None, ".summary")),
        ("a.5.summary.damaged", RunFile("a.5", None, ".summary.damaged")),
        ("a.5.summary.damaged.2", RunFile("a.5", None, ".summary.damaged.2")),
        ("a.summary.old", None),
        (".summary.damaged", None),
        ("a.5.preview.png", RunFile("a", 5, ".preview.png")),
        ("a.preview.5.png", RunFile("a.preview", 5, ".png")),
        (".a.5.10.4711.part.cat", RunFile("a.5", 10, ".cat", part=True)),
        (".a.5.4711.part.preview.png", None),
        (".a.5.preview.4711.part.png", RunFile("a", 5, ".preview.png", part=True)),
        (".a.5.10.4711-0a1b2c3d.part.cat", RunFile("a.5", 10, ".cat", part=True)),
        (".a.4711.part.job", RunFile("a", None, ".job", part=True)),
        ("shot.0010.png", None),
        ("shot.png", None),
        (".summary", None),
        (".hidden.5.cat", None),
        ("a.5.cat.bak", None),
    ],
)
def test_names_have_one_meaning(name: str, expected: RunFile | None) -> None:
    """Dots in run names confuse nothing, and footage with padded numbers belongs to no run."""
    assert RunFile.parse(name) == expected


@pytest.mark.parametrize(
    "name", ["", "  ", "a/b", "a\\b", "what?", "a:b", ".a", "a.", " a", "x" * 181, "nul", "com1.v2", "a#"]
)
def test_impossible_names_are_refused(name: str) -> None:
    """A name that some file system could not hold is refused with a sentence."""
    with pytest.raises(RunError, match=r"run name|needs a name"):
        check_name(name)


@pytest.mark.parametrize("name", ["shot.v2", "a-b_c", "Größe 2", "1"])
def test_usual_names_pass(name: str) -> None:
    """Dots, dashes, blanks and letters of other languages are fine."""
    check_name(name)
