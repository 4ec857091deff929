"""RenderProcess: the child process that makes the frames which need PyTorch, seen from the window's side.

See engine/render_server.py for what is said between the two. It is started by the first frame that needs it, since
that takes seconds, and again by the next one after it has died.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paircat.engine.errors import PairCatError
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op
from paircat.engine.render_server import FOLDER_PREFIX, read_answer, request_json

COMMAND = (sys.executable, "-m", "paircat.engine.render_server")
_LOOK_UP_SECONDS = 0.05
_LOG = "errors.txt"


class Abandoned(Exception):  # noqa: N818  (nothing went wrong: nobody wants the frame any longer)
    """The asker has moved on; the child goes on making the frame, and keeps it for the next time it is wanted."""


class RenderProcess:
    """One child process at a time. One thread asks; `close` may be called from any.

    Args:
        command: what to start, before the folder through which frames are handed over.
    """

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._number = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process number, None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def render(self, op: Op, frame: int, abandoned: Callable[[], bool] = lambda: False) -> Image:
        """A frame, made by the child.

        Raises:
            PairCatError: what the recipe says is wrong, or that the child has died, or has a fault.
            Abandoned: `abandoned()` has become true.
        """
        process = self._running()
        self._number += 1
        number = self._number
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request_json(number, op, frame)) + "\n")
            process.stdin.flush()
        except OSError:
            raise self._death(frame) from None
        while True:
            if abandoned() or self._closed:
                raise Abandoned
            try:
                answer = self._answers.get(timeout=_LOOK_UP_SECONDS)
            except queue.Empty:
                continue
            if answer is None:
                raise self._death(frame)
            if answer["id"] == number:
                return self._image(answer, frame)
            self._drop(answer)

    def close(self) -> None:
        """End the child and remove what it left."""
        self._closed = True
        self._stop()
        if self._folder is not None:
            self._folder.cleanup()

    def _running(self) -> subprocess.Popen[str]:
        if self._closed:
            raise Abandoned
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, ignore_cleanup_errors=True)
            folder = self._folder.name
            with Path(folder, _LOG).open("wb") as log:
                process = subprocess.Popen(
                    [*self._command, folder],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    encoding="utf-8",
                    creationflags=_windows_flags(),
                )
        except OSError as error:
            raise PairCatError(
                f"The process that makes such frames cannot be started ({error.strerror or error}); "
                "check the installation."
            ) from error
        threading.Thread(target=_listen, args=(process, answers), name="render process", daemon=True).start()
        self._process, self._answers = process, answers
        return process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):  # it may have died
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _death(self, frame: int) -> PairCatError:
        process = self._process
        status = process.wait() if process is not None else 0
        if status < 0 and os.name != "nt":
            how = f"was ended by {signal.Signals(-status).name}"
        else:
            how = f"ended with status {status}"
        log = ""
        with contextlib.suppress(OSError):  # closed meanwhile
            log = Path(self._folder.name, _LOG).read_text(encoding="utf-8", errors="replace") if self._folder else ""
        last = log.strip().rpartition("\n")[2][:200]
        self._stop()
        return PairCatError(
            f"The process that makes frame {frame} {how}{f' ({last})' if last else ''}. "
            "Refresh the Viewer to start it again; if it ends once more, lower Memory or Tile Size of the node."
        )

    def _image(self, answer: dict[str, Any], frame: int) -> Image:
        if "error" in answer:
            raise PairCatError(answer["error"])
        if "fault" in answer:
            raise PairCatError(
                f"Frame {frame} cannot be made, by a fault of PairCat itself, not of your work ({answer['fault']})."
            )
        if "skipped" in answer:
            raise Abandoned
        try:
            return read_answer(answer)
        except (OSError, ValueError) as error:
            raise PairCatError(
                f"Frame {frame} was lost on its way through '{answer.get('file')}' ({error}). Refresh the Viewer."
            ) from error

    def _drop(self, answer: dict[str, Any]) -> None:
        """An answer that came after its asker had gone."""
        if "file" in answer:
            Path(answer["file"]).unlink(missing_ok=True)


def _windows_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def _listen(process: subprocess.Popen[str], answers: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Pass on the child's answers; None when there will be no more."""
    with contextlib.suppress(OSError, ValueError):  # closed, or a line cut off by its death
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(json.loads(line))
    answers.put(None)
