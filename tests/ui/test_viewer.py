"""Tests of ui/viewer.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from plates import plate, write_plates
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShortcut
from pytestqt.qtbot import QtBot

from paircat.engine.picture.display import Look
from paircat.engine.picture.files import write_image
from paircat.nodes.script import Script
from paircat.ui.frame_renderer import DIFFERENCE, WIPE, FrameRenderer
from paircat.ui.viewer import HINT, Viewer

ONE_CAT = """
import sys
from pathlib import Path
from checkpoints import train_cat
train_cat(Path(sys.argv[1]))
"""

WITHOUT_TORCH = """
import sys, time
from PySide6.QtWidgets import QApplication
from paircat.nodes.script import Script
from paircat.ui.viewer import Viewer
application = QApplication([])
viewer = Viewer()
viewer.set_script(Script.load(sys.argv[1]))
viewer.show_node("Inference1")
end = time.monotonic() + 60
while not viewer.is_current and time.monotonic() < end:
    application.processEvents()
    time.sleep(0.01)
print(viewer.is_current, repr(viewer.image.error), viewer.renderer._process.pid is not None, "torch" in sys.modules)
viewer.shutdown()
"""


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[Viewer]:
    made = Viewer(FrameRenderer(cache_bytes=64 << 20))
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    yield made
    made.shutdown()


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Read1 (1001-1009) -> Grade1, twice as bright."""
    made = Script(tmp_path / "shot.pcat")
    made.add("Read").set("file", write_plates(tmp_path, "shot", range(1001, 1010)))
    made.add("Grade").set("multiply", 2)
    made.connect("Read1", "Grade1")
    return made


def see(qtbot: QtBot, viewer: Viewer) -> None:
    """Wait until what is seen is what was asked for."""
    qtbot.waitUntil(lambda: viewer.is_current, timeout=8000)


def test_a_node_is_shown_at_its_first_frame(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """A clip that does not hold the viewer's frame takes it to where there is one; range, in and out follow."""
    assert viewer.image.notice == HINT
    viewer.set_script(script)
    with qtbot.waitSignal(viewer.frame_changed):
        viewer.show_node("Read1", 1)
    see(qtbot, viewer)
    assert (viewer.frame, viewer.shown_frame) == (1001, 1001)
    assert (viewer.timeline.first, viewer.timeline.last, viewer.timeline.out_point) == (1001, 1009, 1009)
    assert viewer.image.left is not None and viewer.image.caption == "Read1   1001"
    assert viewer.bar.a.currentData() == "Read1" and viewer.bar.layer.currentData() == "rgba"


def test_stepping_with_the_keys(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """Arrows step, Home and End go to in and out, I and O set them; none leaves the range."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    key, press = Qt.Key, lambda which: qtbot.keyClick(viewer.image, which)
    press(key.Key_Left)
    assert viewer.frame == 1001
    press(key.Key_Right)
    press(key.Key_Right)
    assert viewer.frame == 1003
    press(key.Key_I)
    press(key.Key_End)
    assert viewer.frame == 1009
    press(key.Key_Home)
    assert viewer.frame == 1003 and viewer.transport.in_point.value() == 1003
    see(qtbot, viewer)
    assert viewer.readout._a is not None and viewer.readout._a.pixels[0, 0, 0] == plate(1003).pixels[0, 0, 0]


def test_the_frame_that_was_chosen_comes_back_with_its_clip(
    qtbot: QtBot, viewer: Viewer, script: Script, tmp_path: Path
) -> None:
    """A still in between shows the frame that it has; a frame that is chosen meanwhile takes the other's place."""
    script.add("Read", "Still").set("file", write_plates(tmp_path, "still", [1]))
    script.add("Read", "Short").set("file", write_plates(tmp_path, "short", range(1001, 1004)))
    viewer.set_script(script)
    frames = []
    for node, chosen in (("Read1", 1005), ("Still", 0), ("Read1", 0), ("Short", 1002), ("Read1", 0)):
        viewer.show_node(node)
        see(qtbot, viewer)
        frames.append(viewer.frame)
        if chosen:
            viewer.set_frame(chosen)
            see(qtbot, viewer)
    assert frames == [1001, 1, 1005, 1003, 1002]


def test_where_there_is_no_picture_there_are_no_values(
    qtbot: QtBot, viewer: Viewer, script: Script, tmp_path: Path
) -> None:
    """Those of the frame before would be taken for this one's, and those of B for A's."""
    script.add("Read", "Other").set("file", write_plates(tmp_path, "other", range(1001, 1010)))
    (tmp_path / "shot.1003.exr").unlink()
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    viewer.readout.set_point(QPoint(16, 0))
    assert "0.25000" in viewer.readout.values.text()
    viewer.set_frame(1003)
    see(qtbot, viewer)
    assert "does not exist" in viewer.image.error and viewer.readout.values.text() == ""
    viewer.compare_with("Other", WIPE)
    see(qtbot, viewer)
    assert "16, 0&nbsp;&nbsp; B&nbsp;" in viewer.readout.values.text()


def test_keys_of_channels_and_comparison(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """A and Y show one channel and, once more, all; W wipes; Shift+W shows the difference."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    qtbot.keyClick(viewer.image, Qt.Key.Key_A)
    assert viewer.look.key == "A"
    qtbot.keyClick(viewer.image, Qt.Key.Key_A)
    assert viewer.look.key == ""
    viewer.compare_with("Grade1", WIPE)
    see(qtbot, viewer)
    assert viewer.image.right is not None and viewer.image.right_caption == "Grade1   1001"
    qtbot.keyClick(viewer.image, Qt.Key.Key_W)
    see(qtbot, viewer)
    assert viewer.image.right is None
    qtbot.keyClick(viewer.image, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    see(qtbot, viewer)
    assert viewer.bar.compare.currentData() == DIFFERENCE and viewer.image.caption.startswith("|Read1 - Grade1|")


def test_a_comparison_with_nothing_says_so(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """A wipe needs a side B."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    qtbot.keyClick(viewer.image, Qt.Key.Key_W)
    see(qtbot, viewer)
    assert "choose B" in viewer.image.notice
    viewer.compare_with("Grade1", WIPE)
    see(qtbot, viewer)
    assert viewer.image.notice == ""


def test_its_keys_go_before_the_windows(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """A shortcut of the same key is not heard while the picture has the focus."""
    heard: list[str] = []
    shortcut = QShortcut(Qt.Key.Key_R, viewer)
    shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
    shortcut.activated.connect(lambda: heard.append("window"))
    viewer.image.setFocus()
    qtbot.waitUntil(viewer.image.hasFocus)
    qtbot.keyClick(viewer.image, Qt.Key.Key_R)
    assert viewer.look.key == "R" and heard == []


def test_numbers_bring_back_nodes(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """Those that were shown under a number, and those that the Viewer node has at its inputs."""
    viewer.set_script(script)
    viewer.set_inputs({3: "Grade1"})
    viewer.show_node("Read1", 1)
    qtbot.keyClick(viewer.image, Qt.Key.Key_3)
    assert viewer.node == "Grade1"
    qtbot.keyClick(viewer.image, Qt.Key.Key_1)
    assert viewer.node == "Read1"
    qtbot.keyClick(viewer.image, Qt.Key.Key_9)
    assert viewer.node == "Read1"
    viewer.rename_node("Read1", "Plate")
    assert viewer.node == "Plate" and viewer._buffers[1] == "Plate"


def test_playing_shows_every_frame_and_marks_it(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """Round the loop, at any speed."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    viewer.transport.fps.setValue(200)
    seen: list[int | None] = []
    viewer.updated.connect(lambda: seen.append(viewer.shown_frame))
    qtbot.keyClick(viewer.image, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: len(seen) > 10, timeout=8000)
    qtbot.keyClick(viewer.image, Qt.Key.Key_K)
    assert seen[:10] == [*range(1002, 1010), 1001, 1002]
    assert viewer.timeline.cached == set(range(1001, 1010))
    assert not viewer.playback.playing


def test_a_picture_that_is_behind_says_so(
    qtbot: QtBot, viewer: Viewer, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is darkened and named by its own frame until the wanted one is there."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    asked: list[object] = []
    monkeypatch.setattr(viewer.renderer, "ask", asked.append)  # a frame that takes its time
    viewer.set_frame(1004)
    assert not viewer.is_current and viewer.image.caption.endswith("1001")
    qtbot.waitUntil(lambda: viewer.image.dimmed)
    assert viewer.image.notice == "this is frame 1001; frame 1004 is being made"
    assert viewer.timeline.seen == 1001 and viewer.timeline.frame == 1004
    monkeypatch.undo()
    viewer.renderer.ask(asked[-1])
    see(qtbot, viewer)
    assert not viewer.image.dimmed and viewer.image.notice == "" and viewer.image.caption.endswith("1004")


def test_errors_stand_in_the_picture(qtbot: QtBot, viewer: Viewer, script: Script, tmp_path: Path) -> None:
    """A missing frame leaves no old picture behind; when the file comes, it is seen without being asked for."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    (tmp_path / "shot.1005.exr").unlink()
    viewer.set_frame(1005)
    see(qtbot, viewer)
    assert "Frame 1005" in viewer.image.error and viewer.image.left is None
    write_plates(tmp_path, "shot", [1005])
    qtbot.waitUntil(lambda: viewer.image.error == "", timeout=8000)
    assert viewer.image.left is not None


def test_bad_values_are_reported_and_marked(qtbot: QtBot, viewer: Viewer, script: Script, tmp_path: Path) -> None:
    """How many, in which channels, where; the mark can be switched off."""
    image = plate(1001)
    image.pixels[3, 5, 0], image.pixels[3, 6, 2] = np.nan, np.inf
    write_image(tmp_path / "shot.1001.exr", image)
    viewer.set_script(script)
    viewer.show_node("Read1")
    see(qtbot, viewer)
    assert viewer.image.notice == "1 NaN and 1 Inf in R, B, first at 5, 3"
    assert viewer.image.left is not None and viewer.image.left.bad_picture is not None
    viewer.bar.bad.click()
    assert viewer.image.notice == "" and not viewer.image.show_bad


def test_a_changed_script_is_made_anew(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """The same node with another knob is another picture; the project's frames are the timeline's."""
    viewer.set_script(script)
    viewer.show_node("Grade1")
    see(qtbot, viewer)
    changed = Script.from_json(script.to_json(), script.path)
    changed.nodes["Grade1"].set("multiply", 4)
    changed.project.frames, changed.project.fps = "1002-1006", 30.0
    viewer.set_script(changed)
    see(qtbot, viewer)
    assert viewer.readout._a is not None and viewer.readout._a.pixels[0, 0, 0] == 4 * 1002 / 64
    assert (viewer.timeline.first, viewer.timeline.last) == (1002, 1006)
    assert viewer.playback.fps == 30.0 and viewer.transport.fps.value() == 30.0
    gone = Script(script.path)
    viewer.set_script(gone)
    see(qtbot, viewer)
    assert "no node 'Grade1'" in viewer.image.error


def test_the_look_changes_what_is_painted(qtbot: QtBot, viewer: Viewer, script: Script) -> None:
    """Gain brightens the view and leaves the values."""
    viewer.set_script(script)
    viewer.show_node("Read1")
    viewer.set_look(Look(key="G", view="none", gain=2.0))
    see(qtbot, viewer)
    assert viewer.image.left is not None
    assert viewer.image.left.picture.pixelColor(16, 0).green() == 128
    viewer.readout.set_point(QPoint(16, 0))
    assert "0.25000" in viewer.readout.values.text()


def test_an_overlay_is_painted_in_the_corner(qtbot: QtBot, viewer: Viewer) -> None:
    """A contact sheet lies over the lower left; Q hides it; None takes it away."""
    viewer.overlay(np.ones((30, 40, 3), np.float32), "step 300")
    corner = QPoint(20, viewer.image.height() - 20)

    def brightness() -> int:
        return viewer.image.grab().toImage().pixelColor(corner).lightness()

    assert brightness() > 200
    qtbot.keyClick(viewer.image, Qt.Key.Key_Q)
    assert brightness() < 60
    qtbot.keyClick(viewer.image, Qt.Key.Key_Q)
    viewer.overlay(None)
    assert brightness() < 60


def test_frames_that_need_torch_come_from_the_child(script: Script, tmp_path: Path) -> None:
    """Inference is shown, made by the other process; torch is never loaded into the window's."""
    shared = Path(__file__).parents[1] / "shared"
    program = f"import sys; sys.path.insert(0, {str(shared)!r})\n{ONE_CAT}"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "look.3.cat")], check=True)
    script.add("Inference").set("modelFile", "look.3.cat")
    script.connect("Read1", "Inference1")
    script.save()
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(script.path)], capture_output=True, text=True, timeout=100, check=True
    )
    assert answer.stdout.split() == ["True", "''", "True", "False"], answer.stderr
