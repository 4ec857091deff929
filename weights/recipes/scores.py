"""Scores: a set's .cat on pictures that it was never trained on, beside what needs no training. It is not adapted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.learn.model import Model
from paircat.weights.recipes.classical_baselines import best_unsharp, best_wiener, bicubic, iou, luma, psnr
from paircat.weights.recipes.degrade import add_noise, convolve, from_steps, gaussian_kernel, to_steps
from paircat.weights.recipes.photographs import held_out_pictures
from paircat.weights.recipes.portraits import judged_portraits
from paircat.weights.recipes.recipe import Recipe
from paircat.weights.recipes.shots import PEOPLE_SHOTS, people_shot
from paircat.weights.recipes.sources import Sources
from paircat.weights.recipes.teacher import Teacher

SIGMA, NOISE = 2.0, 2 / 255
_MOST = 720  # pixels each way of a picture that are scored, so that a table takes minutes


@dataclass(frozen=True)
class Score:
    """Of one picture: what was asked, values by contestant."""

    task: str
    picture: str
    values: dict[str, float]


def deblur_scores(cat: Path, sources: Sources, report: Callable[[Score], None] = lambda score: None) -> list[Score]:
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
        score = Score("Gaussian 2, noise 2/255", name, {who: psnr(result, clean) for who, result in results.items()})
        report(score)
        scores.append(score)
    return scores


def upscale_scores(cat: Path, sources: Sources, report: Callable[[Score], None] = lambda score: None) -> list[Score]:
    """PSNR on Y of x2: bicubic, and the set on top of it."""
    model, scores = Model.load(cat, "cpu"), []
    for name, clean in _pictures(sources).items():
        coarse = bicubic(clean, 2)
        results = {"bicubic": coarse, "set": model.apply(coarse)}
        truth = luma(clean)
        score = Score("bicubic x2", name, {who: psnr(luma(result), truth, 4) for who, result in results.items()})
        report(score)
        scores.append(score)
    return scores


def matting_scores(
    cat: Path, sources: Sources, report: Callable[[Score], None] = lambda score: None, tennis: Path | None = None
) -> list[Score]:
    """IoU of whole pictures of people who were kept out: the teacher, seeing as much as the set does, and the set."""
    model, teacher, scores = Model.load(cat, "cpu"), Teacher(sources), []
    judged = {"portraits": [(from_steps(picture), matte) for picture, matte in judged_portraits(sources)]}
    for name in PEOPLE_SHOTS:
        if name == "tennis" and tennis is None:
            continue
        shot = people_shot(name, sources, tennis)
        judged[name] = [
            (shot.input.render(frame).pixels, shot.ground_truth.render(frame).pixels) for frame in shot.judged
        ]
    for name, ops in judged.items():
        taught = [iou(teacher.matte(to_steps(picture))[:, :, None], truth) for picture, truth in ops]
        found = [iou(model.apply(picture), truth) for picture, truth in ops]
        score = Score(name, name, {"teacher": float(np.mean(taught)), "set": float(np.mean(found))})
        report(score)
        scores.append(score)
    return scores


def untrained_scores(recipe: Recipe, cat: Path, sources: Sources, tennis: Path | None = None) -> list[Score]:
    """What a set does with no training at all."""
    report = functools.partial(_report, recipe.digits)
    if recipe.name == "human_matting":
        return matting_scores(cat, sources, report, tennis)
    return {"deblur": deblur_scores, "upscale": upscale_scores}[recipe.name](cat, sources, report)


def _report(digits: int, score: Score) -> None:
    values = ", ".join(f"{who} {value:.{digits}f}" for who, value in score.values.items())
    print(f"  {score.picture}: {values}", flush=True)


def means(scores: list[Score]) -> dict[str, dict[str, float]]:
    """By task, the mean of each contestant over all pictures."""
    found: dict[str, dict[str, float]] = {}
    for task in dict.fromkeys(score.task for score in scores):
        of_task = [score for score in scores if score.task == task]
        found[task] = {who: float(np.mean([score.values[who] for score in of_task])) for who in of_task[0].values}
    return found


def _pictures(sources: Sources) -> dict[str, np.ndarray]:
    """The middle of each held-out picture, with even edges, float32."""
    found = {}
    for name, picture in held_out_pictures(sources).items():
        height, width = (min(size, _MOST) // 2 * 2 for size in picture.shape[:2])
        top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
        found[name] = from_steps(picture[top : top + height, left : left + width])
    return found
