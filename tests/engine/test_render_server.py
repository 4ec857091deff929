"""Tests of engine/render_server.py."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from patterns import PatternOp
from plates import plate, write_plates

from paircat.engine.picture.op_modules import load_module
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.time_ops import TimeOffsetOp
from paircat.engine.render_server import (
    FOLDER_PREFIX,
    RenderServer,
    header_from_json,
    header_to_json,
    read_answer,
    request_json,
)

PLUGIN = """
from dataclasses import dataclass
from paircat.engine.picture.op import Op

@dataclass(frozen=True)
class TwiceOp(Op):
    source: Op

    def compute(self, frame, render):
        image = render(self.source, frame)
        print("a library that talks")
        return image.with_pixels(image.pixels * 2)
"""


@pytest.fixture
def server(tmp_path: Path) -> RenderServer:
    return RenderServer(tmp_path, io.StringIO())


@pytest.fixture
def source(tmp_path: Path) -> ReadOp:
    return ReadOp(write_plates(tmp_path, "shot", range(1, 4)))


def test_a_frame_arrives_as_it_was_made(server: RenderServer, source: ReadOp) -> None:
    """Pixels, windows and channels are those of rendering it here, and the file that carried them is gone."""
    op = TimeOffsetOp(source, 10)
    answer = server.answer(json.loads(json.dumps(request_json(7, op, 12))))
    image = read_answer(json.loads(json.dumps(answer)))
    assert answer["id"] == 7 and not Path(answer["file"]).exists()
    assert np.array_equal(image.pixels, op.render(12).pixels)
    assert image.header.channels == source.header(2).channels
    assert image.header.data_window == source.header(2).data_window


def test_mistakes_are_sentences_and_faults_say_so(server: RenderServer, source: ReadOp, capsys) -> None:
    """A missing frame is the artist's, a broken request this program's; the server lives on."""
    assert "Frame 9" in server.answer(request_json(1, source, 9))["error"]
    assert "not fit" in server.answer({**request_json(2, source, 1), "ops": {"ops": [{"op": "ReadOp"}]}})["error"]
    assert server.answer({"id": 3, "frame": 1, "modules": []})["fault"].startswith("KeyError")
    assert "Traceback" in capsys.readouterr().err
    assert "file" in server.answer(request_json(4, source, 1))


def test_a_frame_that_finds_no_room_leaves_nothing_behind(server: RenderServer, tmp_path: Path) -> None:
    """Half a frame would keep the disk full, and nobody would come for it."""
    resource = pytest.importorskip("resource")
    signals, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        answer = server.answer(request_json(1, PatternOp(), 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, signals)
    assert "could not be handed over" in answer["error"] and "Free space there" in answer["error"]
    assert not list(tmp_path.glob("*.f32"))


def test_headers_survive_json() -> None:
    """All but metadata that JSON cannot hold."""
    header = plate(1).header
    header = type(header)(**{**vars(header), "metadata": {"name": "x", "matrix": (1.0, 2.0), "raw": b"x"}})
    back = header_from_json(json.loads(json.dumps(header_to_json(header))))
    assert back.metadata == {"name": "x", "matrix": (1.0, 2.0)}
    assert (back.channels, back.data_window, back.formats) == (header.channels, header.data_window, header.formats)


def test_the_process_serves_an_artists_own_op(source: ReadOp, tmp_path: Path) -> None:
    """An Op from a file is loaded, what it prints does not disturb, and the end of the input ends the process."""
    (tmp_path / "twice_op.py").write_text(PLUGIN)
    load_module("twice_op", str(tmp_path / "twice_op.py"))
    op = sys.modules["twice_op"].TwiceOp(source)
    process = subprocess.Popen(
        [sys.executable, "-m", "paircat.engine.render_server", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(request_json(1, op, 2)) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    assert np.array_equal(read_answer(answer).pixels, plate(2).pixels * 2)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0 and errors.strip() == "a library that talks"


def test_of_several_that_wait_the_newest_is_made(tmp_path: Path, source: ReadOp) -> None:
    """The others are answered as skipped, so that nobody waits for them; at the end nothing is left of the folder."""
    folder = tmp_path / f"{FOLDER_PREFIX}1"
    folder.mkdir()
    (folder / "errors.txt").touch()
    lines = "".join(json.dumps(request_json(number, source, 1)) + "\n" for number in range(1, 6))
    process = subprocess.Popen(
        [sys.executable, "-m", "paircat.engine.render_server", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(lines)
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(5)]
    process.communicate(timeout=20)
    assert sorted(answer["id"] for answer in answers) == [1, 2, 3, 4, 5]
    assert "file" in next(answer for answer in answers if answer["id"] == 5)
    assert sum("skipped" in answer for answer in answers) >= 1
    assert not folder.exists() and tmp_path.exists()
