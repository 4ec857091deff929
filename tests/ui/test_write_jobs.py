"""WriteJobs: what Write nodes have child processes write, by the name of the node."""

import os
import threading
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.engine.picture.files import read_image
from paircat.engine.picture.frames import FrameRange
from paircat.ui.write_job import Order
from paircat.ui.write_jobs import WriteJobs

FRAMES = 400


@pytest.fixture
def renders(canvas, tmp_path):
    """Of a canvas with Write1, which has many frames to write."""
    assert oiio.ImageBuf(np.full((60, 80, 3), 0.5, np.float32)).write(str(tmp_path / "plate.1.exr"))
    for frame in range(2, FRAMES + 1):
        os.link(tmp_path / "plate.1.exr", tmp_path / f"plate.{frame}.exr")
    canvas.path = tmp_path / "shot.pcat"
    read = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    write = canvas.add_node("Write", None, values={"file": "out.#.exr"}, connect_selected=False)
    canvas.connect(read, write, "Input")
    made = WriteJobs(canvas)
    yield made
    made.stop(0)


def begin(renders: WriteJobs, name: str = "Write1"):
    """Have a node's frames written."""
    script = renders.canvas.script()
    graph, node = script.graph(), script.node(name)
    render = renders.of(name)
    render.start(Order(graph.op(name), node.frames(graph), node.write_settings(graph)))
    return render


def written(folder: Path) -> list[Path]:
    return list(folder.glob("out.*.exr"))


def test_a_renamed_node_keeps_its_render(renders, canvas, tmp_path, qtbot):
    """Under the new name, also in what is said of it; the old name is free for another."""
    render = begin(renders)
    assert render.standing == f"Write1 is rendering (0 of {FRAMES} frames)."
    canvas.rename("Write1", "Final")
    assert renders.of("Final") is render and renders.running() == [render]
    qtbot.waitUntil(lambda: render.done > 1, timeout=30000)
    assert render.standing == f"Final is rendering ({render.done} of {FRAMES} frames)."
    assert not renders.of("Write1").rendering


def test_a_deleted_nodes_render_stops_after_the_frame_in_work(renders, canvas, tmp_path, qtbot):
    """And says so; the frames that were written stay, and the node that undo brings back starts anew."""
    render = begin(renders)
    qtbot.waitUntil(lambda: render.done > 1, timeout=30000)
    with qtbot.waitSignal(renders.abandoned) as abandoned:
        canvas.remove(["Write1"])
    assert abandoned.args == ["Write1"] and renders.running() == [render]
    with qtbot.waitSignal(renders.ended, timeout=30000) as ended:
        canvas.undo_stack.undo()
    assert ended.args[0] == "Write1" and ended.args[1].startswith("Cancelled. Wrote frames 1-")
    assert renders.running() == [] and 1 < len(written(tmp_path)) < FRAMES
    assert renders.of("Write1") is not render


@pytest.mark.parametrize("patience", [30, 0])
def test_stopping_leaves_no_process_and_only_whole_frames(renders, tmp_path, qtbot, patience):
    """Whether the processes end after their frames in work or are killed."""
    render = begin(renders)
    qtbot.waitUntil(lambda: render.done > 1, timeout=30000)
    pid = render.pid
    renders.stop(patience)
    assert renders.running() == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    files = written(tmp_path)
    assert 1 < len(files) < FRAMES
    assert all(read_image(file).pixels.shape == (60, 80, 3) for file in files)
    if patience:
        assert not list(tmp_path.glob(".out.*"))


@pytest.mark.parametrize("ends", ["its node", "the window"])
def test_what_has_not_begun_yet_does_not_begin_any_more(renders, canvas, tmp_path, qtbot, ends):
    """When its node is deleted, or the window closes, while it is still found out what is to be written."""
    script, answers, looked = canvas.script(), threading.Event(), threading.Event()
    graph, node = script.graph(), script.node("Write1")
    order = Order(graph.op("Write1"), node.frames(graph), node.write_settings(graph))

    def find():
        answers.wait(10)
        looked.set()
        return order, FrameRange(())

    renders.of("Write1").prepare(find)
    render = renders.of("Write1")
    assert render.busy and renders.running() == []
    if ends == "its node":
        canvas.remove(["Write1"])
    else:
        renders.stop(0)
    answers.set()
    qtbot.waitUntil(looked.is_set)
    qtbot.wait(200)
    assert renders.running() == [] and written(tmp_path) == []
