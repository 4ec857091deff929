"""Scripts on the command line: plugins, what is odd in them, and graphs that are too deep."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import paircat.nodes.builtin  # noqa: F401  (before the fixture takes its copy of the kinds that are known)
from paircat.nodes import node as nodes

PLUGIN = """
from paircat.nodes.blur import Blur
from paircat.nodes.node import register

@register
class Glow(Blur):
    kind = "Glow"
"""


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that PAIRCAT_PATH names; what its plugins register is forgotten afterwards."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.setenv("PAIRCAT_PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(nodes, "_kinds", dict(nodes._kinds))
    return folder


def written(folder: Path, **changes: object) -> Path:
    """A script that reads, glows and writes."""
    entries = {
        "Read1": {"kind": "Read", "knobs": {"file": "in.####.exr"}},
        "Glow1": {"kind": "Glow", "inputs": {"Input": "Read1"}, "knobs": {"size": 2.0}},
        "Write1": {"kind": "Write", "inputs": {"Input": "Glow1"}, "knobs": {"file": "o.####.exr"}},
    }
    for name, change in changes.items():
        entries[name] = {**entries.get(name, {}), **change}  # type: ignore[dict-item]
    path = folder / "glow.pcat"
    path.write_text(json.dumps({"format": "paircat script", "version": 1, "nodes": entries}))
    return path


def test_an_artists_own_node_is_rendered(paircat, footage: Path, plugins: Path) -> None:
    """Its kind is known once the plugin has run; without the plugin one sentence says that it is not."""
    script = written(footage)
    answer = paircat("render", script, "--frames", "1")
    assert answer.status == 2
    assert answer.err.startswith("Glow1 is a Glow, which is not known here; install") and answer.err.count("\n") == 1
    (plugins / "menu.py").write_text(PLUGIN)
    answer = paircat("render", script, "--frames", "1")
    assert (answer.status, answer.err) == (0, "")
    assert (footage / "o.0001.exr").exists()


def test_a_plugin_that_fails_is_reported(paircat, footage: Path, plugins: Path) -> None:
    """With its file and line, and what can be done without it is done."""
    (plugins / "menu.py").write_text("\nno_such_name\n")
    answer = paircat("render", written(footage, Glow1={"kind": "Blur"}), "--frames", "1")
    assert answer.status == 0
    assert "menu.py' failed in line 2 (NameError" in answer.err and answer.err.count("\n") == 1


def test_a_bad_knob_is_reported_once(paircat, footage: Path) -> None:
    """As an error where it is needed, as a remark where it is not."""
    bad = {"kind": "Blur", "knobs": {"size": "wide"}}
    answer = paircat("render", written(footage, Glow1=bad), "--frames", "1")
    assert answer.status == 2
    assert "Glow1: The knob 'size'" in answer.err and answer.err.count("\n") == 1
    answer = paircat("render", written(footage, Glow1={"kind": "Blur"}, Blur9=bad), "--frames", "1")
    assert answer.status == 0
    assert "Blur9: The knob 'size'" in answer.err and answer.err.count("\n") == 1


def test_an_unknown_input_is_remarked(paircat, footage: Path) -> None:
    """The graph is rendered without it."""
    script = written(footage, Glow1={"kind": "Blur", "inputs": {"Input": "Read1", "Mask": "Read1"}})
    answer = paircat("render", script, "--frames", "1")
    assert answer.status == 0
    assert "Glow1: the input 'Mask' is not known here" in answer.err


def test_a_script_that_a_windows_editor_saved_is_read(paircat, footage: Path) -> None:
    """Its first bytes, which only say that it is UTF-8, do not count."""
    script = written(footage, Glow1={"kind": "Blur"})
    script.write_bytes(b"\xef\xbb\xbf" + script.read_bytes())
    assert paircat("render", script, "--frames", "1").status == 0


@pytest.mark.parametrize("count", [40, 240, 3000])
def test_a_graph_is_rendered_or_is_too_deep(paircat, footage: Path, count: int) -> None:
    """Whether its meaning cannot be found or its frames cannot be made, one sentence says it."""
    row = {f"Blur{n}": {"kind": "Blur", "inputs": {"Input": f"Blur{n - 1}"}} for n in range(1, count)}
    last = {"inputs": {"Input": f"Blur{count - 1}"}}
    glow, first = {"kind": "Blur"}, {"kind": "Blur", "inputs": {"Input": "Read1"}}
    answer = paircat("render", written(footage, Glow1=glow, Blur0=first, Write1=last, **row), "--frames", "1")
    if count < 100:
        assert (answer.status, answer.err) == (0, "")
    else:
        assert answer.status == 2
        assert "one behind another" in answer.err and answer.err.count("\n") == 1
