"""Scores: a set's .cat on pictures that it was never trained on, beside what needs no training. It is not adapted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.learn.model import Model
from paircat.weights.recipes.classics import best_unsharp, best_wiener, bicubic, luma, psnr
from paircat.weights.recipes.degrade import add_noise, convolve, from_steps, gaussian_kernel
from paircat.weights.recipes.photographs import held_out_pictures
from paircat.weights.recipes.sources import Sources

SIGMA, NOISE = 2.0, 2 / 255
_MOST = 720  # pixels each way of a picture that are scored, so that a table takes minutes


@dataclass(frozen=True)
class Score:
    """Of one picture: what was asked, decibels by contestant."""

    task: str
    picture: str
    decibels: dict[str, float]


def deblur_scores(cat: Path, sources: Sources, told: Callable[[Score], None] = lambda score: None) -> list[Score]:
    """PSNR on RGB of a Gaussian blur with noise, made undone: nothing, best unsharp masking, best Wiener, the set."""
    model, scores = Model.load(cat, "cpu"), []
    for name, clean in _pictures(sources).items():
        random = np.random.default_rng(len(name))
        blurred = add_noise(convolve(clean, gaussian_kernel(SIGMA, SIGMA)), NOISE, random)
        results = {
            "input": blurred,
            "unsharp": best_unsharp(blurred, clean),
            "Wiener": best_wiener(blurred, clean, SIGMA),
            "set": model.apply(blurred),
        }
        score = Score("deblur", name, {who: psnr(result, clean) for who, result in results.items()})
        told(score)
        scores.append(score)
    return scores


def upscale_scores(cat: Path, sources: Sources, told: Callable[[Score], None] = lambda score: None) -> list[Score]:
    """PSNR on Y of x2: bicubic, and the set on top of it."""
    model, scores = Model.load(cat, "cpu"), []
    for name, clean in _pictures(sources).items():
        coarse = bicubic(clean, 2)
        results = {"bicubic": coarse, "set": model.apply(coarse)}
        truth = luma(clean)
        score = Score("upscale", name, {who: psnr(luma(result), truth, 4) for who, result in results.items()})
        told(score)
        scores.append(score)
    return scores


def means(scores: list[Score]) -> dict[str, float]:
    """The mean of each contestant over all pictures."""
    return {who: float(np.mean([score.decibels[who] for score in scores])) for who in scores[0].decibels}


def _pictures(sources: Sources) -> dict[str, np.ndarray]:
    """The middle of each held-out picture, with even edges, float32."""
    found = {}
    for name, picture in held_out_pictures(sources).items():
        height, width = (min(size, _MOST) // 2 * 2 for size in picture.shape[:2])
        top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
        found[name] = from_steps(picture[top : top + height, left : left + width])
    return found
