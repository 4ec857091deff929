"""Classical baselines: what deblurs and enlarges without learning, each at its best, and how results are scored."""

from __future__ import annotations

import numpy as np
import PIL.Image
from scipy import ndimage

from paircat.weights.recipes.degrade import gaussian_kernel, resized

_MARGIN = 32
NOISE_TO_SIGNAL = tuple(float(value) for value in np.geomspace(3e-4, 0.3, 25))
_RADII = (0.7, 1.0, 1.5, 2.0, 3.0, 4.0)
_AMOUNTS = (0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)


def psnr(one: np.ndarray, other: np.ndarray, border: int = 16) -> float:
    """In dB, values clipped to 0..1, without a border of so many pixels."""
    inner = slice(border, -border or None)
    difference = one[inner, inner].clip(0, 1).astype(np.float64) - other[inner, inner].clip(0, 1)
    return float(-10 * np.log10(np.mean(difference**2) + 1e-12))


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of what lies above one half; 1 where neither has anything."""
    a, b = one > 0.5, other > 0.5
    union = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / union) if union else 1.0


def luma(picture: np.ndarray) -> np.ndarray:
    """Y of BT.601 in its studio range, 16/255 .. 235/255, which enlargements are usually scored by."""
    return (picture.clip(0, 1) @ np.array([65.481, 128.553, 24.966]) + 16) / 255


def best_wiener(blurred: np.ndarray, clean: np.ndarray, sigma: float) -> np.ndarray:
    """The Wiener filter of a known Gaussian, with the ratio of noise to signal that scores best on this picture."""
    padded = np.pad(blurred, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="reflect")
    kernel = gaussian_kernel(sigma, sigma)
    field = np.zeros(padded.shape[:2])
    field[: kernel.shape[0], : kernel.shape[1]] = kernel
    reach = kernel.shape[0] // 2
    response = np.fft.rfft2(np.roll(field, (-reach, -reach), (0, 1)))
    seen = np.fft.rfft2(padded, axes=(0, 1))
    tried = []
    for ratio in NOISE_TO_SIGNAL:
        inverse = np.conj(response) / (np.abs(response) ** 2 + ratio)
        whole = np.fft.irfft2(seen * inverse[:, :, None], s=padded.shape[:2], axes=(0, 1))
        tried.append(whole[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN].clip(0, 1).astype(np.float32))
    return max(tried, key=lambda result: psnr(result, clean))


def best_unsharp(blurred: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Unsharp masking with the radius and amount that score best on this very picture."""
    tried = []
    for radius in _RADII:
        detail = blurred - ndimage.gaussian_filter(blurred, (radius, radius, 0), mode="nearest")
        tried += [(blurred + amount * detail).clip(0, 1) for amount in _AMOUNTS]
    return max(tried, key=lambda result: psnr(result, clean))


def bicubic(picture: np.ndarray, factor: int) -> np.ndarray:
    """The picture reduced and enlarged again, both by bicubic weights, rounded to 8 bits in between."""
    height, width = picture.shape[:2]
    small = resized(picture, width // factor, height // factor, PIL.Image.Resampling.BICUBIC)
    small = np.rint(small.clip(0, 1) * 255).astype(np.float32) / 255
    return resized(small, width, height, PIL.Image.Resampling.BICUBIC)
