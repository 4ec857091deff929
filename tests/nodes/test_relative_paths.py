"""Tests of nodes/relative_paths.py."""

from pathlib import Path

from paircat.nodes.relative_paths import rebasing
from paircat.nodes.script import Script


def test_only_relative_paths_are_moved():
    """Absolute ones, those with ~ or $VARS, and empty ones are left alone."""
    script = Script()
    for name, file in (("A", "a.exr"), ("B", "/plates/b.exr"), ("C", "~/c.exr"), ("D", "$SHOW/d.exr"), ("E", "")):
        script.add("Read", name).set("file", file)
    script.add("CopyCat").set("dataDirectory", "../runs")
    rebase = rebasing(Path("/show/shots"), Path("/show/shots/versions"))
    for node in script.nodes.values():
        moved = {knob: after for knob, value in node.values.items() if (after := rebase(node, knob, value)) != value}
        assert moved == {"A": {"file": "../a.exr"}, "CopyCat1": {"dataDirectory": "../../runs"}}.get(node.name, {})
    assert rebasing(Path("/show"), Path("/show"))(script.node("A"), "file", "a.exr") == "a.exr"


def test_paths_between_drives_become_whole(tmp_path, monkeypatch):
    """From C: to D: no relative path leads; the script is saved all the same."""

    def fails(path, start):
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    script = Script()
    node = script.add("Read")
    monkeypatch.setattr("paircat.nodes.relative_paths.os.path.relpath", fails)
    change = rebasing(tmp_path / "old", tmp_path / "new")
    assert change(node, "file", "plates/a.exr") == (tmp_path / "old" / "plates" / "a.exr").as_posix()
