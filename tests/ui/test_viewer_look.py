"""ViewerLook: what a script says of how it is looked at, and the controls above the picture, are one."""

from paircat.engine.picture.display import Look
from paircat.nodes.script import Script


def test_a_look_is_saved_with_the_script(window, tmp_path):
    """Changed above the picture, it is the Viewer node's, without a step of undo; opened again, it is there again."""
    canvas = window.canvas
    canvas.add_node("Viewer")
    window.viewer.set_look(Look("depth", "Y", "none", 2.0, 1.5))
    values = {knob: canvas.value("Viewer1", knob) for knob in ("layer", "channel", "viewTransform", "gain", "gamma")}
    assert list(values.values()) == ["depth", "Luma", "none", 2.0, 1.5]
    assert canvas.undo_stack.undoText() == "add Viewer1"
    script = canvas.script()
    script.save(tmp_path / "shot.pcat")
    canvas.undo_stack.setClean()
    assert window.document.new() and window.viewer.look == Look()
    assert window.document.open(tmp_path / "shot.pcat")
    assert window.viewer.look == Look("depth", "Y", "none", 2.0, 1.5)
    assert not window.document.modified and Script.load(tmp_path / "shot.pcat").node("Viewer1").value("gain") == 2.0


def test_whatever_the_controls_allow_the_node_takes(window):
    """From nearly nothing to a hundred thousand times."""
    window.canvas.add_node("Viewer")
    for factor in (0.001, 100_000.0):
        window.viewer.set_look(Look(gain=factor, gamma=factor))
        assert window.canvas.value("Viewer1", "gain") == window.canvas.value("Viewer1", "gamma") == factor


def test_the_nodes_knobs_are_heeded(window):
    """Its panel is as good a place as the bar, and undo is followed."""
    canvas = window.canvas
    canvas.add_node("Viewer")
    canvas.set_value("Viewer1", "gamma", 2.2)
    canvas.set_value("Viewer1", "channel", "Matte")
    assert window.viewer.look == Look(key="M", gamma=2.2)
    canvas.undo_stack.undo()
    assert window.viewer.look == Look(gamma=2.2)


def test_another_viewer_node_brings_its_own_look(window, qtbot):
    """One that has just been made is looked through as the picture was until then."""
    canvas = window.canvas
    window.viewer.set_look(Look(gain=3.0))
    canvas.add_node("Viewer")
    qtbot.waitUntil(lambda: canvas.value("Viewer1", "gain") == 3.0)
    canvas.add_node("Viewer", values={"gain": 0.5}, connect_selected=False)
    canvas.node_activated.emit("Viewer2")
    assert window.viewer.look == Look(gain=0.5) and canvas.value("Viewer1", "gain") == 3.0
    canvas.node_activated.emit("Viewer1")
    assert window.viewer.look == Look(gain=3.0)
