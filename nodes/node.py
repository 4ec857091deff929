"""Node: what stands on the canvas, as plain data, and the register of all kinds of nodes.

To make a node of your own, write one file: subclass Node, fill in the class attributes, say `op`, and decorate the
class with `register`. The first line of the docstring is the node's tooltip.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.picture.op import Op
from paircat.nodes.knobs import Knob, Text

if TYPE_CHECKING:
    from paircat.nodes.graph import Graph


@dataclass(frozen=True)
class Input:
    """A place where another node's output goes in. An optional one may stay empty."""

    name: str
    label: str = ""
    optional: bool = False


LABEL = Text("label", "Label", "A note that is shown on the node.", tab="Node", pixels=False, lines=3)
"""The knob that every node has."""


class Node:
    """A node of a script: its kind says what it can do, an instance says how it is set and what it is connected to.

    Class attributes:
        kind: unique name of the kind, as in scripts: Read, CopyCat, ...
        category: the menu it stands in. colour: of its tile, '#rrggbb'.
        inputs: the inputs, the main one first; a disabled node passes on the first.
        knobs: the kind's own knobs; `all_knobs` adds those of every node.
        output: whether something can be connected behind it.
        on_canvas_only: it has no picture at all, such as a backdrop.

    Attributes:
        name: unique in its script.
        values: knob values other than the defaults.
        connections: name of an input -> name of the node connected there.
        position: of the tile's upper left corner on the canvas, x to the right, y downwards.
        disabled: the node passes on its first input.
        extra_knobs, extra: what a script says about the node and this version does not know; saved again unchanged.
    """

    kind: ClassVar[str] = ""
    category: ClassVar[str] = "Other"
    colour: ClassVar[str] = "#8c8c8c"
    inputs: ClassVar[tuple[Input, ...]] = ()
    knobs: ClassVar[tuple[Knob, ...]] = ()
    output: ClassVar[bool] = True
    on_canvas_only: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        connections: Mapping[str, str] | None = None,
        position: tuple[float, float] = (0.0, 0.0),
        disabled: bool = False,
    ) -> None:
        self.name = name
        self.values: dict[str, Any] = {}
        self.connections: dict[str, str] = dict(connections or {})
        self.position = position
        self.disabled = disabled
        self.extra_knobs: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}
        for knob, value in (values or {}).items():
            self.set(knob, value)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    @classmethod
    def tooltip(cls) -> str:
        """The first sentence of the docstring."""
        return (inspect.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ")

    @classmethod
    def all_knobs(cls) -> tuple[Knob, ...]:
        return (*cls.knobs, LABEL)

    @classmethod
    def knob(cls, name: str) -> Knob:
        """The declaration of a knob.

        Raises:
            GraphError: the kind has no such knob.
        """
        for knob in cls.all_knobs():
            if knob.name == name:
                return knob
        known = ", ".join(knob.name for knob in cls.all_knobs())
        article = with_article(cls.kind)
        raise GraphError(f"{article[:1].upper()}{article[1:]} has no knob '{name}'; it has {known}.")

    def slots(self) -> tuple[Input, ...]:
        """The inputs that this instance has now; a kind with a variable number of inputs overrides this."""
        return self.inputs

    def value(self, name: str) -> Any:
        """A knob's value, checked.

        Raises:
            GraphError: no such knob, or the script holds a value that the knob does not allow.
        """
        knob = self.knob(name)
        if name not in self.values:
            return knob.default
        return self._checked(knob, self.values[name])

    def usable(self, name: str) -> Any:
        """A knob's value; its default where the script holds one that the knob does not allow.

        For what shows a node or follows it, which has to go on; what makes something of it says what is wrong.

        Raises:
            GraphError: no such knob.
        """
        try:
            return self.value(name)
        except GraphError:
            return self.knob(name).default

    def set(self, name: str, value: Any) -> None:
        """Set a knob; text is converted to the knob's type, and a default is not kept.

        Raises:
            GraphError: no such knob, or it does not allow the value.
        """
        knob = self.knob(name)
        checked = self._checked(knob, value)
        if checked == knob.default:
            self.values.pop(name, None)
        else:
            self.values[name] = checked

    def enabled(self, name: str) -> bool:
        """Whether a knob can be edited while the others stand as they do."""
        return all(when.holds(self.value) for when in self.knob(name).enabled_when)

    def visible(self, name: str) -> bool:
        """Whether a knob is shown while the others stand as they do."""
        return all(when.holds(self.value) for when in self.knob(name).visible_when)

    def op(self, graph: Graph) -> Op:
        """What this node means right now; `graph` gives the Ops of its inputs and resolves paths.

        Raises:
            GraphError: an input is missing, or a knob is set to something impossible.
        """
        raise GraphError(f"{self.name} makes no picture; connect to another node.")

    def viewed(self, graph: Graph) -> tuple[Op, str]:
        """What the Viewer shows of this node, and a few words that stand beside its name there.

        Raises:
            GraphError: as `op`.
        """
        return graph.op(self.name), ""

    def _checked(self, knob: Knob, value: Any) -> Any:
        try:
            return knob.check(value)
        except PairCatError as error:
            raise GraphError(f"{self.name}: {error}") from None


def with_article(kind: str) -> str:
    """A kind of node in a sentence: a Read, an Inference."""
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"


NodeClass = TypeVar("NodeClass", bound=type[Node])
_kinds: dict[str, type[Node]] = {}


def register(node_class: NodeClass) -> NodeClass:
    """Make a kind of node known. A later one of the same name takes the place, so a plugin can replace a built-in node.

    Raises:
        ValueError: the declaration is incomplete or names a knob or an input twice.
    """
    if not node_class.kind:
        raise ValueError(f"{node_class.__name__} has no kind")
    for what, names in (
        ("knob", [knob.name for knob in node_class.all_knobs()]),
        ("input", [slot.name for slot in node_class.inputs]),
    ):
        if len(set(names)) != len(names):
            raise ValueError(f"{node_class.__name__} has two {what}s of one name: {', '.join(names)}")
    for knob in node_class.knobs:
        if knob.check(knob.default) != knob.default:
            raise ValueError(f"{node_class.__name__}: the default of '{knob.name}' is not of the knob's type")
        for when in (*knob.enabled_when, *knob.visible_when):
            node_class.knob(when.knob)
    _kinds[node_class.kind] = node_class
    return node_class


def node_kinds() -> dict[str, type[Node]]:
    """All kinds known by now, by name; the built-in ones are there once `paircat.nodes.builtin` is imported."""
    return dict(_kinds)
