"""Patches: random pieces of the training photographs, at random sizes and in slightly changed colours, by number."""

from __future__ import annotations

import functools
from collections.abc import Collection
from pathlib import Path

import numpy as np
import PIL.Image

from paircat.weights.recipes.degrade import from_steps, resized
from paircat.weights.recipes.photographs import training_pictures
from paircat.weights.recipes.sources import Sources

_CLEAR = 0.02  # mean difference of neighbouring pixels from which a piece is always worth learning from
_TRIES = 4


def store_pictures(folder: Path, sources: Sources, without: Collection[str] = ()) -> Path:
    """Write the training pictures, without those of some names, where others can map them; returns that folder."""
    place = folder / ("pictures.some" if without else "pictures")
    if not place.exists():
        beside = place.with_name(f"{place.name}.part")
        beside.mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(training_pictures(sources, without)):
            np.save(beside / f"{number:03}.npy", picture)
        beside.rename(place)
    return place


@functools.cache
def _pictures(place: str) -> tuple[list[np.ndarray], np.ndarray]:
    """The pictures, and how likely each is drawn: by the square root of its area."""
    found = [np.load(path, mmap_mode="r") for path in sorted(Path(place).glob("*.npy"))]
    sizes = np.sqrt([picture.shape[0] * picture.shape[1] for picture in found])
    return found, sizes / sizes.sum()


def patch(place: str, edge: int, random: np.random.Generator) -> np.ndarray:
    """Float32 (edge, edge, 3) within 0..1. Flat pieces are mostly passed over."""
    found = _piece(place, edge, random)
    for _ in range(_TRIES):
        detail = float(np.abs(np.diff(found, axis=0)).mean() + np.abs(np.diff(found, axis=1)).mean()) / 2
        if random.random() < 0.1 + detail / _CLEAR:
            break
        found = _piece(place, edge, random)
    return _recoloured(found, random)


def _piece(place: str, edge: int, random: np.random.Generator) -> np.ndarray:
    pictures, shares = _pictures(place)
    picture = pictures[int(random.choice(len(pictures), p=shares))]
    shrink = random.uniform(1.0, 2.0) if random.random() < 0.4 else 1.0
    field = min(round(edge * shrink), *picture.shape[:2])
    top, left = (int(random.integers(size - field + 1)) for size in picture.shape[:2])
    piece = from_steps(np.asarray(picture[top : top + field, left : left + field]))
    return piece if field == edge else resized(piece, edge, edge, PIL.Image.Resampling.LANCZOS).clip(0, 1)


def _recoloured(piece: np.ndarray, random: np.random.Generator) -> np.ndarray:
    kind = random.random()
    if kind < 0.5:
        return piece
    if kind < 0.55:
        return np.repeat(piece.mean(axis=2, keepdims=True), 3, axis=2).astype(np.float32)
    gamma, gains = np.float32(random.uniform(0.75, 1.3)), random.uniform(0.85, 1.12, 3).astype(np.float32)
    return (piece.clip(0, 1) ** gamma * gains).clip(0, 1)
