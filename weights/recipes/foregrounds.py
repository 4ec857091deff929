"""Foregrounds: people cut out of clips and photographs, with mattes of the teacher, refined; stored as RGBA."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image
from scipy import ndimage

from paircat.weights.recipes.degrade import to_steps
from paircat.weights.recipes.photographs import PHOTOGRAPHS
from paircat.weights.recipes.shots import clip_path, spread_frames
from paircat.weights.recipes.sources import Sources
from paircat.weights.recipes.teacher import Box, Teacher, refined

SCENES = ".scenes.npz"
_EDGE = 512  # pixels: larger figures are reduced before they are refined


@dataclass(frozen=True)
class People:
    """Where there is one person in a clip or photograph.

    Attributes:
        region: top, left, bottom, right as shares of the frame, in which there is nobody else.
        frames: how many, evenly apart. whole: the figure ends inside the region, so one that is cut off is not taken.
        alone: nobody else is in the frame either, so that the frame itself is worth learning from.
    """

    name: str
    clip: str
    region: tuple[float, float, float, float]
    frames: int
    whole: bool = True
    alone: bool = False


PEOPLE = (
    People("woman", "dog", (0.0, 0.0, 1.0, 0.42), 24, alone=True),
    People("juggler", "juggle", (0.0, 0.3, 1.0, 0.8), 24, alone=True),
    People("girl", "bedroom", (0.0, 0.25, 1.0, 1.0), 24),
    People("footballer", "pexels-2560067", (0.15, 0.2, 0.85, 0.9), 1),
    People("astronaut", "astronaut", (0.0, 0.0, 1.0, 0.85), 1, whole=False),
)
"""Torsos that end at a table are left out: where they end is not where a person ends."""

_WALKERS_FRAMES = 60


def store_foregrounds(sources: Sources) -> Path:
    """Cut all people out, with all processors, unless it was done; returns the folder of .npz, uint8 RGBA each."""
    place = sources.folder / "foregrounds"
    place.mkdir(parents=True, exist_ok=True)
    for key in ("selfie", "clips", "opencv"):
        sources.path(key)  # fetched before there are several processes
    left = [people for people in (*PEOPLE, None) if not _file(place, people).exists()]
    if left:
        print("Cutting people out ...", flush=True)
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for name in pool.map(functools.partial(_store, sources, place), left):
                print(f"  {name}", flush=True)
    return place


def _file(place: Path, people: People | None) -> Path:
    return place / f"{people.name.replace(' ', '_') if people else 'walkers'}.npz"


def _store(sources: Sources, place: Path, people: People | None) -> str:
    figures, scenes = cut_outs(sources, people) if people else (list(walkers(sources)), [])
    file = _file(place, people)
    if scenes:
        np.savez(place / f"{file.stem}{SCENES}", *scenes)
    beside = file.with_suffix(".part.npz")
    np.savez(beside, *figures)
    beside.rename(file)
    return f"{file.stem}: {len(figures)}"


def cut_outs(sources: Sources, people: People) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The person of each frame, uint8 (height, width, 4); and whole frames with their matte as alpha."""
    teacher, figures, scenes = Teacher(sources), [], []
    for frame in _frames(people, sources):
        height, width = frame.shape[:2]
        top, left, bottom, right = people.region
        region = Box(int(top * height), int(left * width), int(bottom * height), int(right * width))
        seen = teacher.person(frame, region)
        if seen is None:
            continue
        matte, box = seen
        alpha, colours = refined(*reduced_to(_EDGE, box.cut(frame), matte))
        if people.whole and _touches(alpha):
            continue
        figures.append(trimmed(np.dstack([to_steps(colours), to_steps(alpha)])))
        if people.alone:
            scenes.append(np.dstack([frame, to_steps(_in_frame(alpha, box, frame))]))
    return figures, scenes


def _in_frame(alpha: np.ndarray, box: Box, frame: np.ndarray) -> np.ndarray:
    """A matte of a box as one of the whole frame."""
    whole = np.zeros(frame.shape[:2], np.float32)
    size = box.right - box.left, box.bottom - box.top
    box.cut(whole)[:] = PIL.Image.fromarray(alpha).resize(size, PIL.Image.Resampling.BICUBIC)
    return whole


def walkers(sources: Sources) -> Iterator[np.ndarray]:
    """People who walk through a street under a fixed camera, cut out by their difference from the empty street."""
    frames = spread_frames(clip_path("vtest", sources), _WALKERS_FRAMES)
    plate = np.median(np.stack(frames), axis=0)
    for frame in frames:
        moved = np.abs(frame.astype(np.float32) - plate).max(axis=2) > 28
        moved = ndimage.binary_closing(ndimage.binary_opening(moved, iterations=1), iterations=4)
        parts, _ = ndimage.label(ndimage.binary_fill_holes(moved))
        for number, (rows, columns) in enumerate(ndimage.find_objects(parts), 1):
            height, width = rows.stop - rows.start, columns.stop - columns.start
            if not (56 <= height <= 150 and 0.25 < width / height < 0.52):
                continue
            box = Box(max(rows.start - 12, 0), max(columns.start - 12, 0), rows.stop + 12, columns.stop + 12)
            soft = ndimage.gaussian_filter((box.cut(parts) == number).astype(np.float32), 0.8)
            colours = box.cut(frame)
            if soft.shape == colours.shape[:2] and not _touches(soft):
                yield trimmed(np.dstack([colours, to_steps(soft)]))


def trimmed(figure: np.ndarray) -> np.ndarray:
    """RGBA without the rows and columns in which there is nothing."""
    rows, columns = np.nonzero(figure[:, :, 3] > 8)
    if not len(rows):
        return figure
    return np.ascontiguousarray(figure[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])


def _frames(people: People, sources: Sources) -> list[np.ndarray]:
    for photograph in PHOTOGRAPHS:
        if photograph.name == people.clip:
            return [photograph.open(sources)]
    return spread_frames(clip_path(people.clip, sources), people.frames)


def reduced_to(edge: int, picture: np.ndarray, matte: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both so much smaller that neither side is longer than `edge`; as they are where they fit."""
    share = edge / max(matte.shape)
    if share >= 1:
        return np.ascontiguousarray(picture), matte
    size = round(matte.shape[1] * share), round(matte.shape[0] * share)
    small = PIL.Image.fromarray(picture).resize(size, PIL.Image.Resampling.BICUBIC)
    return np.asarray(small), np.asarray(PIL.Image.fromarray(matte).resize(size, PIL.Image.Resampling.BILINEAR))


def _touches(alpha: np.ndarray) -> bool:
    """Whether the figure is cut off at the left, right or top."""
    return bool(max(alpha[0].max(), alpha[:, 0].max(), alpha[:, -1].max()) > 0.5)
