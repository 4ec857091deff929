"""Submission: which trainings and renderings the chosen nodes of a script come to, and which of them wait for which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paircat.engine.errors import GraphError
from paircat.engine.picture import movies
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.sequence import output_file
from paircat.farm.network_choice import networks_of, upstream
from paircat.nodes.copycat import CopyCat
from paircat.nodes.graph import Graph
from paircat.nodes.node import Node
from paircat.nodes.script import Script
from paircat.nodes.write import Write


@dataclass(frozen=True)
class Training:
    """One CopyCat to train, in one task.

    Attributes:
        node: its name. run: the run that it trains, and goes on with when the task is tried again.
        networks, needs: as of a Rendering, where its pairs come out of Inferences.
        arguments: further arguments of the command line, such as --minutes 30.
    """

    node: str
    run: str
    networks: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rendering:
    """One Write to render, or one Inference with an output of its own.

    Attributes:
        node: its name, and that of the step.
        frames: the frames that are written. movie: they become one file, which cannot be written in parts.
        output: of an Inference without a Write, the files to write; otherwise empty.
        networks: Inference -> CopyCat whose newest network it takes.
        needs: the CopyCats of this submission that have to be trained before.
        arguments: further arguments of the command line, such as --skip-existing.
    """

    node: str
    frames: FrameRange
    movie: bool = False
    output: str = ""
    networks: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """What is to be done of a script: first all trainings, each after those that it needs, then the renderings.

    Attributes:
        script: with the nodes that wait for a training passed over, so that it can be asked for frames and files.
    """

    script: Script
    trainings: tuple[Training, ...]
    renderings: tuple[Rendering, ...]

    @property
    def path(self) -> Path:
        assert self.script.path is not None  # `of` refuses a script without a file
        return self.script.path.absolute()

    @property
    def title(self) -> str:
        """What a scheduler's list of jobs calls it."""
        nodes = ", ".join([step.node for step in self.trainings] + [step.node for step in self.renderings])
        return f"{self.path.stem} {nodes}"


def of(
    script: Script,
    names: Sequence[str],
    runs: Mapping[str, str],
    networks: Mapping[str, str],
    output: str = "",
    frames: str = "",
    training_arguments: Sequence[str] = (),
    rendering_arguments: Sequence[str] = (),
) -> Submission:
    """What the named nodes come to. The script is changed on the way and is not to be saved.

    Args:
        names: CopyCats, Inferences and Writes.
        runs: CopyCat -> name of the run that it is to train.
        networks: Inference -> CopyCat, or `own` for its Model File, where the submitter says it; `networks_of` finds
            the others.
        output: where an Inference without a Write behind it writes to.
        frames: of all renderings; empty: each has its own.

    Raises:
        PairCatError: a node is not there or cannot be a task, or something it needs is missing.
    """
    copycats = [name for name in dict.fromkeys(names) if _checked(script, name).kind == "CopyCat"]
    targets = dict.fromkeys(_target(script, name, output) for name in names if name not in copycats)
    found = {
        name: networks_of(script, name, copycats, networks) | _previews(script, name, copycats)
        for name in (*copycats, *targets)
    }
    used = {node.name for name in (*copycats, *targets) for node in upstream(script, name)}
    unused = [name for name in networks if name not in used]
    if unused:
        raise GraphError(f"No chosen node uses {unused[0]}, so it cannot take a network; leave out its --network.")
    for name in {waiting for waits in found.values() for waiting in waits}:
        script.node(name).disabled = True
    graph = script.graph()
    for name in copycats:
        _copycat(script, name).job(graph).check_initial_weights()  # both say what is wrong
    _refuse_one_run_twice(script, graph, {name: runs[name] for name in copycats})
    trainings = _in_order(
        [
            Training(name, runs[name], _inferences(script, found[name]), _needs(found[name]), tuple(training_arguments))
            for name in copycats
        ]
    )
    renderings = tuple(
        _rendering(script, graph, name, found[name], output, frames, rendering_arguments) for name in targets
    )
    _refuse_one_file_twice(script, graph, renderings)
    return Submission(script, trainings, renderings)


def _checked(script: Script, name: str) -> Node:
    if script.path is None:
        raise GraphError("The script has no file yet; save it first.")
    node = script.node(name)
    if node.kind not in ("CopyCat", "Inference", "Write"):
        raise GraphError(f"{name} is a {node.kind}, which is no work for a farm; choose a CopyCat, Inference or Write.")
    return node


def _target(script: Script, name: str, output: str) -> str:
    """What is rendered: a Write, that behind an Inference, or an Inference with an output of its own."""
    node = script.node(name)
    if node.kind == "Write" or output:
        return name
    behind = script.graph().nodes_behind(name, "Write")
    if len(behind) != 1:
        count = "no Write" if not behind else "several Writes"
        raise GraphError(f"{name} has {count} behind it; choose one with -X, or say where to write with --output.")
    return behind[0].name


def _previews(script: Script, target: str, copycats: Sequence[str]) -> dict[str, str]:
    """The Previews above a node that look at a trained CopyCat."""
    found = {}
    graph = script.graph()
    for node in upstream(script, target):
        if node.kind == "Preview" and not node.disabled:
            copycat = graph.connected_node(node, "CopyCat").name
            if copycat in copycats:
                found[node.name] = copycat
    return found


def _rendering(
    script: Script,
    graph: Graph,
    name: str,
    waits: Mapping[str, str],
    output: str,
    frames: str,
    arguments: Sequence[str],
) -> Rendering:
    node = script.node(name)
    op = graph.op(name)  # says what is missing
    if isinstance(node, Write):
        file, own = node.write_settings(graph).file, ""
        wanted = FrameRange.parse(frames) or node.frames(graph)
    else:
        file = own = output
        wanted = FrameRange.parse(frames) or op.frame_range()
    if not wanted:
        raise GraphError(f"{name} has no frames to render; give them with --frames.")
    networks = _inferences(script, waits)
    return Rendering(name, wanted, movies.is_movie(file), own, networks, _needs(waits), tuple(arguments))


def _refuse_one_run_twice(script: Script, graph: Graph, runs: Mapping[str, str]) -> None:
    """The second training would find the run of the first, and take that for its own.

    Raises:
        GraphError: two CopyCats are to train one run.
    """
    taken: dict[tuple[Path, str], str] = {}
    for name, run in runs.items():
        folder = Path(_copycat(script, name).data_directory(graph))
        other = taken.setdefault((folder, run.casefold()), name)
        if other != name:
            raise GraphError(
                f"{other} and {name} would both train the run '{run}' in '{folder}'; give one of them another name "
                f"with --run {name}=NAME."
            )


def _refuse_one_file_twice(script: Script, graph: Graph, renderings: Sequence[Rendering]) -> None:
    """Two tasks would write over each other's frames.

    Raises:
        GraphError: two renderings have a file in common.
    """
    taken: dict[Path, str] = {}
    for step in renderings:
        node = script.node(step.node)
        pattern = node.write_settings(graph).file if isinstance(node, Write) else step.output
        folder = Path(pattern).parent.resolve()
        for frame in step.frames:
            file = Path(pattern) if step.movie else output_file(pattern, frame, several=len(step.frames) > 1)
            other = taken.setdefault(folder / file.name, step.node)
            if other != step.node:
                raise GraphError(f"{other} and {step.node} would both write '{file}'; give one of them another file.")


def _inferences(script: Script, waits: Mapping[str, str]) -> dict[str, str]:
    """Of the nodes that wait for a network, those that need its file as an argument."""
    return {name: copycat for name, copycat in waits.items() if script.node(name).kind == "Inference"}


def _needs(waits: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(waits.values()))


def _in_order(trainings: list[Training]) -> tuple[Training, ...]:
    """Each after those that it needs.

    Raises:
        GraphError: two of them need each other.
    """
    done: list[Training] = []
    while trainings:
        ready = [step for step in trainings if all(name in [other.node for other in done] for name in step.needs)]
        if not ready:
            names = " and ".join(step.node for step in trainings)
            raise GraphError(f"{names} each need what the other learns; train one of them before.")
        done += ready
        trainings = [step for step in trainings if step not in ready]
    return tuple(done)


def _copycat(script: Script, name: str) -> CopyCat:
    node = script.node(name)
    assert isinstance(node, CopyCat)
    return node
