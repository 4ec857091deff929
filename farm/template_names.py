"""TemplateNames: what nodes are called in a job template, whose names are shorter and plainer than a script's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paircat.farm.submission import Submission

LONGEST = 64
"""Letters of a step's name, and of a parameter's."""


@dataclass(frozen=True)
class TemplateNames:
    """Node -> name, each of them once. A name that fits stays as it is.

    Attributes:
        steps: of all nodes; letters of any language.
        runs: of trainings, the parameter with the name of the run. Parameters have ASCII letters, digits and _ only.
        frames: of renderings, the parameter with the frames.
        outputs: of Inferences without a Write, the parameter with the files that they write.
    """

    steps: Mapping[str, str]
    runs: Mapping[str, str]
    frames: Mapping[str, str]
    outputs: Mapping[str, str]

    @classmethod
    def of(cls, submission: Submission) -> TemplateNames:
        """The names in a template of this submission. A single run or rendering needs no node's name before it."""
        trainings = [step.node for step in submission.trainings]
        renderings = [step.node for step in submission.renderings]
        return cls(
            steps=_short({node: node for node in (*trainings, *renderings)}),
            runs=_parameters(trainings, "Run", alone=len(trainings) == 1),
            frames=_parameters(renderings, "Frames", alone=len(renderings) == 1),
            outputs=_parameters([step.node for step in submission.renderings if step.output], "Output"),
        )


def _parameters(nodes: Iterable[str], what: str, alone: bool = False) -> dict[str, str]:
    return _short({node: "" if alone else _plain(node) for node in nodes}, what)


def _plain(text: str) -> str:
    """In ASCII letters, digits and _: without the accents, and with a _ for every other letter."""
    letters = [letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)]
    plain = re.sub(r"\W", "_", "".join(letters), flags=re.ASCII)
    return f"_{plain}" if plain[:1].isdigit() else plain


def _short(wanted: Mapping[str, str], end: str = "") -> dict[str, str]:
    """Names with an end, as long as they may be. Those that fit are given first, then the others around them."""
    found: dict[str, str] = {}
    for node in sorted(wanted, key=lambda node: (len(wanted[node] + end) > LONGEST, wanted[node] != node)):
        name, count = wanted[node][: LONGEST - len(end)] + end, 1
        while name in found.values():
            count += 1
            mark = f"_{count}{end}"
            name = wanted[node][: LONGEST - len(mark)] + mark
        found[node] = name
    return found
