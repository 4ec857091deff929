"""The process that writes frames for the window."""

import dataclasses
import io
import json
import subprocess
import sys
import threading

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.write import WriteSettings
from paircat.engine.write_process import request_json, serve


@pytest.fixture
def source(tmp_path):
    """Five frames of an EXR sequence."""
    for frame in range(1, 6):
        picture = np.full((8, 8, 3), frame / 10, np.float32)
        assert oiio.ImageBuf(picture).write(str(tmp_path / f"in.{frame:04d}.exr"))
    return ReadOp(str(tmp_path / "in.####.exr"))


@dataclasses.dataclass(frozen=True)
class TalkativeOp(Op):
    """An artist's own node that prints what it does."""

    source: Op

    def compute(self, frame, render):
        print(frame)
        print("half a line", end="")
        return render(self.source, frame)


class Pipe(io.StringIO):
    """Input of one line that stays open until it is let go."""

    def __init__(self, line):
        super().__init__(line)
        self.released = threading.Event()

    def read(self, size=-1):
        self.released.wait(20)
        return ""


def lines(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_frames_are_written_with_progress(source, tmp_path):
    """A line a frame, and the frames in the end."""
    request = request_json(source, FrameRange.parse("2-4"), WriteSettings(str(tmp_path / "out.####.exr")))
    done = subprocess.Popen(
        [sys.executable, "-m", "paircat.engine.write_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    done.stdin.write(json.dumps(request) + "\n")
    done.stdin.flush()
    received = [json.loads(line) for line in done.stdout]
    assert done.wait(20) == 0  # though its input is still open
    done.stdin.close()
    done.stdout.close()
    assert [row["done"] for row in received[:-1]] == [1, 2, 3]
    assert received[-1] == {"written": "2-4"}
    assert sorted(path.name for path in tmp_path.glob("out.*")) == ["out.0002.exr", "out.0003.exr", "out.0004.exr"]


def test_end_of_input_stops_it(source, tmp_path):
    """Asked to stop before the first frame, it writes none, and that is no mistake."""
    request = request_json(source, FrameRange.parse("1-5"), WriteSettings(str(tmp_path / "out.####.exr")))
    pipe, out = Pipe(json.dumps(request) + "\n"), io.StringIO()
    pipe.released.set()
    assert serve(pipe, out) == 0
    assert len(lines(out)[:-1]) < 5


def test_mistake_is_one_sentence(source, tmp_path):
    """A frame that does not exist."""
    request = request_json(source, FrameRange.parse("9"), WriteSettings(str(tmp_path / "out.####.exr")))
    out = io.StringIO()
    pipe = Pipe(json.dumps(request) + "\n")
    assert serve(pipe, out) == 2
    pipe.released.set()
    assert "9" in lines(out)[-1]["error"]


def test_what_a_plugin_prints_is_no_answer(source, tmp_path):
    """Numbers and half lines go to standard error; every line of the output is one of ours."""
    settings = WriteSettings(str(tmp_path / "out.####.exr"))
    request = json.dumps(request_json(TalkativeOp(source), FrameRange((1, 2)), settings))
    command = [sys.executable, "-m", "paircat.engine.write_process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(request.encode() + b"\n")
        process.stdin.flush()
        answers = [json.loads(line) for line in process.stdout]
        assert b"half a line" in process.stderr.read()
    assert [answer.get("frame") for answer in answers] == [1, 2, None] and answers[-1] == {"written": "1-2"}


def test_a_reader_who_has_gone_ends_nothing_with_a_fault(source, tmp_path):
    """The window was killed: the frame in work is finished, and no traceback is left on its terminal."""
    request = json.dumps(request_json(source, FrameRange((1, 2, 3)), WriteSettings(str(tmp_path / "out.####.exr"))))
    command = [sys.executable, "-m", "paircat.engine.write_process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        process.stdin.write(request.encode() + b"\n")
        process.stdin.flush()
        assert process.stderr.read() == b"" and process.wait(60) == 0
    assert len(list(tmp_path.glob("out.*.exr"))) == 3
