"""Network choice: which Inferences above a node take the network of which CopyCat that is trained with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from paircat.engine.errors import GraphError
from paircat.engine.runs.run import Run
from paircat.engine.runs.run_files import RunFile
from paircat.nodes.copycat import CopyCat, is_foreign
from paircat.nodes.graph import Graph
from paircat.nodes.inference import Inference
from paircat.nodes.node import Node
from paircat.nodes.script import Script

OWN = "own"
"""In place of a CopyCat's name: the Inference keeps its Model File."""


def networks_of(script: Script, target: str, copycats: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Which Inferences above a node take the network of which trained CopyCat.

    A single Inference that is rendered takes that of a single CopyCat. Of several, each takes that of the CopyCat in
    whose Data Directory its Model File lies; of several CopyCats with one Data Directory, that which trained the Model
    File's run. One with another Model File keeps it.

    Args:
        copycats: those that are trained. chosen: Inference -> CopyCat or OWN, where the submitter says it.

    Raises:
        GraphError: it cannot be told which network an Inference is to take.
    """
    above = [node for node in upstream(script, target) if isinstance(node, Inference) and not node.disabled]
    said = {name: copycat for name, copycat in chosen.items() if name in {node.name for node in above}}
    for name, copycat in said.items():
        if copycat not in (*copycats, OWN):
            raise GraphError(f"--network {name}={copycat}: {copycat} is not trained here; add -X {copycat}.")
    found = {name: copycat for name, copycat in said.items() if copycat != OWN}
    others = [name for name in copycats if name != target]
    rest = [node for node in above if node.name not in said]
    if not others:
        return found
    if len(rest) == len(others) == 1 and not said and target not in copycats:
        return {rest[0].name: others[0]}
    for node in rest:
        learner = _learner(script, node, others)
        if learner in others:
            found[node.name] = learner
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


def _learner(script: Script, node: Inference, trained: Sequence[str]) -> str:
    """The CopyCat that the Model File of an Inference is of; empty where it is of none in this script.

    Raises:
        GraphError: there is no Model File, or it cannot be told whose it is, and one of those that are trained may be.
    """
    graph = script.graph()
    if not node.value("modelFile"):
        raise GraphError(
            f"{node.name} has no Model File, and it cannot be told which network it is to take; say so with "
            f"--network {node.name}={trained[0]}."
        )
    cat = Path(node.model_path(graph))
    sharing = [name for name, home in _homes(script, graph).items() if home == cat.parent]
    parsed = RunFile.parse(cat.name)
    owners = sharing if len(sharing) < 2 or parsed is None else _owners(script, graph, sharing, parsed.run)
    if len(owners) < 2:
        return owners[0] if owners else ""
    likely = [name for name in owners if name in trained]
    if not likely:
        return ""
    raise GraphError(
        f"The Model File of {node.name} lies in the Data Directory of {' and '.join(owners)}, and it cannot be told "
        f"whose it is; say so with --network {node.name}={likely[0]}, or --network {node.name}={OWN} to keep the file."
    )


def _homes(script: Script, graph: Graph) -> dict[str, Path]:
    """The Data Directory of each CopyCat that has one."""
    copycats = [node for node in script.nodes_of_kind("CopyCat") if isinstance(node, CopyCat)]
    return {node.name: Path(node.data_directory(graph)) for node in copycats if node.value("dataDirectory")}


def _owners(script: Script, graph: Graph, sharing: Sequence[str], run: str) -> list[str]:
    """Of CopyCats that share a Data Directory, those that a run may be of: by its name, or else by what it learns."""
    nodes = [node for node in map(script.node, sharing) if isinstance(node, CopyCat)]
    named = [node.name for node in nodes if run in (node.value("activeRun"), node.value("runName"))]
    if len(named) == 1:
        return named
    of_run = Run(run, Path(nodes[0].data_directory(graph)))
    return [node.name for node in nodes if not is_foreign(of_run, node.sources(graph))]
