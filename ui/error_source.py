"""Error source: which node an error comes from, when a picture far below it cannot be made."""

from __future__ import annotations

from collections.abc import Callable

from paircat.engine.errors import GraphError
from paircat.engine.picture.op import Op
from paircat.nodes.graph import Graph
from paircat.ui.render_process import Abandoned


def error_source(graph: Graph, name: str, error: Exception, attempt: Callable[[Op], object]) -> str:
    """The node furthest up from which the very same sentence comes.

    Args:
        name: of the node that could not be shown. error: why.
        attempt: does with a node's Op what failed.

    Raises:
        Abandoned: the frame is not wanted any more.
    """
    sentence, seen = str(error), {name}
    while True:
        further = (source for source in _sources(graph, name) if source not in seen)
        above = next((source for source in further if _fails(graph, source, sentence, attempt)), "")
        if not above:
            return name
        seen.add(above)
        name = above


def _sources(graph: Graph, name: str) -> list[str]:
    try:
        return list(graph.node(name).connections.values())
    except GraphError:  # a connection to a node that is not there
        return []


def _fails(graph: Graph, name: str, sentence: str, attempt: Callable[[Op], object]) -> bool:
    try:
        attempt(graph.op(name))
    except Abandoned:
        raise
    except Exception as error:
        return str(error) == sentence
    return False
