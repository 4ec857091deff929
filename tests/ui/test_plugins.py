"""menu.py files of artists, and the example of one."""

import os
import sys
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.nodes.node import node_kinds
from paircat.nodes.script import Script
from paircat.ui import menus, plugins

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "plugin"
pytestmark = pytest.mark.usefixtures("fresh_menus")


@pytest.fixture(autouse=True)
def _imports_restored(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("paircat_plugin_") or name == "high_pass":
            del sys.modules[name]


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "menu.py").write_text(text, encoding="utf-8")
    return path


def test_folders_come_from_the_variable_and_the_home(monkeypatch, tmp_path):
    """PAIRCAT_PATH in its order, each folder once, then ~/.paircat."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("PAIRCAT_PATH", ":".join(["/show", "~/mine", "/show", ""]).replace(":", os.pathsep))
    assert plugins.folders() == [Path("/show"), tmp_path / "mine", tmp_path / ".paircat"]


def test_one_that_fails_is_reported_and_the_others_run(tmp_path):
    """The sentence names the file, the line and the reason; neither an error nor an exit stops the start."""
    places = [
        folder(tmp_path / "a", "from paircat.ui import menus\n\nmenus.no_such_thing()\n"),
        folder(tmp_path / "b", "import sys\nsys.exit(3)\n"),
        folder(tmp_path / "c", "def broken(:\n"),
        folder(tmp_path / "d", "from paircat.ui import menus\nmenus.command('Tools/D', 'close')\n"),
        tmp_path / "is not there",
    ]
    failures = plugins.load(places)
    assert len(failures) == 3
    for failure, name, words in zip(failures, "abc", ("line 3 (AttributeError", "SystemExit", "line 1"), strict=True):
        assert str(tmp_path / name / "menu.py") in failure and words in failure
    assert "Tools/D" in [item.path for item in menus.commands()]


def test_later_files_have_the_last_word(tmp_path):
    """Two files that say the same path: the later one's command is there."""
    text = "from paircat.ui import menus\nmenus.command('Tools/Who', '{}')\n"
    plugins.load([folder(tmp_path / "show", text.format("show")), folder(tmp_path / "user", text.format("user"))])
    assert [item.run for item in menus.commands() if item.path == "Tools/Who"] == ["user"]


def test_the_example_adds_its_node(tmp_path):
    """The node of examples/plugin is in the menus with its key, its default is set, and it makes the right picture."""
    assert plugins.load([EXAMPLE]) == []
    entry = next(entry for entry in menus.nodes() if entry.kind == "HighPass")
    assert (entry.path, entry.shortcut) == ("Filter/HighPass", "Shift+H")
    assert menus.defaults("HighPass") == {"size": 2.0} and "HighPass" in node_kinds()

    pixels = np.random.default_rng(1).random((24, 32, 3), np.float32)
    out = oiio.ImageOutput.create(str(tmp_path / "a.exr"))
    out.open(str(tmp_path / "a.exr"), oiio.ImageSpec(32, 24, 3, "float"))
    out.write_image(pixels)
    out.close()
    script = Script()
    script.add("Read").set("file", str(tmp_path / "a.exr"))
    script.add("HighPass").set("size", 3.0)
    script.add("Blur").set("size", 3.0)
    script.connect("Read1", "HighPass1")
    script.connect("Read1", "Blur1")
    plain, soft, fine = (script.op(name).render(1).pixels[..., :3] for name in ("Read1", "Blur1", "HighPass1"))
    assert np.abs(fine).max() > 0.1
    np.testing.assert_allclose(fine, plain - soft, atol=1e-6)


def test_the_example_can_be_set_on_the_canvas(canvas):
    """A node of a plugin stands on the canvas as a built-in one does."""
    plugins.load([EXAMPLE])
    canvas.add_node("Read")
    canvas.add_node("HighPass")
    assert canvas.sources("HighPass1") == {"Input": "Read1"} and canvas.value("HighPass1", "size") == 2.0
