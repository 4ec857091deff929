"""The pictures of docs/tutorial.md: the real window, used with mouse and keys on a virtual screen. `make tutorial`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import ImageGrab

from paircat.engine.picture.color_ops import GradeOp
from paircat.engine.picture.files import write_image
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.transform_ops import ReformatOp
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.process import end

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "examples"), str(ROOT / "tests" / "shared")]

import clip  # noqa: E402
from driven_window import DrivenWindow, Screen  # noqa: E402

CLIP = ROOT / "demo_data" / "bigbuckbunny.mp4"
PAGE = ROOT / "docs" / "tutorial"
SIZE = (1280, 840)
"""Of the window, in pixels. Below: how wide its properties and how high its canvas are."""
PROPERTIES_WIDTH = 450
CANVAS_HEIGHT = 330
SHOT = range(1001, 1015)
GRADED = (1001, 1004, 1006, 1009, 1011, 1014)  # not 1008 and 1010, in which the result is looked at
STRIDE = 9
"""Every so many frames of the clip become one of the shot, so that a short shot has something happen in it."""
LEAST_SECONDS = 60.0
"""How long to train at least; it goes on until full resolution has had its part."""


def main() -> int:
    PAGE.mkdir(exist_ok=True)
    clip.fetch(CLIP)
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder)
        (shot / "home").mkdir()
        (shot / "runs").mkdir()
        write_footage(shot)
        screen = Screen(*SIZE)
        try:
            tour = Tour(screen, shot)
            try:
                tour.take()
            finally:
                tour.window.kill()
        finally:
            screen.close()
            for run in DataDirectory(shot / "runs").runs():
                if holder := run.holder():  # of a tour that failed half way
                    end(holder.pid)
    return 0


def write_footage(shot: Path) -> None:
    """The plate, and six of its frames as an artist would have graded them."""
    plate = ReformatOp(ReadOp(str(CLIP)), scale_x=0.5, scale_y=0.5, resize="fit")
    first = ReadOp(str(CLIP)).frame_range().first
    for place, frame in enumerate(SHOT):
        moment = first + place * STRIDE
        write_image(shot / f"plate.{frame}.png", plate.render(moment), data_type="uint8")
        if frame in GRADED:
            write_image(shot / f"graded.{frame}.png", dusk(plate).render(moment), data_type="uint8")


def dusk(plate: Op) -> Op:
    """The light of an evening: warm highlights, blue shadows, a soft glow."""
    graded = GradeOp(
        plate,
        gain=(1.15, 0.88, 0.62, 1.0),
        lift=(0.0, 0.01, 0.06, 0.0),
        gamma=(0.92, 0.85, 0.95, 1.0),
        white_clamp=True,
    )
    glow = GradeOp(
        BlurOp(graded, 4.0, 4.0), gain=(0.3, 0.25, 0.2, 1.0), blackpoint=(0.3, 0.3, 0.3, 0.0), black_clamp=True
    )
    return GradeOp(MergeOp(graded, glow, "screen", channels="rgb"), black_clamp=True, white_clamp=True)


class Tour:
    """The steps of the tutorial, in order, each with its pictures."""

    def __init__(self, screen: Screen, shot: Path) -> None:
        self.screen = screen
        self.shot = shot
        self.window = DrivenWindow(screen, shot / "home")

    def take(self) -> None:
        self.open()
        self.read()
        self.wire()
        self.set_up()
        self.train()
        self.infer()
        self.render()
        complaints = self.window.complaints()
        if complaints:
            sys.exit(f"The window wrote on the console:\n{complaints}")

    # The steps

    def open(self) -> None:
        """An empty window, whose script is saved beside the footage."""
        window = self.window
        self.screen.do("search", "--onlyvisible", "--name", "PairCat", "windowsize", "%1", *SIZE)
        window.until(f"window.size().toTuple() == {SIZE}")
        width, height = SIZE
        window.drag("window.properties.mapToGlobal(QPoint(-3, 300)).toTuple()", f"({width - PROPERTIES_WIDTH}, 300)")
        window.drag("window.canvas.view.mapToGlobal(QPoint(200, -3)).toTuple()", f"(200, {height - CANVAS_HEIGHT})")
        window.click("bare_canvas(0.5, 0.5)")
        window.key("ctrl+s")
        window.until("dialog()")
        window.type(str(self.shot / "dusk.pcat"))
        window.key("Return")
        window.until("not window.document.modified and not dialog()")

    def read(self) -> None:
        """Two Reads, the first of them in the viewer."""
        for name, across, file in (("Read1", 0.3, "plate.####.png"), ("Read2", 0.65, "graded.####.png")):
            self.window.click(f"bare_canvas({across}, 0.1)")
            self.choose_file(name, file)
            if name == "Read1":
                self.look("Read1")
                self.window.drag("tile('Viewer1')", "bare_canvas(0.85, 0.88)")
                self.picture("read")
        self.look("Read2")
        self.picture("graded")

    def wire(self) -> None:
        """A CopyCat, found with Tab, and its three pipes."""
        window = self.window
        window.click("bare_canvas(0.42, 0.58)")
        window.key("Tab")
        window.until("window.editing.search.isVisible()")
        window.type("copy")
        self.picture("search")
        window.key("Return")
        window.until("'CopyCat1' in window.canvas.names()")
        wired = {"Input": "Read1", "GroundTruth": "Read2", "Preview": "Read1"}
        for slot, source in wired.items():
            window.drag(f"port('{source}', 'Output')", f"port('CopyCat1', '{slot}')")
            window.until(f"window.canvas.sources('CopyCat1').get('{slot}') == '{source}'")
        self.look("Read1")
        self.close_panels()
        window.click("tile('CopyCat1')")
        window.until("'Looking' not in window.properties.panel('CopyCat1').training_tab.gpu.text()", 60)
        self.picture("wired")

    def set_up(self) -> None:
        """The knobs of a short training."""
        window = self.window
        self.enter("CopyCat1", "dataDirectory", "runs")
        self.enter("CopyCat1", "epochs", "4000")
        window.until("'4,000' in window.properties.panel('CopyCat1').training_tab.info.text()")
        self.picture("training")
        window.click("tab('CopyCat1', 'Advanced')")
        self.choose("modelSize", "Small")
        self.choose("cropSize", "64")
        self.enter("CopyCat1", "checkpointInterval", "200")
        self.enter("CopyCat1", "imageInterval", "50")
        self.picture("advanced")

    def train(self) -> None:
        """A minute of it, watched, and then stopped."""
        window = self.window
        window.click("tab('CopyCat1', 'Training')")
        window.click("button('Start Training')")
        window.until("'left' in window.viewer.image.insets", 300)
        window.until("progress('CopyCat1').sheets.step >= 200", 300)
        self.picture("started")
        window.click("tab('CopyCat1', 'Progress')")
        window.until("progress('CopyCat1').previews.step >= 600", 300)
        window.until("progress('CopyCat1').sheets.step >= 650", 60)
        full = "training('CopyCat1').running.summary.scale[-1] == 1"
        window.until(f"{full} and training('CopyCat1').running.info.seconds > {LEAST_SECONDS}", 300)
        self.picture("progress")
        window.click("tab('CopyCat1', 'Preview')")
        window.click("tab('CopyCat1', 'Training')")
        window.click("button('Stop')")
        window.until("run_state('CopyCat1', training('CopyCat1').active.name) == 'stopped'", 60)

    def infer(self) -> None:
        """The run applied to the plate, wiped against it."""
        window = self.window
        window.click("tab('CopyCat1', 'Progress')")
        run = window.ask("training('CopyCat1').active.name")
        window.click(f"run_cell('CopyCat1', {run!r}, 2)", button=3)
        window.point("entry('Create Inference')")
        self.picture("menu")
        window.click("entry('Create Inference')")
        window.until("'Inference1' in window.canvas.names()")
        self.look("Inference1")
        window.click("spot(window.viewer.bar.b)")
        window.until("QApplication.activePopupWidget() is not None")
        window.type("Read1")
        window.key("Return")
        window.until("window.viewer.image.right is not None")
        window.point("pixel(300, 200)")
        for frame in SHOT[1:8]:  # 1008, which nobody graded
            window.key("Right")
            window.until(f"window.viewer.is_current and window.viewer.shown_frame == {frame}", 60)
        self.picture("result")

    def render(self) -> None:
        """A Write, to the finished sequence, which is looked at."""
        window = self.window
        window.point("pixel(300, 200)")
        window.key("w")  # ends the wipe
        self.close_panels()
        window.click("tile('Inference1')")
        window.key("w")
        window.until("window.canvas.sources('Write1') == {'Input': 'Inference1'}")
        self.enter("Write1", "file", "result/dusk.####.png")
        window.click("button('Render')")
        parts = "window.properties.panel('Write1').findChildren(QWidget)"
        window.until(f"any('Wrote' in part.text() for part in {parts} if hasattr(part, 'text'))", 120)
        window.until("find_button('Render').isEnabled()")
        self.picture("written")
        self.close_panels()
        window.click("bare_canvas(0.85, 0.5)")
        self.choose_file("Read3", "result/dusk.####.png")
        self.look("Read3")
        window.point("pixel(300, 200)")
        for frame in SHOT[8:10]:
            window.key("Right")
            window.until(f"window.viewer.is_current and window.viewer.shown_frame == {frame}")
        self.picture("finished")

    # What each of them is made of

    def look(self, name: str) -> None:
        """Select a node and show it in the viewer."""
        self.window.click(f"tile('{name}')")
        self.window.key("1")
        self.window.until(f"window.viewer.node == '{name}' and window.viewer.is_current", 60)

    def choose_file(self, name: str, file: str) -> None:
        """Have a new Read where the pointer is, by one of its frames."""
        self.window.key("r")
        self.window.until("dialog() == 'Read'")
        self.window.type(str(min(self.shot.glob(file.replace("####", "*")))))
        self.window.key("Return")
        self.window.until(f"window.canvas.value('{name}', 'file') == {file!r}")

    def enter(self, node: str, knob: str, text: str) -> None:
        self.window.enter(f"knob('{node}', '{knob}')", text)
        self.window.until(f"str(window.canvas.value('{node}', '{knob}')) == {text!r}")

    def choose(self, knob: str, option: str) -> None:
        """An option of the CopyCat's panel, by its first letters."""
        self.window.click(f"knob('CopyCat1', '{knob}')")
        self.window.until("QApplication.activePopupWidget() is not None")
        self.window.type(option)
        self.window.key("Return")
        self.window.until(f"str(window.canvas.value('CopyCat1', '{knob}')) == {option!r}")

    def close_panels(self) -> None:
        self.window.click("button('Close All')")

    def picture(self, name: str) -> None:
        """What the screen shows, menus included, once it has been still for a moment."""
        before, now = None, ImageGrab.grab(xdisplay=self.screen.name)
        for _ in range(20):
            self.window.ask("window.viewer.is_current")
            before, now = now, ImageGrab.grab(xdisplay=self.screen.name)
            if before.tobytes() == now.tobytes():
                break
        now.convert("RGB").save(PAGE / f"{name}.jpg", quality=88, subsampling=0, optimize=True)
        print(f"docs/tutorial/{name}.jpg", flush=True)


if __name__ == "__main__":
    sys.exit(main())
