"""Composites: the pairs of the Human Matting set, people over photographs, their colours matched, with the mattes."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image

from paircat.weights.recipes.degrade import add_noise, blurred, compressed, from_steps, resized, to_steps
from paircat.weights.recipes.foregrounds import SCENES, store_foregrounds
from paircat.weights.recipes.pairs import ALPHA, PreparedPairs, prepare
from paircat.weights.recipes.patches import patch, store_pictures
from paircat.weights.recipes.portraits import SUFFIX, portraits, random_view, store_portraits
from paircat.weights.recipes.sources import Sources

EDGE, COUNT = 256, 6000
WITH_PEOPLE = ("astronaut", "pexels-2560067", "extreme-desert-hike")  # photographs that are no background
_SHARES = {"walkers": 0.15, "astronaut": 0.08, "footballer": 0.12}  # of all figures; the others share the rest alike
_CUT_OFF = ("astronaut",)  # figures that end at their lower edge
_SCENES, _EMPTY, _PORTRAITS = 0.12, 0.1, 0.5  # of the pictures: frames as they were filmed, nobody, close views
_AS_PHOTOGRAPHED = 0.25  # of the portraits; the others get another background
_BICUBIC = PIL.Image.Resampling.BICUBIC


def matting_pairs(sources: Sources, seed: int, count: int = COUNT) -> PreparedPairs:
    """The set's pairs, made by seed, unless they are there already."""
    pictures, figures = store_pictures(sources.folder, sources, WITH_PEOPLE), store_foregrounds(sources)
    store_portraits(sources, figures)
    make = functools.partial(make_pair, str(pictures), str(figures), seed)
    return prepare(sources.folder / "pairs", f"human_matting.{seed}", count, EDGE, ALPHA, make)


@dataclass(frozen=True)
class Figure:
    """A person of the size in which it is placed: float32 colours (height, width, 3) and alpha (height, width)."""

    colours: np.ndarray
    alpha: np.ndarray
    cut_off: bool = False


@functools.cache
def _people(place: str) -> dict[str, list[np.ndarray]]:
    files = [path for path in sorted(Path(place).glob("*.npz")) if not path.name.endswith((SCENES, SUFFIX))]
    found = {path.stem: list(np.load(path).values()) for path in files}
    return {name: figures for name, figures in found.items() if figures}


@functools.cache
def _scenes(place: str) -> list[np.ndarray]:
    return [scene for path in sorted(Path(place).glob(f"*{SCENES}")) for scene in np.load(path).values()]


def make_pair(pictures: str, figures: str, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Pair `number`: uint8 (EDGE, EDGE, 3) of the composite and (EDGE, EDGE, 1) of its matte."""
    random = np.random.default_rng((seed, number))
    kind = random.random()
    if kind < _SCENES:
        picture, alpha = filmed_scene(_scenes(figures), random)
    elif kind < _SCENES + _PORTRAITS:
        picture, alpha = close_view(portraits(figures), background(pictures, random), random)
    else:
        picture, alpha = background(pictures, random), np.zeros((EDGE, EDGE), np.float32)
        nobody = kind < _SCENES + _PORTRAITS + _EMPTY
        count = 0 if nobody else int(random.choice([1, 2, 3], p=[0.68, 0.22, 0.1]))
        for _ in range(count):
            picture, alpha = placed(picture, alpha, random_figure(_people(figures), picture, random), random)
    return to_steps(_seen(_lit(picture, random), random)), to_steps(alpha)[:, :, None]


def background(pictures: str, random: np.random.Generator) -> np.ndarray:
    """A piece of a photograph, near or far, sharp or out of focus."""
    if random.random() < 0.4:
        picture = resized(patch(pictures, 2 * EDGE, random), EDGE, EDGE, _BICUBIC).clip(0, 1).astype(np.float32)
    else:
        picture = patch(pictures, EDGE, random)
    return blurred(picture, random.uniform(0.7, 4.0)) if random.random() < 0.3 else picture


def close_view(
    found: list[np.ndarray], picture: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A view of a portrait as it was photographed or over `picture`, and its matte."""
    view, wider = random_view(found[int(random.integers(len(found)))], EDGE, random)
    alpha = np.ascontiguousarray(view[:, :, 6])
    if not wider and random.random() < _AS_PHOTOGRAPHED / 0.5:
        return _regraded(view[:, :, :3], random), alpha
    colours = matched(view[:, :, 3:6], alpha, picture, random)
    return picture + alpha[:, :, None] * (colours - picture), alpha


def _regraded(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    gains = np.exp(random.normal(0, 0.15, 3)) * np.exp(random.normal(0, 0.15))
    return (picture * gains).clip(0, 1).astype(np.float32)


def _lit(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Sometimes darker towards one side."""
    if random.random() > 0.3:
        return picture
    row, column = np.meshgrid(*(np.linspace(-0.5, 0.5, size, dtype=np.float32) for size in picture.shape[:2]))
    angle = random.uniform(0, 2 * np.pi)
    fall = np.exp(random.uniform(0.2, 1.0) * (np.cos(angle) * row + np.sin(angle) * column))
    return (picture * fall[:, :, None]).clip(0, 1).astype(np.float32)


def filmed_scene(scenes: list[np.ndarray], random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A piece of a frame as it was filmed, about the person mostly, and its matte."""
    scene = scenes[int(random.integers(len(scenes)))]
    field = int(random.uniform(0.9 * EDGE, min(scene.shape[:2])))
    rows, columns = np.nonzero(scene[:, :, 3] > 127)
    pick = int(random.integers(len(rows)))
    top, left = (
        int(np.clip(place - random.uniform(0.1, 0.9) * field, 0, size - field))
        for place, size in zip((rows[pick], columns[pick]), scene.shape[:2], strict=False)
    )
    piece = resized(from_steps(scene[top : top + field, left : left + field]), EDGE, EDGE, _BICUBIC).clip(0, 1)
    piece = piece[:, ::-1] if random.random() < 0.5 else piece
    return _regraded(piece[:, :, :3], random), np.ascontiguousarray(piece[:, :, 3])


def random_figure(people: dict[str, list[np.ndarray]], picture: np.ndarray, random: np.random.Generator) -> Figure:
    """Somebody, at some size, mirrored or not, in colours that go with the picture."""
    names = list(people)
    others = (1 - sum(_SHARES.values())) / (len(names) - len(_SHARES))
    name = names[int(random.choice(len(names), p=[_SHARES.get(name, others) for name in names]))]
    figure = people[name][int(random.integers(len(people[name])))]
    cut_off = name in _CUT_OFF
    tallest = min(2.4 * EDGE, 1.6 * figure.shape[0])  # enlarged no more than that, or it would be soft
    height = float(np.exp(random.uniform(np.log(min(120 if cut_off else 44, tallest)), np.log(tallest))))
    share = height / figure.shape[0]
    size = max(4, round(figure.shape[1] * share * random.uniform(0.88, 1.14))), max(4, round(height))
    whole = resized(from_steps(figure), *size, _BICUBIC).clip(0, 1)
    if random.random() < 0.5:
        whole = whole[:, ::-1]
    return Figure(matched(whole[:, :, :3], whole[:, :, 3], picture, random), whole[:, :, 3], cut_off)


def matched(colours: np.ndarray, alpha: np.ndarray, picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The figure's colours, drawn towards the picture's mean and contrast by a random share, and changed at random."""
    weights = alpha[:, :, None] / max(float(alpha.sum()), 1.0)
    own, theirs = (colours * weights).sum(axis=(0, 1)), picture.mean(axis=(0, 1))
    share = random.uniform(0.0, 0.6)
    gains = ((1 - share) * own + share * theirs + 0.02) / (own + 0.02)
    gains *= np.exp(random.normal(0, 0.12, 3)) * np.exp(random.normal(0, 0.22))
    changed = (colours * gains).clip(0, 1) ** random.uniform(0.75, 1.35)
    if random.random() < 0.35:  # other clothes: the colours change places
        mixed = changed[:, :, random.permutation(3)]
        cut = int(random.uniform(0.15, 0.7) * len(changed))
        ramp = np.clip((np.arange(len(changed)) - cut) / 6, 0, 1)[:, None, None]
        changed = changed + ramp * (mixed - changed)
    grey = changed.mean(axis=2, keepdims=True)
    return (grey + (changed - grey) * random.uniform(0.5, 1.3)).clip(0, 1).astype(np.float32)


def placed(
    picture: np.ndarray, alpha: np.ndarray, figure: Figure, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The picture with the figure over it, mostly inside, and the matte with it."""
    height, width = figure.alpha.shape
    top = int(random.uniform(-0.15 * height, max(EDGE - 0.85 * height, 1)))
    if figure.cut_off:
        top = max(top, EDGE - height)
    left = int(random.uniform(-0.3 * width, EDGE - 0.7 * width))
    rows, columns = slice(max(top, 0), min(top + height, EDGE)), slice(max(left, 0), min(left + width, EDGE))
    part = slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
    over = figure.alpha[part]
    picture, alpha = picture.copy(), alpha.copy()
    picture[rows, columns] += over[:, :, None] * (figure.colours[part] - picture[rows, columns])
    alpha[rows, columns] += over * (1 - alpha[rows, columns])
    return picture, alpha


def _seen(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What a camera adds to figure and background alike: softness, noise, compression, another exposure."""
    if random.random() < 0.4:
        picture = blurred(picture, random.uniform(0.3, 1.2))
    if random.random() < 0.5:
        picture = (picture.clip(0, 1) ** random.uniform(0.75, 1.35) * random.uniform(0.75, 1.15)).astype(np.float32)
    picture = add_noise(picture, random.uniform(0, 5) / 255, random)
    return compressed(picture, int(random.integers(40, 95))) if random.random() < 0.5 else picture
