"""Submission: which trainings and renderings the chosen nodes of a script come to, and which of them wait for which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paircat.engine.errors import GraphError
from paircat.engine.picture import movies
from paircat.engine.picture.frames import FrameRange
from paircat.nodes.copycat import CopyCat
from paircat.nodes.graph import Graph
from paircat.nodes.inference import Inference
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
        networks: Inference -> CopyCat, where the submitter says it; `networks_of` finds the others.
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
    unused = [name for name in networks if not any(name in used for used in found.values())]
    if unused:
        raise GraphError(f"No chosen node uses {unused[0]}, so it cannot take a network; leave out its --network.")
    for name in {waiting for used in found.values() for waiting in used}:
        script.node(name).disabled = True
    graph = script.graph()
    for name in copycats:
        _copycat(script, name).job(graph).check_initial_weights()  # both say what is wrong
    trainings = _in_order(
        [
            Training(name, runs[name], _inferences(script, found[name]), _needs(found[name]), tuple(training_arguments))
            for name in copycats
        ]
    )
    renderings = tuple(
        _rendering(script, graph, name, found[name], output, frames, rendering_arguments) for name in targets
    )
    return Submission(script, trainings, renderings)


def networks_of(script: Script, target: str, copycats: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Which Inferences above a node take the network of which trained CopyCat.

    A single Inference that is rendered takes that of a single CopyCat. Of several, each takes that of the CopyCat in
    whose Data Directory its Model File lies; one with another Model File keeps it.

    Raises:
        GraphError: an Inference has no Model File, and it cannot be told which network it is to take.
    """
    above = [node for node in upstream(script, target) if isinstance(node, Inference) and not node.disabled]
    found = {name: copycat for name, copycat in chosen.items() if name in {node.name for node in above}}
    for name, copycat in found.items():
        if copycat not in copycats:
            raise GraphError(f"--network {name}={copycat}: {copycat} is not trained here; add -X {copycat}.")
    others = [name for name in copycats if name != target]
    if not others:
        return found
    rest = [node for node in above if node.name not in found]
    if len(rest) == len(others) == 1 and not found and target not in copycats:
        return {rest[0].name: others[0]}
    graph = script.graph()
    homes = {Path(_copycat(script, name).data_directory(graph)): name for name in others}
    for node in rest:
        model = node.value("modelFile")
        home = Path(node.model_path(graph)).parent if model else None
        if home in homes:
            found[node.name] = homes[home]
        elif not model:
            raise GraphError(
                f"{node.name} has no Model File, and it cannot be told which network it is to take; say so with "
                f"--network {node.name}={others[0]}."
            )
    return found


def upstream(script: Script, name: str) -> Iterator[Node]:
    """A node and all that its picture, or its training, comes from, each once.

    What feeds a CopyCat further up is no part of the picture that it hands on.
    """
    seen, waiting = {name}, [name]
    while waiting:
        node = script.nodes.get(waiting.pop(0))
        if node is None:
            continue
        yield node
        slots = [slot.name for slot in node.slots()]
        if node.disabled or node.kind == "Preview" or (node.kind == "CopyCat" and node.name != name):
            slots = slots[:1]
        for slot in slots:
            source = node.connections.get(slot)
            if source is not None and source not in seen:
                seen.add(source)
                waiting.append(source)


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
    behind = [write for write in script.nodes_of_kind("Write") if name in write.connections.values()]
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
