"""Write process: writes a range of frames for another process, which so never waits and never loads what they need.

`python -m paircat.engine.write_process` reads one request from its standard input, a line of JSON, and tells how it
goes on its standard output, one JSON object a line. It stops after the frame in work when its input ends.

    {"ops": op.to_json(one recipe), "modules": [[name, file]], "frames": "1-40", "settings": {...WriteSettings...}}
    {"frame": 3, "done": 3, "total": 40}
    {"written": "1-40"}     the end; fewer frames where it was stopped
    {"error": "One sentence."}
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
import traceback
from typing import Any, TextIO

from paircat.engine.errors import PairCatError
from paircat.engine.output_stream import OutputStream, stream_of_answers
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op, from_json, to_json
from paircat.engine.picture.op_modules import load_modules, modules_of
from paircat.engine.picture.write import WriteSettings, write_frames


def request_json(op: Op, frames: FrameRange, settings: WriteSettings) -> dict[str, Any]:
    """What to send."""
    return {
        "ops": to_json(op),
        "modules": modules_of(op),
        "frames": str(frames),
        "settings": dataclasses.asdict(settings),
    }


def serve(questions: TextIO, out: TextIO) -> int:
    """Do one request. Returns the exit status: 0 done or stopped, 2 a mistake, 1 a fault."""
    line = questions.readline()
    if not line.strip():
        return 0
    ended = threading.Event()

    def wait_for_end() -> None:
        questions.read()
        ended.set()

    threading.Thread(target=wait_for_end, name="end of input", daemon=True).start()

    told = OutputStream(out)  # whoever asked may be gone; the frame in work is finished all the same

    def send(**values: Any) -> None:
        told.write_line(json.dumps(values))

    try:
        request = json.loads(line)
        load_modules(request["modules"])
        (op,) = from_json(request["ops"])
        written = write_frames(
            op,
            FrameRange.parse(request["frames"]),
            WriteSettings(**request["settings"]),
            progress=lambda frame, done, total: send(frame=frame, done=done, total=total),
            stop=ended.is_set,
        )
        send(written=str(written))
        return 0
    except PairCatError as error:
        send(error=str(error))
        return 2
    except Exception as error:
        traceback.print_exc()
        send(error=f"This is a fault of PairCat itself, not of your work ({type(error).__name__}: {error}).")
        return 1


if __name__ == "__main__":
    status = serve(sys.stdin, stream_of_answers())
    # An orderly exit would wait for the thread that reads the input, which may stay open for as long as it likes.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
