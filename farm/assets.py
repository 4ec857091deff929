"""Assets: the files that a submission reads, and the folders that it writes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from paircat.engine.errors import FrameError, GraphError
from paircat.engine.path_kind import is_file
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import ReadOp, frames_read, read_ops
from paircat.farm.submission import Rendering, Submission, Training, upstream
from paircat.nodes.copycat import CopyCat
from paircat.nodes.graph import Graph
from paircat.nodes.inference import Inference
from paircat.nodes.node import Node
from paircat.nodes.preview import Preview
from paircat.nodes.write import Write


@dataclass(frozen=True)
class Assets:
    """Absolute paths, sorted, each once.

    Attributes:
        files: every picture, movie and network that is read; the script itself is none of them.
        folders: where pictures and runs are written.
    """

    files: tuple[str, ...]
    folders: tuple[str, ...]

    @classmethod
    def of(cls, submission: Submission) -> Assets:
        """
        Raises:
            PairCatError: a file that would be read, or a frame that is to be rendered, is not there.
        """
        graph = submission.script.graph()
        files: set[str] = set()
        folders: set[str] = set()
        for training in submission.trainings:
            files.update(_read_by_training(submission, training, graph))
            folders.add(_copycat(submission, training.node).data_directory(graph))
        for rendering in submission.renderings:
            _check_frames(rendering, graph.op(rendering.node))
            files.update(_read_above(submission, rendering.node, graph))
            folders.add(str(Path(_written(submission, rendering, graph)).parent))
        return cls(tuple(sorted(files)), tuple(sorted(folders)))


def _check_frames(rendering: Rendering, op: Op) -> None:
    """Ask for no frame that a task could not render: the farm would try it again and again.

    Raises:
        GraphError: a file behind one does not exist, and its Read makes nothing up for it.
    """
    wanted: dict[ReadOp, set[int]] = {}
    try:
        for frame in rendering.frames:
            for source, number in frames_read(op, frame):
                wanted.setdefault(source, set()).add(number)
        for source, numbers in wanted.items():
            source.check_frames(FrameRange.of(numbers))
    except FrameError as error:
        raise GraphError(f"{rendering.node} cannot render {rendering.frames}: {error}") from error


def _read_by_training(submission: Submission, training: Training, graph: Graph) -> Iterator[str]:
    node = _copycat(submission, training.node)
    for slot in node.slots():
        if slot.name in node.connections:
            yield from _read_above(submission, node.connections[slot.name], graph)
    weights = node.settings(graph).checkpoint_file
    if weights:
        yield _existing(node, weights)


def _read_above(submission: Submission, name: str, graph: Graph) -> Iterator[str]:
    """The files behind a node's picture. Nodes that wait for a network pass on their input here, and have none yet."""
    for node in upstream(submission.script, name):
        if node.disabled:
            continue
        if isinstance(node, Inference):
            yield _existing(node, node.model_path(graph))
        elif isinstance(node, Preview):
            yield node.checkpoint(graph)
        elif not node.slots() and not node.on_canvas_only:
            for source in read_ops(graph.op(node.name)):
                sequence, wanted = source.sequence(), source.frame_range()
                yield from {str(sequence.file(frame)) for frame in sequence.frames if frame in wanted}


def _written(submission: Submission, rendering: Rendering, graph: Graph) -> str:
    node = submission.script.node(rendering.node)
    return node.write_settings(graph).file if isinstance(node, Write) else rendering.output


def _existing(node: Node, path: str) -> str:
    if not is_file(path):
        raise GraphError(
            f"{node.name} uses '{path}', which does not exist; choose another file, or train it in the same job with "
            "a further -X."
        )
    return path


def _copycat(submission: Submission, name: str) -> CopyCat:
    node = submission.script.node(name)
    assert isinstance(node, CopyCat)
    return node
