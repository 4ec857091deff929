"""The tasks' frames, made from real clips: six training pairs and eight held-out frames each, always the same.

grade       a look on an animated film: grade, split tone, glow, local contrast        1280x720, 8 bit
deblur      a street, in several shots, to be sharpened again                           640x272, 8 bit
restore     a damaged copy and its original                                             176x144, 8 bit
matte       a rough matte of the film's hero                                            1280x720, 8 bit
grade_exr   `grade` in light, with highlights above one, without the display's part     1280x720, half EXR
grade_hdr   the same, stretched to -0.05 .. 12                                          1280x720, half EXR
fix         a damaged square of 40 pixels in an otherwise untouched frame              1920x1080, 8 bit
fix_whole   the same frames, damaged all over                                          1920x1080, 8 bit
mark        a tracking mark of 40 pixels in an otherwise untouched frame               1920x1080, 8 bit
mark_whole  the same frames, marks all over                                            1920x1080, 8 bit
tennis      a player's matte, from a folder of the reader's own with rgb/ and mask/: five pairs
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from paircat.bench import clips, effects, fix
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image

_TRAINED, _HELD_OUT = 6, 8
_HIDDEN_UNTIL = 18  # before this frame the hero is still in its cave
_FIX_SIZE = (1920, 1080)
_HDR_LOW, _HDR_HIGH = -0.05, 12.0

Pair = Callable[[int], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Split:
    """Which frames of a clip are trained on and which are held out, counted from 0."""

    trained: tuple[int, ...]
    held_out: tuple[int, ...]

    @classmethod
    def of(cls, count: int, first: int = 0) -> Split:
        """Training frames evenly spread to both ends; held-out ones evenly among those at least four frames off."""
        trained = _spread(first, count - 1, _TRAINED)
        free = [frame for frame in range(first, count) if min(abs(frame - other) for other in trained) >= 4]
        return cls(tuple(trained), tuple(free[place] for place in _spread(0, len(free) - 1, _HELD_OUT)))

    @classmethod
    def of_tennis(cls, count: int) -> Split:
        """Five painted frames; every fourth of those at least three frames off."""
        trained = _spread(0, count - 1, 5)
        free = [frame for frame in range(count) if min(abs(frame - other) for other in trained) >= 3]
        return cls(tuple(trained), tuple(free[::4]))


def _spread(first: int, last: int, count: int) -> list[int]:
    return [int(place) for place in np.linspace(first, last, count).round()]


def make(data: Path, names: Iterable[str], tennis: Path | None = None) -> None:
    """Make those of the named tasks that are not there. A task's folder appears only when it is whole.

    Raises:
        SystemExit: the clips cannot be fetched.
    """
    for name in names:
        folder = data / name
        if folder.is_dir() or (name == "tennis" and tennis is None):
            continue
        print(f"Making the task {name} ...", flush=True)
        beside = data / f".{name}.part"
        shutil.rmtree(beside, ignore_errors=True)
        if name == "tennis" and tennis is not None:
            _tennis(beside, tennis)
        else:
            _FROM_CLIPS[name](beside, clips.fetch(data / "clips"))
        beside.replace(folder)


def _read(folder: Path, name: str) -> list[np.ndarray]:
    """All frames of a clip, 8-bit BGR."""
    movie, frames = cv2.VideoCapture(str(folder / f"{name}.mp4")), []
    while True:
        there, frame = movie.read()
        if not there:
            break
        frames.append(frame)
    if not frames:
        raise SystemExit(f"'{folder / name}.mp4' cannot be read; delete it, and it will be fetched again.")
    return frames


def _write(folder: Path, split: Split, pair: Pair) -> None:
    """Write a task's pairs: 8-bit pictures as PNG, floats as half EXR. Files are numbered from 1."""
    for prefix, frames in (("", split.trained), ("heldout_", split.held_out)):
        targets = [folder / f"{prefix}{part}" for part in ("input", "gt")]
        for target in targets:
            target.mkdir(parents=True)
        for frame in frames:
            for target, picture in zip(targets, pair(frame), strict=True):
                _write_picture(target / f"frame.{frame + 1:04d}", picture)


def _write_picture(stem: Path, bgr: np.ndarray) -> None:
    rgb = np.ascontiguousarray(bgr[..., ::-1])
    window = Box(0, 0, rgb.shape[1], rgb.shape[0])
    header = Header(("R", "G", "B"), window, window)
    if rgb.dtype == np.uint8:
        pixels = rgb.astype(np.float32) / np.float32(255)
        write_image(f"{stem}.png", Image(header, pixels), data_type="uint8")
    else:
        write_image(f"{stem}.exr", Image(header, rgb.astype(np.float32)), data_type="half")


def _grade(folder: Path, source: Path) -> None:
    film = _read(source, "bigbuckbunny")
    _write(folder, Split.of(len(film)), lambda frame: (film[frame], effects.grade(film[frame])))


def _deblur(folder: Path, source: Path) -> None:
    street = _read(source, "bikes")
    _write(folder, Split.of(len(street)), lambda frame: (effects.blur(street[frame]), street[frame]))


def _restore(folder: Path, source: Path) -> None:
    damaged, clean = _read(source, "carphone_distorted"), _read(source, "carphone_pristine")
    _write(folder, Split.of(len(clean)), lambda frame: (damaged[frame], clean[frame]))


def _matte(folder: Path, source: Path) -> None:
    film = _read(source, "bigbuckbunny")
    split = Split.of(len(film), _HIDDEN_UNTIL)
    _write(folder, split, lambda frame: (film[frame], effects.matte(film[frame])))


def _linear_pair(film: list[np.ndarray]) -> Pair:
    """The film as light, its whites at 1.8, and the look on it."""

    def pair(frame: int) -> tuple[np.ndarray, np.ndarray]:
        linear = (effects.to_linear(film[frame].astype(np.float32) / 255) * 1.8).astype(np.float32)
        return linear, effects.look_linear(linear)

    return pair


def _grade_exr(folder: Path, source: Path) -> None:
    film = _read(source, "bigbuckbunny")
    _write(folder, Split.of(len(film)), _linear_pair(film))


def _grade_hdr(folder: Path, source: Path) -> None:
    """Both sides stretched alike, so that the largest value of any frame in use becomes 12, and black -0.05."""
    film = _read(source, "bigbuckbunny")
    split, plain = Split.of(len(film)), _linear_pair(film)
    top = max(float(side.max()) for frame in (*split.trained, *split.held_out) for side in plain(frame))

    def pair(frame: int) -> tuple[np.ndarray, np.ndarray]:
        before, after = (
            side * np.float32((_HDR_HIGH - _HDR_LOW) / top) + np.float32(_HDR_LOW) for side in plain(frame)
        )
        return before, after

    _write(folder, split, pair)


def _fix(folder: Path, source: Path, mark: bool = False, whole: bool = False) -> None:
    """The film enlarged; where it is damaged depends on the number that a frame's files have."""
    film = _read(source, "bigbuckbunny")

    def pair(frame: int) -> tuple[np.ndarray, np.ndarray]:
        plate = cv2.resize(film[frame], _FIX_SIZE, interpolation=cv2.INTER_CUBIC)
        where, before = fix.square(frame + 1, *plate.shape[:2]), plate.copy()
        damaged = effects.marked(plate, where[0].start, where[1].start) if mark else effects.damage(plate)
        if whole:
            return damaged, plate
        before[where] = damaged[where]
        return before, plate

    _write(folder, Split.of(len(film)), pair)


def _tennis(folder: Path, source: Path) -> None:
    names = sorted(path.name for path in (source / "rgb").glob("*.png"))
    if not names or not all((source / "mask" / name).is_file() for name in names):
        raise SystemExit(f"'{source}' is not the tennis clip: it needs rgb/*.png and mask/*.png of the same names.")

    def pair(frame: int) -> tuple[np.ndarray, np.ndarray]:
        before, after = (cv2.imread(str(source / part / names[frame])) for part in ("rgb", "mask"))
        return before, after

    _write(folder, Split.of_tennis(len(names)), pair)


_FROM_CLIPS: dict[str, Callable[[Path, Path], None]] = {
    "grade": _grade,
    "deblur": _deblur,
    "restore": _restore,
    "matte": _matte,
    "grade_exr": _grade_exr,
    "grade_hdr": _grade_hdr,
    "fix": _fix,
    "fix_whole": functools.partial(_fix, whole=True),
    "mark": functools.partial(_fix, mark=True),
    "mark_whole": functools.partial(_fix, mark=True, whole=True),
}
