"""ViewerPipe: what is looked at is what the Viewer node on the canvas is connected to."""

import pytest

from paircat.ui.viewer_pipe import ViewerPipe


@pytest.fixture
def pipe(canvas):
    """Read1 -> Blur1 -> Grade1 on the canvas, nothing selected, no Viewer."""
    for kind in ("Read", "Blur", "Grade"):
        canvas.add_node(kind)
    canvas.select([])
    canvas.undo_stack.clear()
    return ViewerPipe(canvas)


def looked_at(pipe: ViewerPipe, canvas) -> str:
    """What the canvas says."""
    return canvas.sources(pipe.viewer).get(str(canvas.value(pipe.viewer, "inputNumber")), "")


def test_without_a_viewer_nothing_is_looked_at(pipe, canvas):
    """The first look makes the Viewer, in one step, and leaves the selection."""
    assert (pipe.viewer, pipe.node, pipe.inputs) == ("", "", {})
    pipe.look_through(1)
    assert canvas.undo_stack.count() == 0
    canvas.select(["Blur1"])
    pipe.look_at("Blur1")
    assert (pipe.viewer, pipe.node) == ("Viewer1", "Blur1") and canvas.selected_names() == ["Blur1"]
    canvas.undo_stack.undo()
    assert (pipe.viewer, pipe.node) == ("", "")


def test_a_node_that_is_connected_already_is_looked_at_through_its_input(pipe, canvas):
    """Another one goes to the input in use; looking twice at one is no step."""
    pipe.look_at("Read1", 1)
    pipe.look_at("Grade1", 2)
    assert (pipe.number, pipe.node) == (2, "Grade1")
    pipe.look_at("Read1")
    assert (pipe.number, pipe.inputs) == (1, {1: "Read1", 2: "Grade1"})
    pipe.look_at("Blur1")
    assert (pipe.number, pipe.inputs) == (1, {1: "Blur1", 2: "Grade1"})
    steps = canvas.undo_stack.count()
    pipe.look_at("Blur1")
    pipe.look_through(1)
    pipe.look_through(7)
    assert canvas.undo_stack.count() == steps
    pipe.look_at("")
    assert (pipe.node, pipe.inputs) == ("", {2: "Grade1"})


def test_whatever_happens_on_the_canvas_is_followed(pipe, canvas):
    """A node below the one in view takes the pipe over, as in Nuke; deleting, wiring and undo are followed too."""
    pipe.look_at("Blur1")
    seen = [pipe.node]
    canvas.select(["Blur1"])
    canvas.add_node("Write")
    seen.append(pipe.node)
    canvas.remove(["Write1"])
    seen.append(pipe.node)
    canvas.connect("Read1", "Viewer1", "1")
    seen.append(pipe.node)
    canvas.rename("Read1", "Plate")
    seen.append(pipe.node)
    canvas.disconnect_input("Viewer1", "1")
    seen.append(pipe.node)
    assert seen == ["Blur1", "Write1", "Blur1", "Read1", "Plate", ""]
    for expected in ("Plate", "Read1", "Blur1", "Write1", "Blur1"):
        canvas.undo_stack.undo()
        assert pipe.node == expected == looked_at(pipe, canvas)
    canvas.remove(["Viewer1"])
    assert (pipe.viewer, pipe.node) == ("", "")


def test_of_several_viewers_the_one_used_last_counts(pipe, canvas):
    """Until it is deleted."""
    pipe.look_at("Read1")
    canvas.add_node("Viewer", connect_selected=False)
    canvas.connect("Grade1", "Viewer2", "1")
    assert pipe.node == "Read1"
    pipe.use("Viewer2")
    assert pipe.node == "Grade1"
    canvas.remove(["Viewer2"])
    assert pipe.node == "Read1"


def test_a_viewer_that_is_made_is_seen(pipe, canvas):
    """With what it looks at, also where that stands at the lower edge of what is shown."""
    view = canvas.view
    name = canvas.names()[0]
    view.frame(canvas.area(canvas.names()).translated(0, -300))
    pipe.look_at(name)
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    assert seen.contains(canvas.area([name, "Viewer1"]))
