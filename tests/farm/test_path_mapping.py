"""Paths of the submitter's machine, found on another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paircat.engine.errors import PairCatError
from paircat.farm.path_mapping import PathMapping, Rule
from paircat.nodes.script import Script

POSIX = Rule(False, "/mnt/shows", "/net/a")
WINDOWS = Rule(True, r"Z:\shows", "/net/a")


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        (POSIX, "/mnt/shows/x/plate.####.exr", "/net/a/x/plate.####.exr"),
        (POSIX, "/mnt/shows", "/net/a"),
        (POSIX, "/mnt/shows/x/../y.mov", "/net/a/y.mov"),
        (POSIX, "/mnt/shows_old/x.exr", "/mnt/shows_old/x.exr"),
        (POSIX, "plates/x.exr", "plates/x.exr"),
        (POSIX, "$SHOW/x.exr", "$SHOW/x.exr"),
        (WINDOWS, r"Z:\shows\x\plate.%04d.exr", "/net/a/x/plate.%04d.exr"),
        (WINDOWS, "z:/Shows/x/plate.[1001-1040].exr", "/net/a/x/plate.[1001-1040].exr"),
        (WINDOWS, r"Y:\shows\x.exr", r"Y:\shows\x.exr"),
        (WINDOWS, r"..\plates\x.exr", "../plates/x.exr"),
        (Rule(True, "Z:", "/net/b"), "Z:/x/y.exr", "/net/b/x/y.exr"),
        (Rule(True, "Z:", "/net/b"), r"z:\x\y.exr", "/net/b/x/y.exr"),
        (Rule(True, "Z:", "/net/b"), "Z:", "/net/b"),
        (Rule(True, "Z:", "/net/b"), r"Y:\x\y.exr", r"Y:\x\y.exr"),
        (Rule(True, "Z:\\", "/net/b"), "Z:/x/y.exr", "/net/b/x/y.exr"),
        (Rule(True, "Z:/", "/net/b"), r"Z:\x\y.exr", "/net/b/x/y.exr"),
        (Rule(True, "Z:\\", "/net/b"), "Z:", "/net/b"),
        (Rule(True, r"\\server\share", "/net/b"), r"\\server\share\x.exr", "/net/b/x.exr"),
    ],
)
def test_a_rule_maps_what_lies_within_its_source(rule: Rule, given: str, expected: str) -> None:
    """Whole folder names count, in the way in which the submitter's system writes and compares them."""
    assert PathMapping([rule]).apply(given) == expected


def test_the_longest_source_counts() -> None:
    """Whatever the order of the rules."""
    rules = [POSIX, Rule(False, "/mnt/shows/secret", "/vault")]
    for order in (rules, rules[::-1]):
        mapping = PathMapping(order)
        assert mapping.apply("/mnt/shows/secret/x.exr") == "/vault/x.exr"
        assert mapping.apply("/mnt/shows/x.exr") == "/net/a/x.exr"


def test_every_path_of_a_script_is_mapped(script: Script) -> None:
    """Pictures, networks, folders and outputs; what is no path stays as it is."""
    values = {
        ("Read1", "file"): r"Z:\shows\plate.####.exr",
        ("Inference1", "modelFile"): r"Z:\shows\runs\warm.9.cat",
        ("CopyCat1", "dataDirectory"): r"Z:\shows\runs",
        ("Write1", "file"): r"Z:\shows\out\a.####.exr",
        ("Write1", "label"): r"Z:\shows\is a note",
    }
    for (node, knob), value in values.items():
        script.node(node).set(knob, value)
    PathMapping([WINDOWS]).apply_to(script)
    assert [script.node(node).value(knob) for node, knob in values] == [
        "/net/a/plate.####.exr",
        "/net/a/runs/warm.9.cat",
        "/net/a/runs",
        "/net/a/out/a.####.exr",
        r"Z:\shows\is a note",
    ]


def test_a_schedulers_file_is_read(tmp_path: Path) -> None:
    """Rules of both kinds of systems; those for addresses of a cloud are passed over, and no rules are fine."""
    file = tmp_path / "rules.json"
    rows = [
        {"source_path_format": "WINDOWS", "source_path": r"Z:\shows", "destination_path": "/net/a"},
        {"source_path_format": "POSIX", "source_path": "/mnt/shows", "destination_path": "/net/a"},
        {"source_path_format": "URI", "source_path": "s3://bucket", "destination_path": "/net/c"},
    ]
    file.write_text(json.dumps({"version": "pathmapping-1.0", "path_mapping_rules": rows}))
    assert set(PathMapping.load(file).rules) == {POSIX, WINDOWS}
    file.write_text("{}")
    assert PathMapping.load(file).rules == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no json", "is not JSON"),
        ('{"version": "pathmapping-2.0", "path_mapping_rules": []}', "its version is 'pathmapping-2.0'"),
        ('{"version": "pathmapping-1.0"}', "path_mapping_rules"),
        ('{"version": "pathmapping-1.0", "path_mapping_rules": [{"source_path_format": "VMS"}]}', "'VMS' is no format"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_none_is_reported_in_a_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    """With its name, and what is wrong with it."""
    file = tmp_path / "rules.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(PairCatError, match=r"rules\.json") as error:
        PathMapping.load(file)
    assert sentence in str(error.value)
