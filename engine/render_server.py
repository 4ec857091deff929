"""Render server: a process that makes frames for another one, which so never loads what they need, such as PyTorch.

`python -m paircat.engine.render_server FOLDER` reads requests from its standard input and answers on its standard
output, one JSON object a line, until the input ends:

    {"id": 3, "ops": op.to_json(one recipe), "frame": 1001, "modules": [["paircat.engine.picture.read", ".../read.py"]]}
    {"id": 3, "file": "FOLDER/3.f32", "header": {...}}      the pixels, float32, as Header says; the asker removes it
    {"id": 3, "error": "One sentence."}                     a PairCatError's text
    {"id": 3, "fault": "TypeError: ..."}                    a fault of this program; its traceback is on standard error
    {"id": 3, "skipped": true}                              a newer request had come before this one was begun

`modules` are those in which the recipe's kinds of Ops are defined; one that is not installed, such as an artist's own
node, is loaded from its file. Frames that were made are kept, bounded in bytes.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import threading
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from paircat.engine.errors import PairCatError
from paircat.engine.output_stream import stream_of_answers
from paircat.engine.picture.box import Box
from paircat.engine.picture.cache import FrameCache
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op, from_json, to_json
from paircat.engine.picture.op_modules import load_modules, modules_of

CACHE_BYTES = 512 << 20
FOLDER_PREFIX = "paircat_frames_"
"""How a folder begins that is there for the frames of one asker, and goes with it."""


def request_json(number: int, op: Op, frame: int) -> dict[str, Any]:
    """What to send for one frame of a recipe."""
    return {"id": number, "frame": frame, "ops": to_json(op), "modules": modules_of(op)}


def read_answer(answer: dict[str, Any]) -> Image:
    """The frame of an answer that has one; its file is removed.

    Raises:
        OSError, ValueError: the file is gone or too short.
    """
    header = header_from_json(answer["header"])
    window = header.data_window
    file = Path(answer["file"])
    pixels = np.fromfile(file, np.float32).reshape(window.height, window.width, len(header.channels))
    file.unlink()
    return Image(header, pixels)


def header_to_json(header: Header) -> dict[str, Any]:
    """A header as plain values; metadata other than numbers, texts and lists of them is left out."""
    return {
        "channels": list(header.channels),
        "data_window": list(header.data_window),
        "display_window": list(header.display_window),
        "pixel_aspect": header.pixel_aspect,
        "formats": list(header.formats),
        "metadata": {name: value for name, value in header.metadata.items() if _is_plain(value)},
    }


def header_from_json(data: dict[str, Any]) -> Header:
    return Header(
        channels=tuple(data["channels"]),
        data_window=Box(*data["data_window"]),
        display_window=Box(*data["display_window"]),
        pixel_aspect=float(data["pixel_aspect"]),
        formats=tuple(data["formats"]),
        metadata={name: tuple(value) if isinstance(value, list) else value for name, value in data["metadata"].items()},
    )


class RenderServer:
    """Answers requests, the newest first; older ones that wait with it are skipped.

    Args:
        folder: takes the pixels of frames until they are fetched.
        out: where answers are written.
    """

    def __init__(self, folder: Path, out: TextIO) -> None:
        self._folder = folder
        self._out = out
        self._cache = FrameCache(CACHE_BYTES)

    def serve(self, lines: Iterable[str]) -> None:
        """Answer until the lines end; what is being made then is dropped, and the process ends with status 0."""
        waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

        def listen() -> None:
            for line in lines:
                waiting.put(json.loads(line))
            for file in self._folder.glob("*.f32"):  # nobody fetches them any more
                file.unlink(missing_ok=True)
            if self._folder.name.startswith(FOLDER_PREFIX):  # made for this alone by a window that is gone
                shutil.rmtree(self._folder, ignore_errors=True)
            os._exit(0)  # nobody waits for the frame any longer, and a network may take minutes for one

        threading.Thread(target=listen, name="listen", daemon=True).start()
        while True:
            request = waiting.get()
            while not waiting.empty():
                self._answer({"id": request["id"], "skipped": True})
                request = waiting.get()
            self._answer(self.answer(request))

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do one request; whatever goes wrong is part of the answer."""
        number = request["id"]
        try:
            load_modules(request["modules"])
            (op,) = from_json(request["ops"])
            with np.errstate(all="ignore"):  # whoever asked shows bad values; a log of warnings would hide what matters
                image = self._cache.render(op, request["frame"])
            file = self._folder / f"{number}.f32"
            try:
                image.pixels.tofile(file)
            except OSError as error:
                file.unlink(missing_ok=True)  # half a frame would keep the disk full
                raise PairCatError(
                    f"The frame could not be handed over through '{self._folder}': {error}. Free space there."
                ) from error
            return {"id": number, "file": str(file), "header": header_to_json(image.header)}
        except PairCatError as error:
            return {"id": number, "error": str(error)}
        except MemoryError:
            return {
                "id": number,
                "error": f"There is not enough memory for frame {request['frame']}; lower Memory or Tile Size.",
            }
        except Exception as error:
            traceback.print_exc()
            return {"id": number, "fault": " ".join(f"{type(error).__name__}: {error}".split())}

    def _answer(self, answer: dict[str, Any]) -> None:
        self._out.write(json.dumps(answer) + "\n")
        self._out.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the standard input ends."""
    folder = Path((sys.argv[1:] if arguments is None else arguments)[0])
    RenderServer(folder, stream_of_answers()).serve(sys.stdin)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(isinstance(member, (str, int, float)) for member in value)
    return isinstance(value, (str, int, float))


if __name__ == "__main__":
    main()
