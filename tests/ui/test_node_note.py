"""Notes: what kinds of nodes say beside their knobs."""

import numpy as np
import OpenImageIO as oiio
import pytest
from written_runs import header, write_run

from paircat.engine.runs.checkpoint import save_cat
from paircat.ui.node_note import InferenceNote, PreviewNote, ReadNote
from paircat.ui.node_panel import NodePanel
from paircat.ui.wrapping_label import WrappingLabel


@pytest.fixture
def panel_of(canvas, qtbot, tmp_path):
    """Adds a node and opens its panel."""
    canvas.path = tmp_path / "shot.pcat"

    def make(kind, **values):
        panel = NodePanel(canvas, canvas.add_node(kind, None, values=values, connect_selected=False))
        qtbot.addWidget(panel)
        panel.show()
        return panel

    return make


def plate(folder, frames=3):
    for frame in range(1, frames + 1):
        assert oiio.ImageBuf(np.full((6, 8, 3), 0.1 * frame, np.float32)).write(str(folder / f"plate.{frame}.exr"))


def test_read_says_what_there_is(panel_of, tmp_path, qtbot):
    """Frames, size and channels, or why not."""
    plate(tmp_path)
    panel = panel_of("Read", file="plate.#.exr")
    note = panel.findChild(ReadNote)
    qtbot.waitUntil(lambda: "1-3 (3)" in note.rows["Frames found"].text())
    assert note.rows["Size"].text() == "8 × 6" and note.rows["Channels"].text() == "R, G, B"
    panel.set_value("file", "none.#.exr")
    qtbot.waitUntil(lambda: "none.#.exr" in note.problem.text())


def test_what_a_field_says_is_not_said_again(panel_of, tmp_path, qtbot, canvas):
    """A script that was edited by hand may hold any frames; the field is red and has them, the panel says it once."""
    plate(tmp_path)
    name = canvas.add_node("Read", None, values={"file": "plate.#.exr"}, connect_selected=False)
    canvas.tile(name).data.values["frames"] = "zzz"
    panel = NodePanel(canvas, name)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.forms[0].widget("frames").edit.text() == "zzz"
    said = [label.text() for label in panel.findChildren(WrappingLabel) if "zzz" in label.text()]
    assert len(said) == 1 and said[0].startswith(f"{name}: 'Frames' cannot be used: ")


def test_inference_shows_its_network_and_a_replaced_one(panel_of, tmp_path, qtbot):
    """Channels In and Out come from the file, again when it is replaced."""
    path = tmp_path / "a.40.cat"
    save_cat(path, header("a", 40, 100), {"weight": np.zeros(1, np.float32)})
    panel = panel_of("Inference", modelFile="a.40.cat")
    note = panel.findChild(InferenceNote)
    qtbot.waitUntil(lambda: note.rows["Channels In"].text() == "R, G, B")
    assert note.rows["Channels Out"].text() == "A" and "40 of 100" in note.rows["Trained"].text()
    save_cat(path, header("a", 80, 100), {"weight": np.zeros(1, np.float32)})
    qtbot.waitUntil(lambda: "80 of 100" in note.rows["Trained"].text(), timeout=10000)
    path.write_bytes(b"")
    qtbot.waitUntil(lambda: "empty" in note.problem.text(), timeout=10000)


def test_a_network_of_a_run_limited_by_minutes_is_of_no_number_of_steps(panel_of, tmp_path, qtbot):
    """Nobody knew how many it would come to."""
    save_cat(tmp_path / "a.20.cat", header("a", 20, 0), {"weight": np.zeros(1, np.float32)})
    panel = panel_of("Inference", modelFile="a.20.cat")
    note = panel.findChild(InferenceNote)
    qtbot.waitUntil(lambda: note.rows["Trained"].text().startswith("20 steps, loss 0.25, "))


def test_preview_names_the_checkpoint_it_shows(panel_of, canvas, tmp_path, qtbot):
    """The newest of its CopyCat's active run."""
    write_run(tmp_path, "first")
    canvas.add_node("CopyCat", "CopyCat1", values={"dataDirectory": "."}, connect_selected=False)
    panel = panel_of("Preview")
    note = panel.findChild(PreviewNote)
    qtbot.waitUntil(lambda: "not connected" in note.problem.text())
    canvas.connect("CopyCat1", panel.name, "CopyCat")
    qtbot.waitUntil(lambda: note.rows["Checkpoint"].text() == "first.40.cat")
