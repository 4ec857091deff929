"""Restoration: the pairs of the sets Deblur and Upscale, degraded patches of photographs and the originals."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from paircat.weights.recipes.degrade import degraded, enlarged, to_steps
from paircat.weights.recipes.pairs import RGB, PreparedPairs, prepare
from paircat.weights.recipes.patches import patch, store_pictures
from paircat.weights.recipes.sources import Sources

EDGE, COUNT = 192, 8000
_MARGINS = {"deblur": 32, "upscale": 24}
_DEGRADATIONS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "deblur": degraded,
    "upscale": enlarged,
}


def restoration_pairs(name: str, sources: Sources, seed: int, count: int = COUNT) -> PreparedPairs:
    """The pairs of `deblur` or `upscale`, made by seed, unless they are there already."""
    place = store_pictures(sources.folder, sources)
    make = functools.partial(make_pair, name, str(place), seed)
    return prepare(sources.folder / "pairs", f"{name}.{seed}", count, EDGE, RGB, make)


def make_pair(name: str, place: str, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Pair `number` of a set: uint8 (EDGE, EDGE, 3) of input and ground truth."""
    random = np.random.default_rng((seed, number))
    margin = _MARGINS[name]
    clean = patch(place, EDGE + 2 * margin, random)
    bad = _DEGRADATIONS[name](clean, random)
    # A few pixels from the middle, so that blocks of compression and of samples lie anywhere.
    top, left = (int(edge) for edge in random.integers(margin - 8, margin + 9, 2))
    rows, columns = slice(top, top + EDGE), slice(left, left + EDGE)
    return to_steps(bad[rows, columns]), to_steps(clean[rows, columns])
