"""Degradations: what defocus, motion, sensors, compression and enlargement do to a picture, at random, by seed.

All of them take and give float32 (height, width, 3), display-referred values around 0..1. `blur` and `enlarge` need a
margin around the part that counts, since what lies beyond the border is made up.
"""

from __future__ import annotations

import io
import math

import numpy as np
import PIL.Image
from scipy import ndimage, signal

_REACH = 3.5  # of a Gaussian, in sigmas
_SOFT_PLATES = 0.45


def gaussian_kernel(sigma_x: float, sigma_y: float, angle: float = 0.0) -> np.ndarray:
    """A Gaussian, turned by `angle` in radians; in sum one, odd edges."""
    x, y = _grid(math.ceil(_REACH * max(sigma_x, sigma_y)))
    along, across = math.cos(angle) * x + math.sin(angle) * y, math.cos(angle) * y - math.sin(angle) * x
    weights = np.exp(-0.5 * ((along / max(sigma_x, 0.05)) ** 2 + (across / max(sigma_y, 0.05)) ** 2))
    return _normal(weights)


def disc_kernel(radius: float) -> np.ndarray:
    """A defocused point: a disc with a border of one pixel that fades."""
    x, y = _grid(math.ceil(radius + 1))
    return _normal(np.clip(radius + 0.5 - np.hypot(x, y), 0, 1))


def motion_kernel(length: float, angle: float, bend: float = 0.0) -> np.ndarray:
    """A moving point: a stroke of `length` pixels at `angle` radians, bent into an arc that turns by `bend` radians."""
    steps = max(2, math.ceil(length * 8))
    along = np.linspace(-0.5, 0.5, steps)
    turns = angle + bend * along
    x, y = (np.cumsum(part) * (length / steps) for part in (np.cos(turns), np.sin(turns)))
    x, y = x - x.mean(), y - y.mean()
    reach = math.ceil(max(np.abs(x).max(), np.abs(y).max())) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    right, down = x - column, y - row
    for dy, dx, share in (
        (0, 0, (1 - right) * (1 - down)),
        (0, 1, right * (1 - down)),
        (1, 0, (1 - right) * down),
        (1, 1, right * down),
    ):
        np.add.at(kernel, (row + reach + dy, column + reach + dx), share)
    return _normal(kernel)


def random_kernel(random: np.random.Generator) -> np.ndarray | None:
    """A kernel of the mix that the Deblur set learns from; None for no blur at all."""
    kind, angle = random.random(), random.uniform(0, math.pi)
    if kind < 0.04:
        return None
    if kind < 0.42:
        sigma = random.uniform(0.5, 3.5)
        return gaussian_kernel(sigma, sigma)
    if kind < 0.5:
        return gaussian_kernel(random.uniform(0.5, 3.5), random.uniform(0.5, 3.5), angle)
    if kind < 0.74:
        return disc_kernel(random.uniform(0.8, 5.0))
    return motion_kernel(random.uniform(2.0, 18.0), angle, random.uniform(-1.5, 1.5) * (random.random() < 0.5))


def convolve(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The picture under a kernel, its border's pixels going on."""
    reach = max(kernel.shape) // 2
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    whole = signal.fftconvolve(padded, kernel[:, :, None].astype(np.float32), mode="same", axes=(0, 1))
    return whole[reach:-reach, reach:-reach].astype(np.float32)


def in_light(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """As `convolve`, on linear light, as a lens does it: highlights spread further."""
    return convolve(np.clip(picture, 0, 1) ** np.float32(2.2), kernel).clip(0, 1) ** np.float32(1 / 2.2)


def add_noise(picture: np.ndarray, sigma: float, random: np.random.Generator) -> np.ndarray:
    """White noise, `sigma` in parts of 0..1."""
    return picture + random.normal(0, sigma, picture.shape).astype(np.float32) if sigma > 0 else picture


def compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    """The picture as a JPEG of that quality gives it back."""
    file = io.BytesIO()
    PIL.Image.fromarray(to_steps(picture)).save(file, "JPEG", quality=quality)
    return from_steps(np.asarray(PIL.Image.open(file)))


def degraded(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A picture as the Deblur set finds it: blurred, with noise, sometimes compressed.

    Nearly half of them are what a slightly soft 8-bit plate looks like, a Gaussian of about two pixels with noise of
    about two steps; the rest is anything.
    """
    if random.random() < _SOFT_PLATES:
        sigma, noise = float(np.clip(random.normal(2.0, 0.2), 1.4, 2.6)), max(0.5, random.normal(2.0, 0.25)) / 255
        return add_noise(convolve(picture, gaussian_kernel(sigma, sigma)), noise, random)
    kernel = random_kernel(random)
    linear = random.random() < 0.15
    blurred = picture if kernel is None else in_light(picture, kernel) if linear else convolve(picture, kernel)
    noisy = add_noise(blurred, random_noise(random), random)
    quality = int(random.integers(50, 96))
    return compressed(noisy, quality) if random.random() < 0.15 else noisy


def random_noise(random: np.random.Generator) -> float:
    """A sigma of the mix that the Deblur set learns from: often none, often about two steps of 8 bits."""
    kind = random.random()
    if kind < 0.4:
        return 0.0
    return random.uniform(0.3, 4.0) / 255 if kind < 0.88 else random.uniform(4.0, 10.0) / 255


def enlarged(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A picture as the Upscale set finds it: reduced in some way, and enlarged to its size again by bicubic weights.

    Both edges have to be multiples of 12.
    """
    kind = random.random()
    factor = 2 if kind < 0.78 else 3 if kind < 0.87 else 4
    small = reduced(picture, factor, random)
    if random.random() < 0.1:
        small = add_noise(small, random.uniform(0, 2) / 255, random)
    if random.random() < 0.05:
        small = compressed(small, int(random.integers(75, 98)))
    elif random.random() < 0.6:
        small = from_steps(to_steps(small))  # as an 8-bit file holds it
    return resized(small, picture.shape[1], picture.shape[0], PIL.Image.Resampling.BICUBIC)


def reduced(picture: np.ndarray, factor: int, random: np.random.Generator) -> np.ndarray:
    """The picture made smaller: bicubic weights mostly, else areas, Lanczos, or a blur and every n-th pixel."""
    height, width = picture.shape[0] // factor, picture.shape[1] // factor
    kind = random.random()
    if kind < 0.66:
        return resized(picture, width, height, PIL.Image.Resampling.BICUBIC)
    if kind < 0.80:
        return resized(picture, width, height, PIL.Image.Resampling.BOX)
    if kind < 0.88:
        return resized(picture, width, height, PIL.Image.Resampling.LANCZOS)
    return sampled(blurred(picture, random.uniform(0.25, 0.6) * factor), width, height)


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur, `sigma` in pixels."""
    return ndimage.gaussian_filter(picture, (sigma, sigma, 0), mode="nearest", truncate=4).astype(np.float32)


def resized(picture: np.ndarray, width: int, height: int, how: PIL.Image.Resampling) -> np.ndarray:
    """Float32 resampling of all channels."""
    planes = [
        np.asarray(PIL.Image.fromarray(np.ascontiguousarray(plane)).resize((width, height), how))
        for plane in np.moveaxis(picture.astype(np.float32), 2, 0)
    ]
    return np.stack(planes, axis=2)


def sampled(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """The values at the middles of the smaller picture's pixels, not averaged over their area."""
    sizes = zip((height, width), picture.shape, strict=False)
    where = np.meshgrid(*((np.arange(count) + 0.5) * (size / count) - 0.5 for count, size in sizes), indexing="ij")
    planes = (ndimage.map_coordinates(plane, where, order=1, mode="nearest") for plane in np.moveaxis(picture, 2, 0))
    return np.stack(list(planes), axis=2).astype(np.float32)


def to_steps(picture: np.ndarray) -> np.ndarray:
    """Rounded to uint8."""
    return np.rint(picture.clip(0, 1) * 255).astype(np.uint8)


def from_steps(steps: np.ndarray) -> np.ndarray:
    """The float32 values of uint8 steps."""
    return steps.astype(np.float32) / np.float32(255)


def _grid(reach: int) -> tuple[np.ndarray, np.ndarray]:
    places = np.arange(-reach, reach + 1, dtype=np.float64)
    return places[None, :], places[:, None]


def _normal(kernel: np.ndarray) -> np.ndarray:
    return kernel / kernel.sum()
