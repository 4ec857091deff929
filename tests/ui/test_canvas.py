"""The canvas: a Script goes in and comes out, and every change is one step that can be undone."""

from pathlib import Path

import pytest

from paircat.engine.errors import GraphError, PairCatError
from paircat.nodes.script import Script
from paircat.ui import canvas_node, menus

DEMO = Path(__file__).resolve().parents[2] / "examples" / "deblur.pcat"


@pytest.fixture
def demo(canvas):
    """The canvas with the shipped example on it."""
    canvas.load(Script.load(DEMO))
    return canvas


def shown_inputs(canvas, name):
    return [port.name() for port in canvas.tile(name).input_ports() if port.visible()]


def test_a_script_comes_back_as_it_was(demo):
    """Loading and reading changes nothing, down to the byte, and leaves nothing to undo or to save."""
    assert demo.script().to_text() == DEMO.read_text(encoding="utf-8")
    assert demo.script().path == DEMO
    assert not demo.undo_stack.canUndo() and demo.undo_stack.isClean()


def test_what_is_not_known_is_kept(canvas):
    """Unknown kinds, knobs, entries and connections survive a load, an edit and a save."""
    data = {
        "format": "paircat script",
        "version": 1,
        "studio": {"shot": 10},
        "nodes": {
            "Glow1": {"kind": "Glow", "inputs": {"mask": "Read1"}, "knobs": {"gain": 3}, "position": [0, 90]},
            "Read1": {"kind": "Read", "knobs": {"file": "a.exr", "proxy": True}, "position": [0, 0], "note": "x"},
            "Blur1": {"kind": "Blur", "inputs": {"Matte": "Read1", "Input": "Nowhere"}, "position": [200, 90]},
        },
    }
    script = Script.from_json(data)
    canvas.load(script)
    assert canvas.script().to_json() == script.to_json()
    canvas.set_value("Read1", "file", "b.exr")
    assert canvas.script().to_json()["nodes"]["Glow1"] == data["nodes"]["Glow1"]
    assert canvas.script().to_json()["studio"] == {"shot": 10}


def _odd_backdrop(**knobs):
    """A script of a Read and a Backdrop, as somebody has edited it by hand."""
    nodes = {
        "Backdrop1": {"kind": "Backdrop", "knobs": knobs, "position": [0, 0]},
        "Read1": {"kind": "Read", "knobs": {"file": "a.exr"}, "position": [0, 90]},
    }
    return Script.from_json({"format": "paircat script", "version": 1, "nodes": nodes}, "odd.pcat")


@pytest.mark.parametrize("knobs", [{"size": [400, 0]}, {"size": "wide"}, {"tileColour": [1, 2]}])
def test_a_backdrop_is_drawn_whatever_its_knobs_say(canvas, knobs):
    """A value that its knob does not allow is drawn as the default, and kept."""
    script = _odd_backdrop(**knobs)
    canvas.load(script)
    assert set(canvas.names()) == {"Backdrop1", "Read1"}
    assert canvas.area(["Backdrop1"]).width() == 400 and canvas.area(["Backdrop1"]).height() == 300
    assert canvas.script().to_json() == script.to_json()


def test_what_cannot_be_put_on_the_canvas_leaves_it_as_it_was(demo, monkeypatch):
    """A node that fails as it is made, such as a plugin's, takes no other with it, and the script keeps its file."""
    before, make = demo.script().to_text(), canvas_node.make

    def fail(data):
        if data.kind == "Backdrop":
            raise GraphError("no such thing")
        return make(data)

    monkeypatch.setattr(canvas_node, "make", fail)
    with pytest.raises(GraphError, match="no such thing"):
        demo.load(_odd_backdrop())
    assert demo.script().to_text() == before and demo.path == DEMO


def test_a_new_node_is_numbered_and_hangs_on_the_selection(canvas):
    """Read1, then Blur1 below it and connected to it; the new node is the selected one."""
    assert canvas.add_node("Read") == "Read1"
    assert canvas.add_node("Blur") == "Blur1"
    assert canvas.sources("Blur1") == {"Input": "Read1"}
    assert canvas.selected_names() == ["Blur1"]
    assert canvas.area(["Blur1"]).top() > canvas.area(["Read1"]).bottom()


def test_a_new_node_goes_between(canvas):
    """What hung on the selected node hangs on the new one."""
    canvas.add_node("Read")
    canvas.add_node("Grade")
    canvas.select(["Read1"])
    canvas.add_node("Blur")
    assert canvas.sources("Grade1") == {"Input": "Blur1"} and canvas.sources("Blur1") == {"Input": "Read1"}


def test_two_selected_nodes_become_a_pair(canvas):
    """A CopyCat takes the node that was selected first as Input and the second as GroundTruth."""
    canvas.add_node("Read", connect_selected=False)
    canvas.add_node("Read", connect_selected=False)
    canvas.select(["Read2"])
    canvas.select(["Read2", "Read1"])
    canvas.add_node("CopyCat")
    assert canvas.sources("CopyCat1") == {"Input": "Read2", "GroundTruth": "Read1"}


def test_preview_takes_the_selected_copycat(canvas):
    """A Preview made on a CopyCat has it at the input that asks for one."""
    canvas.add_node("CopyCat")
    canvas.add_node("Preview")
    assert canvas.sources("Preview1") == {"CopyCat": "CopyCat1"}


def test_new_nodes_never_cover_others(canvas):
    """Nodes that are made on the same one stand side by side."""
    canvas.add_node("Read")
    for _ in range(4):
        canvas.select(["Read1"])
        canvas.add_node("Blur")
    areas = [canvas.area([name]) for name in canvas.names()]
    assert not any(a.intersects(b) for i, a in enumerate(areas) for b in areas[:i])


def test_copycat_shows_preview_when_it_makes_sense(canvas):
    """The third input appears once the other two are connected, and goes with them."""
    for kind in ("Read", "Blur"):
        canvas.add_node(kind, connect_selected=False)
    canvas.add_node("CopyCat", connect_selected=False)
    assert shown_inputs(canvas, "CopyCat1") == ["Input", "GroundTruth"]
    canvas.connect("Read1", "CopyCat1", "Input")
    assert shown_inputs(canvas, "CopyCat1") == ["Input", "GroundTruth"]
    canvas.connect("Blur1", "CopyCat1", "GroundTruth")
    assert shown_inputs(canvas, "CopyCat1") == ["Input", "GroundTruth", "Preview"]
    canvas.undo_stack.undo()
    assert shown_inputs(canvas, "CopyCat1") == ["Input", "GroundTruth"]


def test_inputs_grow_as_they_are_used(canvas):
    """A Viewer and an AppendClip show one free input after the last that is connected."""
    canvas.add_node("Read")
    canvas.add_node("AppendClip", connect_selected=False)
    canvas.add_node("Viewer", connect_selected=False)
    for slot in ("1", "2", "3"):
        canvas.connect("Read1", "AppendClip1", slot)
        canvas.connect("Read1", "Viewer1", slot)
    assert shown_inputs(canvas, "AppendClip1") == shown_inputs(canvas, "Viewer1") == ["1", "2", "3", "4"]


def test_connecting_replaces_and_refuses_circles(canvas):
    """An input lets go of what was there; a circle and an unknown input are refused with the node's name."""
    for kind in ("Read", "Read", "Blur", "Grade"):
        canvas.add_node(kind, connect_selected=False)
    canvas.connect("Read1", "Blur1", "Input")
    canvas.connect("Read2", "Blur1", "Input")
    assert canvas.sources("Blur1") == {"Input": "Read2"} and canvas.consumers("Read1") == []
    canvas.connect("Blur1", "Grade1", "Input")
    before = canvas.script().to_text()
    with pytest.raises(GraphError, match="Grade1 to Blur1 makes a circle"):
        canvas.connect("Grade1", "Blur1", "Input")
    with pytest.raises(GraphError, match="Blur1 has no input 'Mask'"):
        canvas.connect("Read1", "Blur1", "Mask")
    assert canvas.script().to_text() == before


def test_deleting_joins_what_it_was_between(demo):
    """What hung on a deleted node hangs on that one's source; undo brings all of it back."""
    before = demo.script().to_text()
    demo.remove(["Blur1"])
    assert demo.sources("CopyCat1") == {"Input": "Read1", "GroundTruth": "Read1", "Preview": "Read1"}
    assert demo.undo_stack.count() == 1
    demo.undo_stack.undo()
    assert demo.script().to_text() == before


def test_everything_can_be_undone_and_done_again(demo):
    """Each change is one step; all the way back gives the first script, all the way forth the last."""
    first = demo.script().to_text()
    changes = (
        lambda: demo.add_node("Grade", "Look"),
        lambda: demo.set_value("Look", "multiply", 2.0),
        lambda: demo.rename("Look", "Warm"),
        lambda: demo.connect("Read1", "Warm", "Input"),
        lambda: demo.disconnect_input("Write1", "Input"),
        lambda: demo.set_disabled(["Warm", "Blur1"], True),
        lambda: demo.add_node("Backdrop", values={"label": "pairs", "size": (300, 200)}),
        lambda: demo.set_values("CopyCat1", {"epochs": 7, "cropSize": 64}),
        lambda: demo.set_project(fps=30.0, frames="1-10"),
        lambda: demo.remove(["Blur1", "Inference1"]),
    )
    for number, change in enumerate(changes, 1):
        change()
        assert demo.undo_stack.count() == number
    last = demo.script().to_text()
    while demo.undo_stack.canUndo():
        demo.undo_stack.undo()
    assert demo.script().to_text() == first
    while demo.undo_stack.canRedo():
        demo.undo_stack.redo()
    assert demo.script().to_text() == last


def test_a_knob_is_set_in_one_step_that_is_reported(demo, qtbot):
    """value_changed comes for the change, its undo and its redo; setting the same again is no step."""
    received = []
    demo.value_changed.connect(lambda node, knob: received.append((node, knob, demo.value(node, knob))))
    demo.set_value("CopyCat1", "epochs", 50)
    demo.set_value("CopyCat1", "epochs", 50)
    demo.undo_stack.undo()
    demo.undo_stack.redo()
    assert received == [("CopyCat1", "epochs", 50), ("CopyCat1", "epochs", 10000), ("CopyCat1", "epochs", 50)]
    assert not demo.is_default("CopyCat1", "epochs") and demo.default("CopyCat1", "epochs") == 10000
    demo.set_value("CopyCat1", "epochs", 10000)
    assert demo.is_default("CopyCat1", "epochs")


def test_what_is_not_allowed_changes_nothing(demo):
    """A wrong value, knob, name, kind or node is refused with a sentence, without a step."""
    before = demo.script().to_text()
    for refused in (
        lambda: demo.set_value("CopyCat1", "cropSize", 100),
        lambda: demo.set_value("CopyCat1", "warp", 1),
        lambda: demo.set_values("CopyCat1", {"epochs": 5, "cropSize": 100}),
        lambda: demo.rename("Read1", "Blur1"),
        lambda: demo.rename("Read1", "a plate"),
        lambda: demo.add_node("Teapot"),
        lambda: demo.add_node("Read", "Read1"),
        lambda: demo.value("Nobody", "file"),
        lambda: demo.set_project(fps=-1),
    ):
        with pytest.raises(PairCatError):
            refused()
    assert demo.script().to_text() == before and demo.undo_stack.count() == 0


def test_names_are_reported(demo):
    """Renaming and deleting are told once, in both directions of undo."""
    renamed, removed = [], []
    demo.node_renamed.connect(lambda old, new: renamed.append((old, new)))
    demo.node_removed.connect(removed.append)
    demo.rename("Read1", "Plate")
    assert demo.sources("Blur1") == {"Input": "Plate"}
    demo.undo_stack.undo()
    demo.remove(["Write1"])
    assert renamed == [("Read1", "Plate"), ("Plate", "Read1")] and removed == ["Write1"]


def test_selection_is_reported_in_its_order_and_is_no_step(demo):
    """Selecting is told with all selected names, the first selected one first."""
    received = []
    demo.selection_changed.connect(received.append)
    demo.select(["Write1"])
    demo.select(["Write1", "Blur1"])
    assert received[-1] == ["Write1", "Blur1"] == demo.selected_names()
    assert demo.undo_stack.count() == 0


def test_defaults_of_menu_files_are_for_new_nodes_only(canvas, fresh_menus):
    """menus.default sets a knob of nodes that are made, and a script's own nodes keep theirs."""
    menus.default("CopyCat", "modelSize", "Small")
    canvas.add_node("CopyCat")
    assert canvas.value("CopyCat1", "modelSize") == "Small"
    script = Script()
    script.add("CopyCat")
    canvas.load(script)
    assert canvas.value("CopyCat1", "modelSize") == "Medium"


def test_snapshots_do_not_change_afterwards(demo):
    """A Script that was read stays as it was, whatever happens on the canvas."""
    script = demo.script()
    text = script.to_text()
    demo.set_value("Blur1", "size", 9.0)
    demo.remove(["Read1"])
    demo.set_project(fps=12.0)
    assert script.to_text() == text


def test_a_graph_of_many_ways_is_connected_at_once(canvas):
    """Sixty Merges, each fed twice by the one before, have more ways through than could be walked one by one."""
    canvas.add_node("Read")
    last = "Read1"
    for number in range(1, 61):
        canvas.add_node("Merge", connect_selected=False)
        canvas.connect(last, f"Merge{number}", "A")
        canvas.connect(last, f"Merge{number}", "B")
        last = f"Merge{number}"
    assert canvas.sources("Merge60") == {"A": "Merge59", "B": "Merge59"}
