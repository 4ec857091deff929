"""Rendering: frames of a graph into files, with progress, on the device and with the threads that were asked for."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from paircat.cli import graphs, task
from paircat.cli.options import KNOB_OPTIONS, Parser, thread_number
from paircat.cli.progress import FrameProgress, form_of
from paircat.engine.errors import PairCatError
from paircat.engine.stop_signals import StopSignals

if TYPE_CHECKING:
    from paircat.engine.picture.frames import FrameRange
    from paircat.engine.picture.holes import Holes
    from paircat.nodes.script import Script

_SHARED = ("device", "threads", "frames")


def configure(parser: Parser) -> None:
    """The options that rendering has in common."""
    helps = {
        "device": "where Inference works, the first of several cards; without it, a GPU where there is one",
        "threads": "processor threads; without it, or with auto, the library's choice",
        "frames": "such as 1001-1040; without it all that there are",
    }
    for option in KNOB_OPTIONS:
        if option.dest in _SHARED:
            kind = thread_number if option.dest == "threads" else str
            metavar = {"device": "cpu|cuda[:N]|mps", "threads": "N|auto", "frames": "RANGE"}[option.dest]
            parser.offer(option, type=kind, metavar=metavar, help=helps[option.dest])
    parser.offer_progress()
    parser.add_argument("--skip-existing", action="store_true", help="leave out the frames whose file is there already")
    task.configure(parser)
    task.configure_networks(parser)


def render_here(script: Script, name: str, given: argparse.Namespace) -> int:
    """Write what a Write node shows. Ctrl-C ends after the frame in work; what is written stays.

    Returns:
        The exit status: 0, or that of a process ended by a signal, since frames are missing then.

    Raises:
        PairCatError: the graph, a frame or the output is not as it should be.
    """
    from paircat.engine.picture.frames import FrameRange
    from paircat.engine.picture.holes import Holes
    from paircat.engine.picture.movies import is_movie
    from paircat.engine.picture.output import remark
    from paircat.engine.picture.write import existing_frames, write_frames
    from paircat.nodes.write import Write

    form = form_of(given)
    node, graph = script.node(name), script.graph()
    assert isinstance(node, Write)
    op = graphs.on_device(graph.op(name), given.device)
    asked = FrameRange.parse(task.frames(given))
    frames = asked or node.frames(graph)
    settings = node.write_settings(graph)
    graphs.tell_oddities(script)
    holes = Holes() if asked or node.value("frames") else Holes.of(op)
    _tell_holes(holes)
    progress = FrameProgress(sys.stdout, form)
    path = graph.path(node, node.value("file"))
    if given.skip_existing:
        there = existing_frames(op, frames, settings)
        if frames and len(there) == len(frames):
            progress.finished(_facts("", path, False, holes), f"The frames {frames} are there already.")
            return 0
        frames = FrameRange.of(frame for frame in frames if frame not in there)
    with _threads(given.threads), StopSignals(told=False) as signals:
        signals.busy = True
        try:
            written = write_frames(op, frames, settings, None, progress, signals.asked)
        finally:
            progress.close()
    stopped = len(written) < len(frames)
    text = f"Wrote {len(written)} frame{'s' if len(written) > 1 else ''} to {path}"
    if holes:
        text += f"; {holes.sentence}."
    if written and (said := remark(settings, op.header(written.first))):
        print(said, file=sys.stderr)
    progress.finished(
        _facts(str(written), path, stopped, holes), _stopped_text(written, frames, is_movie(path)) if stopped else text
    )
    return task.ended_by(signals.came[0]) if stopped else 0


def _facts(frames: str, path: str, stopped: bool, holes: Holes) -> dict[str, Any]:
    return {"frames": frames, "file": path, "stopped": stopped, "missing": str(holes)}


def _stopped_text(written: FrameRange, frames: FrameRange, movie: bool) -> str:
    if movie:
        return "Stopped; a movie is written whole or not at all, so nothing is written. Begin it again."
    rest = type(frames).of(frame for frame in frames if frame not in written)
    return (
        f"Stopped; the frames {written or 'none'} are written, {rest} are not. Go on with --frames={rest}, or with "
        "--skip-existing."
    )


def _tell_holes(holes: Holes) -> None:
    """Frames that nobody left out on purpose are not found out in the comp."""
    if holes:
        print(
            f"There are no frames {holes} to work on, so they are left out; set missing frames to hold or black "
            "to have them written, too.",
            file=sys.stderr,
        )


def _threads(count: int | None):  # type: ignore[no-untyped-def]
    if not count:
        return nullcontext()
    if count < 0:
        raise PairCatError(f"--threads cannot be {count}; it must be at least 0.")
    from paircat.engine.learn.device import threads

    return threads(count)
