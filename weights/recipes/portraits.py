"""Portraits: photographs of people, cut off by the frame as close views are; crops of them, over other backgrounds."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL.Image

from paircat.weights.recipes.degrade import from_steps, resized, to_steps
from paircat.weights.recipes.foregrounds import reduced_to
from paircat.weights.recipes.sources import Sources
from paircat.weights.recipes.teacher import Teacher, refined

SUFFIX = ".portrait.npz"
_FACES, _EXAMPLES = "package/assets/img/faces", "package/assets/img/examples"
PORTRAITS = (
    ("argon", _FACES, "atikh brooke-cagle fezbot michael team-1 team-2 team-3 team-4"),
    ("paperkit", _FACES, "ayo-ogunseinde-2 clem-onojeghuo-2 clem-onojeghuo-3"),
    ("paperkit", _FACES, "erik-lucatero-2 joe-gardner-2 kaci-baum-2"),
    ("materialkit", _FACES, "camp card-profile1-square card-profile4-square card-profile5-square"),
    ("materialkit", _EXAMPLES, "clem-onojegaw clem-onojeghuo mariya-georgieva olu-eletu studio-1 studio-2 studio-5"),
    ("matplotlib", "matplotlib/mpl-data/sample_data", "grace_hopper"),
    ("skimage", "skimage/data", "astronaut"),
)
"""Source, folder, names. The teacher's matte of each was looked at; the pictures that it failed on are left out."""

JUDGED = (
    ("agency", "package/dist/assets/img/team", "1 2 3"),
    ("landing", "package/dist/assets/img", "testimonials-2 testimonials-3"),
    ("softsystem", "package/assets/img", "charles"),
)
"""The same of people who are kept out of all training, and measured on."""

_EDGE = 560  # pixels: a larger photograph is reduced
_MOST_AROUND = 0.9  # of a side, put beside a figure that the frame does not cut off there
_BICUBIC = PIL.Image.Resampling.BICUBIC


def store_portraits(sources: Sources, place: Path) -> None:
    """Write NAME.portrait.npz into `place`: picture and the figure's own colours, uint8 RGB, and the matte."""
    teacher = Teacher(sources)
    for source, folder, names in PORTRAITS:
        for name in names.split():
            target = place / f"{name}{SUFFIX}"
            if not target.exists():
                picture = _photograph(sources, source, folder, name)
                picture, matte = reduced_to(_EDGE, picture, teacher.matte(picture))
                alpha, colours = refined(picture, matte)
                beside = place / f"{name}.part.npz"
                np.savez(beside, picture=picture, colours=to_steps(colours), alpha=to_steps(alpha))
                beside.rename(target)


def judged_portraits(sources: Sources) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Of the people who are kept out: uint8 (height, width, 3), and the matte, float32 (height, width, 1)."""
    teacher = Teacher(sources)
    for source, folder, names in JUDGED:
        for name in names.split():
            picture = _photograph(sources, source, folder, name)
            picture, matte = reduced_to(_EDGE, picture, teacher.matte(picture))
            yield picture, refined(picture, matte)[0][:, :, None]


def _photograph(sources: Sources, source: str, folder: str, name: str) -> np.ndarray:
    with PIL.Image.open(next((sources.path(source) / folder).glob(f"{name}.*"))) as opened:
        return np.asarray(opened.convert("RGB"))


@functools.cache
def portraits(place: str) -> list[np.ndarray]:
    """All that are stored, but what an older list has left there, uint8 (height, width, 7): picture, the figure's own
    colours, matte."""
    listed = {name + SUFFIX for _, _, names in PORTRAITS for name in names.split()}
    loaded = [np.load(path) for path in sorted(Path(place).glob(f"*{SUFFIX}")) if path.name in listed]
    return [np.dstack([one["picture"], one["colours"], one["alpha"]]) for one in loaded]


def random_view(portrait: np.ndarray, edge: int, random: np.random.Generator) -> tuple[np.ndarray, bool]:
    """A square about part of the figure, from a detail to a small figure far away, mirrored or not.

    Returns:
        Float32 (edge, edge, 7), and whether it reaches beyond what was photographed, so that it needs another
        background.
    """
    wider = random.random() < 0.5
    if wider:
        portrait = _widened(portrait, random)
    height, width = portrait.shape[:2]
    shortest = min(height, width)
    field = int(shortest * (1.0 if wider else random.uniform(0.45, 1.0)))
    rows, columns = np.nonzero(portrait[::4, ::4, 6] > 127)
    pick = int(random.integers(len(rows)))
    top, left = (
        int(np.clip(4 * place - random.uniform(0.1, 0.9) * field, 0, size - field))
        for place, size in zip((rows[pick], columns[pick]), (height, width), strict=True)
    )
    view = from_steps(np.ascontiguousarray(portrait[top : top + field, left : left + field]))
    view = np.dstack([resized(np.ascontiguousarray(view[:, :, part]), edge, edge, _BICUBIC) for part in _PARTS])
    view = view.clip(0, 1).astype(np.float32)
    return (view[:, ::-1] if random.random() < 0.5 else view), wider


_PARTS = (slice(0, 3), slice(3, 6), slice(6, 7))


def _widened(portrait: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Nothing put around the figure, only where the frame does not cut it off."""
    height, width = portrait.shape[:2]
    alpha = portrait[:, :, 6]
    edges = (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1])
    sides = [
        0 if edge.max() > 100 else int(random.uniform(0.0, _MOST_AROUND) * size)
        for edge, size in zip(edges, (height, height, width, width), strict=True)
    ]
    return np.pad(portrait, ((sides[0], sides[1]), (sides[2], sides[3]), (0, 0)))
