"""Tests of ui/frame_renderer.py."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from plates import plate, write_plates
from pytestqt.qtbot import QtBot

from paircat.engine.picture.display import MATTE, Look
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op, Render
from paircat.nodes.graph import Graph
from paircat.nodes.node import Node
from paircat.nodes.script import Script
from paircat.ui.display_picture import display_picture
from paircat.ui.frame_renderer import DIFFERENCE, WIPE, Answer, FrameRenderer, PictureCache, Request
from paircat.ui.render_process import RenderProcess
from paircat.ui.viewer_captions import captions

gate = threading.Event()
begun: list[int] = []


@dataclass(frozen=True)
class GatedOp(Op):
    """Frames that wait until the gate is open."""

    def frame_range(self) -> FrameRange:
        return FrameRange.between(1, 9)

    def frame_state(self, frame: int) -> int:
        return frame

    def compute(self, frame: int, render: Render) -> Image:
        begun.append(frame)
        assert gate.wait(10)
        return plate(frame)


@dataclass(frozen=True)
class BrokenOp(Op):
    """A fault of the program; not even its frame range is known."""

    def compute(self, frame: int, render: Render) -> Image:
        raise ZeroDivisionError("by zero")


@dataclass(frozen=True)
class ApartOp(GatedOp):
    """Frames that this process must not make."""

    own_process = True

    def compute(self, frame: int, render: Render) -> Image:
        raise AssertionError("made in the window's process")


class Made(Node):
    """A node for one Op; it is never registered."""

    kind = "Made"

    def __init__(self, name: str, op: Op) -> None:
        super().__init__(name)
        self._op = op

    def op(self, graph: Graph) -> Op:
        return self._op


@pytest.fixture
def renderer(qtbot: QtBot) -> Iterator[FrameRenderer]:
    made = FrameRenderer(cache_bytes=64 << 20)
    gate.clear()
    begun.clear()
    yield made
    gate.set()
    made.close()


@pytest.fixture
def script(tmp_path: Path) -> Script:
    made = Script(tmp_path / "shot.pcat")
    made.add("Read").set("file", write_plates(tmp_path, "shot", range(1, 6)))
    made.add("Grade").set("multiply", 2)
    made.connect("Read1", "Grade1")
    return made


def answer_to(qtbot: QtBot, renderer: FrameRenderer, request: Request) -> Answer:
    with qtbot.waitSignal(renderer.answered, timeout=8000) as signal:
        renderer.ask(request)
    answer: Answer = signal.args[0]
    assert answer.request is request
    return answer


def test_an_answer_has_values_picture_and_range(qtbot: QtBot, renderer: FrameRenderer, script: Script) -> None:
    """The float values as they are, the picture for the screen, and the frames that there are."""
    answer = answer_to(qtbot, renderer, Request(script, "Read1", 3, Look(view="none")))
    assert answer.a.image is not None and np.array_equal(answer.a.image.pixels, plate(3).pixels)
    assert answer.left is not None and answer.left.picture.pixelColor(20, 10).red() == round(3 / 64 * 255)
    assert answer.frames == FrameRange.between(1, 5) and not answer.error and answer.right is None


def test_both_sides_and_their_difference(qtbot: QtBot, renderer: FrameRenderer, script: Script) -> None:
    """A wipe has two pictures; a difference one, and the values of both sides."""
    wipe = answer_to(qtbot, renderer, Request(script, "Read1", 4, Look(view="none"), "Grade1", WIPE))
    assert wipe.left is not None and wipe.right is not None
    assert wipe.right.picture.pixelColor(0, 0).red() == round(8 / 64 * 255)
    both = answer_to(qtbot, renderer, replace(wipe.request, compare=DIFFERENCE))
    assert both.left is not None and both.left.picture.pixelColor(0, 0).red() == round(4 / 64 * 255)
    assert both.b is not None and both.b.image is not None and both.b.image.pixels[0, 0, 0] == 8 / 64


def test_errors_are_part_of_the_answer(qtbot: QtBot, renderer: FrameRenderer, script: Script, capfd) -> None:
    """An unconnected node, a missing frame, a fault: each is a sentence, and the next frame is made all the same."""
    script.add("Blur")
    script.nodes["Made"] = Made("Made", BrokenOp())
    assert "Blur1 is not connected" in answer_to(qtbot, renderer, Request(script, "Blur1", 1)).error
    missing = answer_to(qtbot, renderer, Request(script, "Read1", 77))
    assert "Frame 77" in missing.error and missing.left is None and missing.frames.last == 5
    assert "fault of PairCat itself" in answer_to(qtbot, renderer, Request(script, "Made", 1)).error
    assert "ZeroDivisionError" in capfd.readouterr().err
    below = answer_to(qtbot, renderer, Request(script, "Grade1", 77))
    assert below.errors == missing.errors == {"Read1": missing.a.error}
    assert below.error == f"Read1: {missing.a.error}"
    half = answer_to(qtbot, renderer, Request(script, "Read1", 1, other="Blur1", compare=WIPE))
    assert half.errors == {"Blur1": half.error}
    assert half.left is not None and "not connected" in half.error
    assert "no layer 'diffuse'" in answer_to(qtbot, renderer, Request(script, "Read1", 1, Look("diffuse"))).error


@pytest.mark.parametrize("key", ["A", MATTE])
def test_a_wipe_shows_the_side_that_has_the_channel(
    qtbot: QtBot, renderer: FrameRenderer, script: Script, key: str
) -> None:
    """The other one is black, as its caption says; alone, or where both lack the channel, it is an error."""
    script.add("Shuffle").set("keep", "rgb")
    script.connect("Read1", "Shuffle1")
    look = Look(key=key, view="none")
    for node, other in (("Read1", "Shuffle1"), ("Shuffle1", "Read1")):
        answer = answer_to(qtbot, renderer, Request(script, node, 3, look, other, WIPE))
        assert answer.left is not None and answer.right is not None and not answer.error
        whole, bare = (answer.left, answer.right) if node == "Read1" else (answer.right, answer.left)
        assert not whole.lack and bare.lack == ("no alpha" if key == MATTE else "no channel A")
        assert whole.picture.pixelColor(9, 9).red() > 120 > bare.picture.pixelColor(9, 9).red()
    assert captions(answer)[0].endswith(f"no {'alpha   matte' if key == MATTE else 'channel A   A'}")
    alone = answer_to(qtbot, renderer, Request(script, "Shuffle1", 3, look))
    assert alone.left is None and "which has R, G, B" in alone.error.replace("this picture has", "which has")
    both = answer_to(qtbot, renderer, Request(script, "Shuffle1", 3, look, "Shuffle1", WIPE))
    assert both.left is None and both.right is None and both.error == alone.error


def test_the_death_of_the_child_is_part_of_the_answer(qtbot: QtBot, renderer: FrameRenderer, script: Script) -> None:
    """An Op of its own process is not made here; when that process ends, the sentence says so, and all else goes on."""
    renderer._process = RenderProcess((sys.executable, "-c", "raise SystemExit('out of memory')"))
    script.nodes["Made"] = Made("Made", ApartOp())
    answer = answer_to(qtbot, renderer, Request(script, "Made", 1))
    assert "ended with status 1 (out of memory)" in answer.error and answer.left is None
    assert not answer_to(qtbot, renderer, Request(script, "Read1", 1)).error


def test_a_newer_request_takes_the_place_of_one_that_waits(qtbot: QtBot, renderer: FrameRenderer) -> None:
    """What was begun is finished and answered as what it is; what waited is never begun."""
    script = Script()
    script.nodes["Made"] = Made("Made", GatedOp())
    requests = [Request(script, "Made", frame) for frame in range(1, 10)]
    answers: list[Answer] = []
    renderer.answered.connect(answers.append)
    renderer.ask(requests[0])
    qtbot.waitUntil(lambda: begun == [1])
    for request in requests[1:]:
        renderer.ask(request)
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert begun == [1, 9]
    assert [answer.request for answer in answers] == [requests[0], requests[8]]


def test_frames_ahead_are_made_and_marked(qtbot: QtBot, renderer: FrameRenderer, script: Script) -> None:
    """When the wanted frame is there, the next ones are made; then it is told which are kept."""
    with qtbot.waitSignal(renderer.cached, timeout=8000) as signal:
        renderer.ask(Request(script, "Grade1", 2, ahead=(3, 5, 99)))
    assert signal.args[0] == FrameRange.of([2, 3, 5])


def test_a_replaced_file_is_noticed(qtbot: QtBot, renderer: FrameRenderer, script: Script, tmp_path: Path) -> None:
    """Looking again answers only when there is something else to see."""
    answers: list[Answer] = []
    with qtbot.waitSignal(renderer.cached):
        answer_to(qtbot, renderer, Request(script, "Read1", 2))
    renderer.answered.connect(answers.append)
    renderer.look_again()
    qtbot.wait(100)
    assert answers == []
    (tmp_path / "shot.0005.exr").replace(tmp_path / "shot.0002.exr")
    renderer.look_again()
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert answers[0].a.image is not None and answers[0].a.image.pixels[0, 0, 0] == 5 / 64


def test_relative_paths_of_an_unsaved_script_start_at_the_base(
    qtbot: QtBot, renderer: FrameRenderer, tmp_path: Path
) -> None:
    """As they will once it is saved there."""
    write_plates(tmp_path, "shot", [1])
    script = Script()
    script.add("Read").set("file", "shot.####.exr")
    assert not answer_to(qtbot, renderer, Request(script, "Read1", 1, base=tmp_path)).error


def test_pictures_are_bounded_in_bytes() -> None:
    """Those that were used last stay."""
    pictures = [display_picture(plate(frame), Look()) for frame in range(4)]
    cache = PictureCache(2 * pictures[0].nbytes + 10)
    for place, picture in enumerate(pictures[:2]):
        cache.keep(place, picture)
    cache.keep(0, pictures[0])
    cache.keep(2, pictures[2])
    assert [cache.get(place) for place in range(3)] == [pictures[0], None, pictures[2]]
    cache.clear()
    assert cache.get(0) is None
