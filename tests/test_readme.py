"""The README keeps its word: its file tree is today's, and the commands that it names exist."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_file_tree_is_todays() -> None:
    """A new module appears in the README; `make tree` writes it."""
    assert runpy.run_path(str(ROOT / "tools" / "file_tree.py"))["renewed"](README) == README


def test_the_make_targets_it_names_exist() -> None:
    """Every `make word` of the README is a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^ *make ([a-z-]+)", README, re.MULTILINE)) | set(re.findall(r"`make ([a-z-]+)", README))
    assert {"demo", "test"} <= named <= targets


def test_the_links_to_files_lead_somewhere() -> None:
    """Pictures and pages that the README shows are in the checkout."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_the_tutorial_shows_the_pictures_that_are_taken() -> None:
    """Each picture that `make tutorial` takes is there and shown, in the order of the steps, and no other."""
    taken = re.findall(r'\.picture\("(\w+)"\)', (ROOT / "tools" / "tutorial.py").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\(tutorial/(\w+)\.jpg\)", page) == taken
    assert {path.stem for path in (ROOT / "docs" / "tutorial").iterdir()} == set(taken)
