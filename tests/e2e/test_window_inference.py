"""Inference and Write in the real window: a Model File loads, reloads and complains in the picture; frames are made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driven_window import DrivenWindow

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import read_image, write_image
from paircat.engine.picture.image import Header, Image
from paircat.nodes.script import Script

OpenWindow = Callable[..., DrivenWindow]
FORMAT, LARGE = Box(0, 0, 64, 48), Box(0, 0, 2560, 1440)
RGB = ("R", "G", "B")
SHARED = Path(__file__).parents[1] / "shared"
TRAIN = """
import sys
from pathlib import Path
from checkpoints import train_cat
train_cat(Path(sys.argv[1]), steps=int(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def cats(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two real networks that do different things."""
    folder = tmp_path_factory.mktemp("cats")
    made = folder / "look.3.cat", folder / "look.12.cat"
    for path, steps in zip(made, (3, 12), strict=True):
        environment = {**os.environ, "PYTHONPATH": str(SHARED)}
        subprocess.run([sys.executable, "-c", TRAIN, str(path), str(steps)], check=True, env=environment)
    return made


def write_plate(path: Path, window: Box = FORMAT, names: tuple[str, ...] = RGB) -> None:
    y, x = np.mgrid[0 : window.height, 0 : window.width].astype(np.float32)
    waves = [0.5 + 0.4 * np.sin(x / (9 + c)) * np.cos(y / (7 + c)) for c in range(len(names))]
    write_image(path, Image(Header(names, window, window, 1.0, ("half",) * len(names)), np.stack(waves, -1)))


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path, cats: tuple[Path, Path]) -> DrivenWindow:
    """Read1 (twelve frames) -> Inference1 and Write1; Read2 is large, Read3 a mask."""
    for frame in range(1, 13):
        write_plate(tmp_path / f"plate.{frame:04}.exr")
    write_plate(tmp_path / "large.exr", LARGE)
    write_plate(tmp_path / "mask.exr", names=("A",))
    shutil.copy(cats[0], tmp_path / "net.cat")
    script = Script(tmp_path / "shot.pcat")
    for place, (name, file) in enumerate((("Read1", "plate.####.exr"), ("Read2", "large.exr"), ("Read3", "mask.exr"))):
        script.add("Read", name).set("file", file)
        script.node(name).position = (180 * place, 0)
    for kind, source, place in (("Inference", "Read1", 0), ("Inference", "Read2", 180), ("Inference", "Read3", 360)):
        node = script.add(kind)
        node.position = (place, 130)
        script.connect(source, node.name)
        if source != "Read1":
            node.set("modelFile", "net.cat")
    script.add("Write").position = (0, 260)
    script.connect("Read1", "Write1")
    script.save()
    return open_window(script.path)


def look_at(window: DrivenWindow, node: str) -> None:
    window.click(f"tile('{node}')")
    window.key("1")
    window.until(f"window.viewer.node == '{node}'")


def note(window: DrivenWindow, node: str, label: str, wanted: str = "") -> str:
    """A read-only line of a node's panel, once it has these words; it looks at the file for itself, every second."""
    note_rows = f"[n for n in window.properties.panel('{node}').findChildren(QWidget) if hasattr(n, 'rows')][0].rows"
    return window.until(f"(text := {note_rows}['{label}'].text()) != '–' and {wanted!r} in text and text")


CONTROLS = "[c for c in window.properties.panel('Write1').findChildren(QWidget) if hasattr(c, 'render_button')][0]"
SHOWN = "window.viewer.is_current and not window.viewer.image.error"


def test_a_model_loads_reloads_and_complains_in_the_picture(
    window: DrivenWindow, tmp_path: Path, cats: tuple[Path, Path]
) -> None:
    """At once when it is named, again when the file is replaced; what is wrong is a sentence over the picture."""
    look_at(window, "Inference1")
    window.until("window.viewer.is_current and 'has no Model File' in window.viewer.image.error")
    window.enter("knob('Inference1', 'modelFile')", "net.cat")
    window.until(f"{SHOWN} and window.viewer.node == 'Inference1'", 40)
    first = window.ask("values(20, 15)")
    assert note(window, "Inference1", "Channels In") == "R, G, B" == note(window, "Inference1", "Channels Out")
    Path(shutil.copy(cats[1], tmp_path / "other.cat")).replace(tmp_path / "net.cat")
    window.until(f"{SHOWN} and values(20, 15) != {first}", 40)
    assert note(window, "Inference1", "Trained", "12 of 12 steps")
    (tmp_path / "net.cat").write_bytes(b"no network at all")
    window.until("window.viewer.is_current and 'net.cat' in window.viewer.image.error")
    shutil.copy(cats[0], tmp_path / "net.cat")
    window.until(f"{SHOWN} and values(20, 15) == {first}", 40)

    for knob, key, value in (("tileSize", "1024", "1024"), ("overlap", None, "32")):  # same pixels in other pieces
        if key is None:
            window.enter(f"knob('Inference1', '{knob}')", value)
        else:
            window.click(f"knob('Inference1', '{knob}')")
            window.until("QApplication.activePopupWidget() is not None")
            window.type(key)
            window.key("Return")
        window.until(f"str(window.canvas.value('Inference1', '{knob}')) == {value!r}")
    again = window.until(f"{SHOWN} and values(20, 15)")
    assert again == pytest.approx(first, abs=1e-5)

    look_at(window, "Inference3")
    window.until("window.viewer.is_current and 'R, G, B' in window.viewer.image.error")
    assert window.ask("dialog()") == ""
    assert window.complaints() == ""


def test_a_killed_child_is_reported_and_started_again(window: DrivenWindow) -> None:
    """The process that makes the frames dies in the middle of one: a sentence says how, F5 makes the frame."""
    look_at(window, "Inference2")
    window.until("window.viewer.renderer._busy and window.viewer.renderer._process.pid", 40)
    window.until("window.viewer.image.notice == 'Inference2: frame 1 is being made'")
    pid = window.ask("window.viewer.renderer._process.pid")
    assert window.ask("not window.viewer.is_current")
    os.kill(pid, signal.SIGKILL)
    window.until("window.viewer.is_current and 'was ended by SIGKILL' in window.viewer.image.error")
    window.point("spot(window.viewer.image)")
    window.until("window.viewer.image.hasFocus()")
    window.key("F5")
    window.until(f"{SHOWN} and window.viewer.image.left.format.width == {LARGE.width}", 60)
    assert window.ask("window.viewer.renderer._process.pid") != pid
    assert window.complaints() == ""


def test_frames_that_change_on_the_disk(window: DrivenWindow, tmp_path: Path) -> None:
    """One that is cut short says so in the picture by itself, one that is put in place again is shown again."""
    look_at(window, "Read1")
    window.until(f"{SHOWN} and window.viewer.shown_frame == 1")
    file = tmp_path / "plate.0001.exr"
    whole = file.read_bytes()
    before = window.ask("values(20, 15)")
    file.write_bytes(whole[: len(whole) // 2])
    window.until("window.viewer.is_current and 'plate.0001.exr' in window.viewer.image.error")
    assert window.ask("window.viewer.image.left is None")  # nothing old is left to be taken for it
    file.write_bytes(whole)
    window.until(f"{SHOWN} and values(20, 15) == {before}")
    write_plate(file, names=("R", "G", "B", "A"))
    window.until(f"{SHOWN} and 'A' in window.viewer._answer.a.image.header.channels")
    assert window.ask("dialog()") == ""
    assert window.complaints() == ""


def test_write_renders_asks_cancels_and_tells(window: DrivenWindow, tmp_path: Path) -> None:
    """From its panel: a range, a question where files are there, a stop after the frame in work, an error."""
    controls, words = CONTROLS, f"{CONTROLS}.label.text()"
    window.click("tile('Write1')")
    window.enter("knob('Write1', 'file')", "out/new.####.exr")
    window.enter("knob('Write1', 'frames')", "1-3")
    window.until("window.canvas.value('Write1', 'frames') == '1-3'")
    window.click("button('Render')")
    window.until(f"'Wrote frames 1-3' in {words}", 40)
    written = read_image(tmp_path / "out" / "new.0002.exr")
    assert np.array_equal(written.pixels, read_image(tmp_path / "plate.0002.exr").pixels)

    window.enter("knob('Write1', 'frames')", "1-12")
    window.until("window.canvas.value('Write1', 'frames') == '1-12'")
    stamp = (tmp_path / "out" / "new.0002.exr").stat().st_mtime_ns
    window.click("button('Render')")
    window.until("'3 of the 12 frames of Write1 exist already' in dialog()")
    window.click("button('Cancel')")
    window.until("dialog() == ''")
    assert len(list((tmp_path / "out").iterdir())) == 3
    window.click("button('Render')")
    window.until("dialog()")
    window.click("button('Only the Missing Frames')")
    window.until(f"'Wrote frames 4-12' in {words}", 40)
    assert (tmp_path / "out" / "new.0002.exr").stat().st_mtime_ns == stamp

    window.drag("port('Inference2', 'Output')", "port('Write1', 'Input')")
    window.until("window.canvas.sources('Write1') == {'Input': 'Inference2'}")
    window.enter("knob('Write1', 'frames')", "1")
    window.enter("knob('Write1', 'file')", "plate.0001.exr/new.####.exr")
    window.until("window.canvas.value('Write1', 'file').startswith('plate')")
    window.click("button('Render')")
    window.until(f"'plate.0001.exr' in {words} and {controls}.render_button.isEnabled()", 60)
    assert window.ask(f"{controls}.label.property('problem')")
    assert window.complaints() == ""


def test_a_long_render_can_be_cancelled(window: DrivenWindow, tmp_path: Path) -> None:
    """The bar moves, Cancel stops after the frame in work, and the window answers all the time."""
    controls = CONTROLS
    window.click("tile('Read1')")
    window.click("knob('Read1', 'missing')")
    window.until("QApplication.activePopupWidget() is not None")
    window.type("hold")
    window.key("Return")
    window.click("tile('Write1')")
    window.enter("knob('Write1', 'file')", "long/new.####.exr")
    window.enter("knob('Write1', 'frames')", "1-3000")
    window.until("window.canvas.value('Write1', 'frames') == '1-3000'")
    window.click("button('Render')")
    window.until(f"{controls}.bar.value() > 5 and 'left' in {controls}.label.text()", 40)
    window.click("button('Cancel')")
    window.until(f"not {controls}.rendering and 'Wrote frames 1-' in {controls}.label.text()", 40)
    count = len(list((tmp_path / "long").glob("new.*.exr")))
    assert 5 < count < 3000 and not list((tmp_path / "long").glob("*.part*"))
    assert window.complaints() == ""
