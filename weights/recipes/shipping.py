"""Shipping: a trained .cat as it lies in the package: small, with what is of use to whoever starts from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from paircat.engine.runs.checkpoint import load_cat, read_header, save_cat
from paircat.engine.runs.quantization import quantized

SCORES = "scores"
_ROUNDS = "rounds"
_KEPT = ("size", "crop_size", "batch_size", "resolution")


@dataclasses.dataclass(frozen=True)
class Round:
    """One training of a set: its seed, which decides the pairs too, and its steps."""

    seed: int
    steps: int


def rounds_of(shipped: Path) -> tuple[Round, ...]:
    """The trainings that a shipped .cat has been through, each beginning with the weights of the one before.

    Raises:
        CheckpointError: it cannot be read.
    """
    header = read_header(shipped)
    found = header.data_set.get(_ROUNDS, [[header.settings.get("seed", 0), header.step]])
    return tuple(Round(int(seed), int(steps)) for seed, steps in found)


def ship(
    cat: Path,
    target: Path,
    before: tuple[Round, ...] = (),
    scores: Mapping[str, Mapping[str, float]] | None = None,
    object_sizes: tuple[int, ...] = (),
) -> None:
    """Write the .cat with kernels of eight bits, without the digests of its thousands of pairs.

    Args:
        before: the rounds before this one. scores: what it reached untrained, by task and contestant.
        object_sizes: that it is shown where it is applied untrained, as in a CatHeader.

    Raises:
        PairCatError: it cannot be read or written.
    """
    header, weights = load_cat(cat)
    rounds = (*before, Round(int(header.settings["seed"]), header.step))
    facts = {name: header.data_set[name] for name in _KEPT if name in header.data_set}
    facts[SCORES] = {task: dict(values) for task, values in (scores or {}).items()}
    facts[_ROUNDS] = [[item.seed, item.steps] for item in rounds]
    settings = {name: value for name, value in header.settings.items() if name != "checkpoint_file"}
    notes = tuple(note for note in header.notes if not note.startswith("Starts from"))
    small = dataclasses.replace(
        header,
        run=target.stem,
        data_set=facts,
        settings=settings,
        losses=(),
        picture="",
        gate=0.0,
        notes=notes,
        object_sizes=object_sizes,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    save_cat(target, small, quantized(weights))
