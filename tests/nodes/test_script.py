"""Scripts: editing them, and their file."""

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from paircat.engine.errors import GraphError, PairCatError
from paircat.nodes.script import VERSION, Script


@pytest.fixture
def script():
    """A graph with two branches, knobs of all sorts, places and a disabled node."""
    made = Script()
    made.project.fps, made.project.frames = 25.0, "1001-1040"
    for kind in ("Read", "Read", "Blur", "Grade", "Merge", "AppendClip", "CopyCat", "Backdrop"):
        made.add(kind)
    made.node("Read1").set("file", "plates/a.####.exr")
    made.node("Blur1").set("size", "2 0.5")
    made.node("Blur1").set("label", "zwei Pünktchen\nund mehr")
    made.node("Grade1").set("white", (1.1, 1.0, 0.9, 1.0))
    made.node("Grade1").disabled = True
    made.node("CopyCat1").set("frames", "1,5,9")
    made.node("CopyCat1").set("multiResolution", False)
    made.connect("Read1", "Blur1")
    made.connect("Blur1", "Merge1", "A")
    made.connect("Read2", "Merge1", "B")
    for slot, source in (("1", "Read1"), ("2", "Blur1"), ("3", "Grade1")):
        made.connect(source, "AppendClip1", slot)
    made.node("Merge1").position = (-120.0, 340.5)
    return made


def test_what_was_saved_is_loaded(script, tmp_path):
    """A script comes back from its file as it was, and saving it again writes the same bytes."""
    path = tmp_path / "shot.pcat"
    script.save(path)
    again = Script.load(path)
    assert again.warnings == [] and again.path == path
    assert again.to_json() == script.to_json()
    assert again.project == script.project
    assert again.node("Grade1").value("white") == (1.1, 1.0, 0.9, 1.0) and again.node("Grade1").disabled
    assert again.node("Merge1").position == (-120.0, 340.5)
    before = path.read_bytes()
    again.save()
    assert path.read_bytes() == before


def test_halves_of_letters_are_saved_and_loaded(script, tmp_path):
    """Names of files that are none in UTF-8 reach Python so; whatever holds one, the script can be saved."""
    script.node("Blur1").set("label", "half \udcfc, whole ü")
    script.save(tmp_path / "shot.pcat")
    assert Script.load(tmp_path / "shot.pcat").node("Blur1").value("label") == "half \udcfc, whole ü"
    assert "whole ü" in (tmp_path / "shot.pcat").read_text(encoding="utf-8")


def test_a_changed_knob_is_one_changed_line(script):
    """The file can be compared: entries have lines of their own, in an order that does not depend on editing."""
    before = script.to_text().splitlines()
    script.node("Grade1").set("white", 2.0)
    after = script.to_text().splitlines()
    assert len(before) == len(after) and sum(old != new for old, new in zip(before, after, strict=True)) == 1
    names = list(script.to_json()["nodes"])
    for number in range(3, 11):
        script.add("Read", f"Read{number}")
    nodes = list(script.to_json()["nodes"])
    assert nodes.index("Read2") < nodes.index("Read3") < nodes.index("Read10")
    assert [name for name in nodes if name in names] == names


def test_order_of_adding_does_not_matter(script):
    """Two scripts with the same nodes have the same text."""
    other = Script.from_json(json.loads(script.to_text()))
    other.nodes = dict(reversed(other.nodes.items()))
    assert other.to_text() == script.to_text()


def test_only_what_differs_from_defaults_is_written(script):
    """An untouched node is its kind and place."""
    script.node("Read2").position = (0.0, 200.0)
    assert script.to_json()["nodes"]["Read2"] == {"kind": "Read", "position": [0, 200]}
    assert Script().to_json() == {"format": "paircat script", "version": VERSION, "nodes": {}}


def test_what_is_not_known_is_kept(tmp_path):
    """Unknown kinds, knobs, entries and inputs are saved again as they were, and said in a sentence."""
    data = {
        "format": "paircat script",
        "version": VERSION,
        "project": {"fps": 30.0, "format": "1920x1080", "view": {"lut": "film"}},
        "nodes": {
            "Blur1": {
                "kind": "Blur",
                "inputs": {"Input": "Glow1", "Mask": "Glow1"},
                "knobs": {"size": [3.0, 3.0], "quality": {"taps": 9}},
                "position": [1, 2],
                "tint": "#ff0000",
            },
            "Glow1": {
                "kind": "studio.Glow",
                "inputs": {"Input": "Read1"},
                "knobs": {"label": "hot", "radius": [1, 2, 3]},
                "position": [3.25, 4],
                "disabled": True,
                "presets": [{"a": None}],
            },
            "Read1": {"kind": "Read", "knobs": {"file": "a.exr"}, "position": [0, 0]},
        },
        "farm": {"pool": "nights"},
    }
    path = tmp_path / "odd.pcat"
    path.write_text(json.dumps(data))
    script = Script.load(path)
    assert any("Glow1 is a studio.Glow" in warning for warning in script.warnings)
    assert any("Blur1: the knob 'quality'" in warning for warning in script.warnings)
    script.save()
    assert json.loads(path.read_text()) == data
    assert script.op("Glow1") == script.op("Read1")
    script.rename("Read1", "Plate")
    assert script.to_json()["nodes"]["Glow1"]["inputs"] == {"Input": "Plate"}


def test_value_that_a_knob_refuses_is_kept_and_named(tmp_path):
    """A file with an impossible value still loads; using the knob says what is wrong."""
    data = {"format": "paircat script", "version": 1, "nodes": {"C": {"kind": "CopyCat", "knobs": {"cropSize": 77}}}}
    script = Script.from_json(data)
    assert "C: The knob 'cropSize' cannot be '77'" in script.warnings[0]
    assert script.to_json()["nodes"]["C"]["knobs"] == {"cropSize": 77}
    with pytest.raises(GraphError, match="cropSize"):
        script.node("C").value("cropSize")


def test_an_input_that_is_not_there_is_kept_and_named():
    """A connection to an unknown input is told; what it was is saved again."""
    nodes = {"Read1": {"kind": "Read"}, "Blur1": {"kind": "Blur", "inputs": {"Input": "Read1", "Mask": "Read1"}}}
    clips = {"kind": "AppendClip", "inputs": {"1": "Read1", "7": "Read1"}}
    script = Script.from_json({"format": "paircat script", "version": 1, "nodes": {**nodes, "AppendClip1": clips}})
    assert len(script.warnings) == 1
    assert "Blur1: the input 'Mask' is not known here (it has Input)" in script.warnings[0]
    assert script.to_json()["nodes"]["Blur1"]["inputs"] == {"Input": "Read1", "Mask": "Read1"}


def test_newer_version_loads_with_a_warning_and_stays_newer():
    """A script of a newer program is not cut down to what this one knows."""
    data = {"format": "paircat script", "version": VERSION + 1, "nodes": {}}
    script = Script.from_json(data, "new.pcat")
    assert "'new.pcat' was saved by a newer PairCat" in script.warnings[0]
    assert script.to_json()["version"] == VERSION + 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is damaged"),
        (b'{"format": "paircat script", "ver', "is damaged"),
        (b"\xff\xfe\x00", "it is not text"),
        (b"[" * 100000, "is damaged"),
        (b"[]", "is not a PairCat script"),
        (b'{"format": "nuke", "nodes": {}}', "is not a PairCat script"),
        (b'{"format": "paircat script", "version": 1, "nodes": []}', "is not a PairCat script"),
        (b'{"format": "paircat script", "version": "1", "nodes": {}}', "no version of a PairCat script"),
        (b'{"format": "paircat script", "version": 1, "nodes": {"A": 3}}', "The node 'A' has '3' as its entry"),
        (b'{"format": "paircat script", "version": 1, "nodes": {"A": {}}}', "The node 'A' does not say its kind"),
        (
            b'{"format": "paircat script", "version": 1, "nodes": {"A": {"kind": "Read", "knobs": 3}}}',
            "The node 'A' has '3' as its knobs",
        ),
        (
            b'{"format": "paircat script", "version": 1, "nodes": {"A": {"kind": "Read", "position": [1]}}}',
            "'[1]' as its position, where two numbers",
        ),
        (
            b'{"format": "paircat script", "version": 1, "nodes": {"A": {"kind": "Read", "position": [0, 1%s]}}}'
            % (b"0" * 400),
            "as its position, where two numbers",
        ),
        (b'{"format": "paircat script", "version": 1, "project": 3, "nodes": {}}', "The project is '3'"),
        (b'{"format": "paircat script", "version": 1, "project": {"fps": 0}, "nodes": {}}', "fps is '0'"),
    ],
)
def test_file_that_is_no_script_gets_one_sentence(content, sentence, tmp_path):
    """Whatever is in the file, the answer names it and says what is wrong."""
    path = tmp_path / "odd.pcat"
    path.write_bytes(content)
    with pytest.raises(PairCatError, match=r"odd\.pcat") as refused:
        Script.load(path)
    assert sentence in str(refused.value) and "\n" not in str(refused.value)


def test_file_that_is_not_there_is_named(tmp_path):
    """A wrong path is said in a sentence."""
    with pytest.raises(PairCatError, match=r"There is no script '.*none\.pcat'"):
        Script.load(tmp_path / "none.pcat")


def test_script_without_a_file_cannot_be_saved_without_a_path():
    """There is nowhere to save to."""
    with pytest.raises(PairCatError, match="say where to save"):
        Script().save()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on Windows")
def test_saving_that_is_killed_half_way_leaves_the_old_script(script, tmp_path):
    """A process that dies while the new file is being written has not touched the old one."""
    path = tmp_path / "shot.pcat"
    script.save(path)
    before = path.read_bytes()
    program = f"""
        import os, pathlib, signal
        from paircat.nodes.script import Script
        script = Script.load({str(path)!r})
        script.add("Blur")
        whole = pathlib.Path.write_text
        def half(self, text, *args, **kwargs):
            whole(self, text[: len(text) // 2], *args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
        pathlib.Path.write_text = half
        script.save()
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2  # the half file lies beside it
    assert Script.load(path).to_json() == script.to_json()


def test_folder_that_is_gone_is_named(script, tmp_path):
    """Saving where there is no folder says so, and the script keeps the file it had."""
    script.save(tmp_path / "shot.pcat")
    with pytest.raises(PairCatError, match=r"gone.shot\.pcat' could not be written"):
        script.save(tmp_path / "gone" / "shot.pcat")
    assert script.path == tmp_path / "shot.pcat"


def test_names_are_the_lowest_free_numbers(script):
    """A new node takes the first number that is free; one of its own name is refused."""
    assert script.unique_name("Read") == "Read3"
    script.remove("Read1")
    assert script.add("Read").name == "Read1"
    assert script.unique_name("Read2") == "Read3"
    with pytest.raises(GraphError, match="There is a node 'Read2' already"):
        script.add("Blur", "Read2")
    for name in ("", "two words", "1st", "a/b"):
        with pytest.raises(GraphError, match="cannot be a node's name"):
            script.rename("Read2", name)
    with pytest.raises(GraphError, match="no kind of node 'Glow'"):
        script.add("Glow")


def test_renaming_and_removing_take_connections_along(script):
    """A renamed node stays connected; a removed one leaves no connection behind."""
    script.rename("Read1", "Plate")
    assert script.node("Blur1").connections == {"Input": "Plate"} and script.node("Plate").name == "Plate"
    script.remove("Plate")
    assert script.node("Blur1").connections == {} and "1" not in script.node("AppendClip1").connections


def test_connecting_refuses_what_cannot_be(script):
    """A circle, an input that is not there and a node without output are refused by name."""
    script.add("Viewer")
    script.connect("Blur1", "Grade1")
    with pytest.raises(GraphError, match=r"Grade1 to Blur1 makes a circle \(Blur1 -> Grade1 -> Blur1\)"):
        script.connect("Grade1", "Blur1")
    with pytest.raises(GraphError, match=r"Connecting Blur1 to Blur1 makes a circle"):
        script.connect("Blur1", "Blur1")
    with pytest.raises(GraphError, match="Merge1 has no input 'C'; its inputs are B, A"):
        script.connect("Read1", "Merge1", "C")
    with pytest.raises(GraphError, match="Read1 has no input ''; it has no inputs"):
        script.connect("Blur1", "Read1")
    with pytest.raises(GraphError, match="Viewer1 is a Viewer, which has no output"):
        script.connect("Viewer1", "Blur1")
    assert script.node("Blur1").connections == {"Input": "Read1"}


def test_loading_needs_neither_torch_nor_qt():
    """A script is plain data: loading one imports nothing that is slow or needs a screen."""
    example = Path(__file__).parents[2] / "examples" / "deblur.pcat"
    program = f"""
        import sys
        from paircat.nodes.script import Script
        Script.load({str(example)!r}).node("CopyCat1")
        loaded = [name for name in ("torch", "av", "skimage", "PySide6", "NodeGraphQt") if name in sys.modules]
        sys.exit(f"imported {{loaded}}" if loaded else 0)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], check=False, timeout=60, capture_output=True
    )
    assert ended.returncode == 0, ended.stderr.decode()


def test_nodes_of_a_program_do_not_lie_on_each_other():
    """Each new one stands below the lowest; one that has a place keeps it."""
    made = Script()
    made.add("Read")
    made.add("Dot").position = (300.0, 250.0)
    made.add("Write")
    assert [node.position for node in made.nodes.values()] == [(0, 0), (300, 250), (0, 350)]
