"""Writing a range of frames: reading ahead, computing and writing at the same time, each frame whole or not at all."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from paircat.engine.errors import FrameError, GraphError, PairCatError
from paircat.engine.part_file import sweep
from paircat.engine.picture import movies
from paircat.engine.picture.cache import FrameCache
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op, Render
from paircat.engine.picture.output import Output, WriteSettings, check_settings
from paircat.engine.picture.read import frames_read, read_ops
from paircat.engine.picture.sequence import expand, output_file

Progress = Callable[[int, int, int], None]

_AHEAD = 2
_CACHE_BYTES = 2 << 30


def write_frames(
    op: Op,
    frames: Iterable[int],
    settings: WriteSettings,
    render: Render | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> FrameRange:
    """Make and write the frames in their order.

    One thread reads the files of the next frames, this one computes, and another one writes; at most two frames wait
    between them. A stopped or failed sequence keeps the frames that were written, a movie is as it was before.

    Args:
        render: a cache's `render`, which the reading thread fills too; None for a cache of its own.
        progress: called on this thread after each written frame with its number, the frames done, and all frames.
        stop: asked before each frame; true ends the work.

    Returns:
        The frames that were written; all of them unless `stop` said otherwise, then none of a movie.

    Raises:
        PairCatError: with the frame and what was written before it. Before any frame is made: nothing is to be written,
            an output would replace a file that is read, or the settings do not fit the output or the first frame.
    """
    wanted = frames if isinstance(frames, FrameRange) else FrameRange.of(frames)
    if not settings.file:
        raise GraphError("There is no file name to write to. Name one, for example shot.####.exr.")
    if not wanted:
        raise GraphError(f"There are no frames to write to '{settings.file}'. Choose a frame range that exists.")
    settings = replace(settings, file=str(expand(settings.file)))
    check_settings(settings)
    outputs = _outputs(settings, wanted)
    _refuse_own_sources(op, set(outputs.values()))
    sweep(set(outputs.values()))
    render = render or FrameCache(_CACHE_BYTES).render
    with (
        Output(settings, op, wanted.first) as output,
        _reading_ahead(op, wanted, render) as follow,
        _Work(output, wanted, outputs, progress) as work,
    ):
        for frame in wanted:
            if stop is not None and stop():
                output.abandon()
                break
            follow(frame)
            work.add(frame, lambda frame=frame: render(op, frame))  # type: ignore[misc]
        return work.finish()


def existing_frames(op: Op, frames: FrameRange, settings: WriteSettings) -> FrameRange:
    """Those of the frames whose file is there already; of a movie that is there, all. One look at each folder, and at
    each file that is there.

    An empty file is none: a full disk leaves it, or a program that was killed, or one that marks what it works on.

    Raises:
        PairCatError: the file's name cannot be, or one that is there is read by the same recipe.
    """
    settings = replace(settings, file=str(expand(settings.file)))
    check_settings(settings)
    found: dict[Path, set[Path]] = {}

    def there(file: Path) -> bool:
        if file.parent not in found:
            found[file.parent] = set()
            with contextlib.suppress(OSError):  # a folder that is not there has no files; writing says so
                found[file.parent] = set(file.parent.iterdir())
        return file in found[file.parent] and not _is_empty(file)

    outputs = {frame: file for frame, file in _outputs(settings, frames).items() if there(file)}
    if outputs:
        _refuse_own_sources(op, set(outputs.values()))
    return FrameRange.of(outputs)


def _is_empty(file: Path) -> bool:
    try:
        return file.stat().st_size == 0
    except OSError:  # what cannot be looked at may be worth something
        return False


def _outputs(settings: WriteSettings, frames: FrameRange) -> dict[int, Path]:
    if movies.is_movie(settings.file):
        return dict.fromkeys(frames, Path(settings.file))
    return {frame: output_file(settings.file, frame, several=len(frames) > 1) for frame in frames}


def _refuse_own_sources(op: Op, outputs: set[Path]) -> None:
    """A recipe that reads what it writes would eat its own source."""
    folders: dict[Path, tuple[str, set[str]]] = {}

    def real(file: Path) -> str:
        if file.parent not in folders:
            folders[file.parent] = os.path.realpath(file.parent), _links_in(file.parent)
        folder, links = folders[file.parent]
        return os.path.realpath(file) if file.name in links else str(Path(folder, file.name))

    written = {real(file) for file in outputs}
    for source in read_ops(op):
        sequence = source.sequence()
        for file in dict.fromkeys(sequence.file(frame) for frame in sequence.frames):
            if real(file) in written:
                raise GraphError(
                    f"'{file}' is read and would be written over by its own result. Write to another name or folder."
                )


def _links_in(folder: Path) -> set[str]:
    """Names of the symbolic links in a folder, found with one look: what is written there replaces their targets."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries if entry.is_symlink()}
    except OSError:  # a folder that is not there has none
        return set()


class _Work:
    """The writing thread, and the count of what it has done."""

    def __init__(self, output: Output, frames: FrameRange, outputs: dict[int, Path], progress: Progress | None) -> None:
        self._output = output
        self._frames = frames
        self._outputs = outputs
        self._progress = progress
        self._queue: queue.Queue[tuple[int, Image] | None] = queue.Queue(maxsize=_AHEAD)
        self._done: list[int] = []
        self._reported = 0
        self._failure: tuple[int, Exception] | None = None
        self._thread = threading.Thread(target=self._write, name="writing", daemon=True)
        self._thread.start()

    def __enter__(self) -> _Work:
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    def add(self, frame: int, make: Callable[[], Image]) -> None:
        """Make a frame and hand it to the writing thread."""
        self._raise()
        try:
            image = make()
        except Exception as error:
            self._end()
            self._raise()
            raise self._sentence(frame, error) from error
        self._queue.put((frame, image))
        self._tell()

    def finish(self) -> FrameRange:
        self._end()
        self._raise()
        self._tell()
        return FrameRange(()) if self._output.abandoned_movie else FrameRange.of(self._done)

    def _end(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _raise(self) -> None:
        if self._failure is not None:
            self._end()
            frame, error = self._failure
            raise self._sentence(frame, error) from error

    def _tell(self) -> None:
        while self._reported < len(self._done):
            self._reported += 1
            if self._progress is not None:
                self._progress(self._done[self._reported - 1], self._reported, len(self._frames))

    def _write(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._failure is not None:
                continue  # goes on taking frames, so that nobody waits for ever for a place in the queue
            frame, image = item
            try:
                self._output.write(image, self._outputs[frame])
            except Exception as error:
                self._failure = frame, error
            else:
                self._done.append(frame)

    def _sentence(self, frame: int, error: Exception) -> Exception:
        """The error with the frame and what is safe; a fault of the program stays what it is."""
        if not isinstance(error, PairCatError):
            return error
        self._tell()
        movie = any(movies.is_movie(file) for file in self._outputs.values())
        done = FrameRange.of(() if movie else self._done)
        before = f"Frame{'s' * (len(done) > 1)} {done}" if done else "Nothing"
        text = str(error)
        if not re.match(rf"Frame {frame}\b", text):
            text = f"Frame {frame} was not written: {text}"
        if frame != self._frames.first:  # before the first there is nothing to report
            text += f" {before} had been written before."
        return FrameError(text, getattr(error, "path", None), frame)


@contextlib.contextmanager
def _reading_ahead(op: Op, frames: FrameRange, render: Render) -> Iterator[Callable[[int], None]]:
    """Fill the cache with the files of the coming frames; the block calls what it gets with each frame it begins.

    Only the leaves of the recipe are made here. What goes wrong is left to the one who needs the frame.
    """
    places = threading.Semaphore(_AHEAD)
    ended = threading.Event()

    def read() -> None:
        for frame in frames.frames[1:]:
            places.acquire()
            if ended.is_set():
                return
            with contextlib.suppress(Exception):
                for leaf, number in frames_read(op, frame):
                    with contextlib.suppress(Exception):
                        render(leaf, number)

    thread = threading.Thread(target=read, name="reading", daemon=True)
    thread.start()

    def follow(frame: int) -> None:
        if frame != frames.first:
            places.release()

    try:
        yield follow
    finally:
        ended.set()
        places.release()
        thread.join()
