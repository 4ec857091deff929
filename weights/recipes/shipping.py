"""Shipping: a trained .cat as it lies in the package: small, with what is of use to whoever starts from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from paircat.engine.runs.checkpoint import load_cat, save_cat
from paircat.engine.runs.thin import thinned

SCORES = "scores"
_KEPT = ("size", "crop_size", "batch_size", "resolution")


def ship(cat: Path, target: Path, scores: Mapping[str, Mapping[str, float]] | None = None) -> None:
    """Write the .cat with kernels of eight bits, without the digests of its thousands of pairs.

    Args:
        scores: what it reached untrained, by task and contestant.
    """
    header, weights = load_cat(cat)
    facts = {name: header.data_set[name] for name in _KEPT if name in header.data_set}
    facts[SCORES] = {task: dict(values) for task, values in (scores or {}).items()}
    settings = {name: value for name, value in header.settings.items() if name != "checkpoint_file"}
    small = dataclasses.replace(
        header, run=target.stem, data_set=facts, settings=settings, losses=(), picture="", gate=0.0
    )
    save_cat(target, small, thinned(weights))
