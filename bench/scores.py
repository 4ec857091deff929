"""Score: how near an output is to the ground truth on held-out frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields

import numpy as np
from skimage.metrics import structural_similarity

from paircat.bench.tasks import Task

_SSIM_WINDOW = 7
_NEAR_BLACK = 1e-3  # a value that is nearer to zero has no sign worth keeping
_GAIN, _ONE = 50.0, 0.7


@dataclass(frozen=True)
class Score:
    """Means over frames.

    Attributes:
        psnr: dB for a peak of 1, over the whole frame and all channels.
        ssim: 1 for identical pictures.
        iou: overlap over union of the pixels above one half; None where the target is no matte.
        negatives: share of the truth's values below zero that came out below zero; highlights: the sum of the output
            where the truth is above one, as a share of the truth's. None where the truth has none of them.
    """

    psnr: float
    ssim: float
    iou: float | None = None
    negatives: float | None = None
    highlights: float | None = None

    def to_json(self) -> dict[str, float | None]:
        return asdict(self)


def encode(pixels: np.ndarray) -> np.ndarray:
    """Signed log for scene-linear values: 1 lands at 0.7, 12 at 1.14. Fixed here, so that the yardstick never moves."""
    return np.sign(pixels) * np.log1p(_GAIN * np.abs(pixels)) * np.float32(_ONE / math.log1p(_GAIN))


def decode(values: np.ndarray) -> np.ndarray:
    """The exact inverse of `encode`."""
    return np.sign(values) * np.expm1(np.abs(values) * np.float32(math.log1p(_GAIN) / _ONE)) / np.float32(_GAIN)


def score_frame(output: np.ndarray, truth: np.ndarray, task: Task) -> Score:
    """Judge one frame, float32 (height, width, 3).

    Display-referred outputs are clipped to 0..1, as a screen or an 8-bit file would; scene-linear ones are compared
    after `encode`, unclipped.
    """
    kept = (_negatives(output, truth), _highlights(output, truth)) if task.scene_linear else (None, None)
    output, truth = _comparable(output, truth, task)
    edge = min(*truth.shape[:2], _SSIM_WINDOW)
    edge -= 1 - edge % 2
    ssim = structural_similarity(output, truth, win_size=edge, channel_axis=2, data_range=1.0)
    return Score(_decibels(output, truth), float(ssim), _iou(output, truth) if task.matte else None, *kept)


def psnr(output: np.ndarray, truth: np.ndarray, task: Task) -> float:
    """The same frame's PSNR alone, which is much quicker; also of a part of a frame."""
    return _decibels(*_comparable(output, truth, task))


def _comparable(output: np.ndarray, truth: np.ndarray, task: Task) -> tuple[np.ndarray, np.ndarray]:
    return (encode(output), encode(truth)) if task.scene_linear else (output.clip(0, 1), truth)


def _decibels(output: np.ndarray, truth: np.ndarray) -> float:
    squared = float(np.mean(np.square(output.astype(np.float64) - truth)))
    return -10 * math.log10(max(1e-12, squared))


def _negatives(output: np.ndarray, truth: np.ndarray) -> float | None:
    below = truth < -_NEAR_BLACK
    return float((output[below] < 0).mean()) if below.any() else None


def _highlights(output: np.ndarray, truth: np.ndarray) -> float | None:
    above = truth > 1
    return float(output[above].sum(dtype=np.float64) / truth[above].sum(dtype=np.float64)) if above.any() else None


def _iou(output: np.ndarray, truth: np.ndarray) -> float:
    ours, theirs = output > 0.5, truth > 0.5
    return float((ours & theirs).sum() / max(1, (ours | theirs).sum()))


def mean(scores: Iterable[Score]) -> Score:
    found = list(scores)

    def over_frames(name: str) -> float | None:
        values = [value for item in found if (value := getattr(item, name)) is not None]
        return sum(values) / len(values) if values else None

    return Score(**{item.name: over_frames(item.name) for item in fields(Score)})  # type: ignore[arg-type]


def judge(task: Task, predict: Callable[[np.ndarray], np.ndarray]) -> Score:
    """Mean score over all held-out frames of what `predict` makes of their inputs."""
    return mean(score_frame(predict(before), after, task) for before, after in task.heldout())
