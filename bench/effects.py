"""Effects: what the tasks teach: a graded look, a blur to undo, a matte. Pictures are OpenCV's: BGR, 8 bit or float.

Nothing is random, and nothing depends on where in the frame a pixel lies.
"""

from __future__ import annotations

import cv2
import numpy as np

_MATRIX = np.array([[0.95, 0.08, -0.03], [-0.04, 1.02, 0.02], [-0.05, 0.10, 0.95]], np.float32)
_LUMA = np.array([0.0722, 0.7152, 0.2126], np.float32)
_SHADOWS = np.array([1.18, 1.00, 0.85], np.float32)  # teal
_LIGHTS = np.array([0.82, 0.98, 1.15], np.float32)  # orange
_GREEN = np.array([60, 220, 90], np.float32)
MARK = 40
_FUR_UNTIL = 420  # of the bunny clip at half size: right of it are a stone slab and the sky
_BOULDER = np.array([[0, 120], [75, 120], [100, 165], [112, 225], [105, 300], [0, 320]], np.int32)


def to_linear(x: np.ndarray) -> np.ndarray:
    """sRGB to light."""
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def to_display(x: np.ndarray) -> np.ndarray:
    """Light to sRGB; what is below black becomes black."""
    x = np.clip(x, 0, None)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * x ** (1 / 2.4) - 0.055)


def look_linear(linear: np.ndarray) -> np.ndarray:
    """Colour matrix, exposure, split tone and a glow of nine pixels, in light; unbounded above."""
    graded = np.clip(linear.astype(np.float32) @ _MATRIX.T, 0, None) * np.float32(1.25)
    bright = np.clip(graded @ _LUMA / 0.6, 0, 1)[..., None]
    graded = graded * (_SHADOWS * (1 - bright) + _LIGHTS * bright)
    return graded + 0.45 * cv2.GaussianBlur(np.clip(graded - 0.55, 0, None), (0, 0), 9)


def look_display(shown: np.ndarray) -> np.ndarray:
    """An S-curve and local contrast over five pixels, on display values."""
    shown = np.clip(shown, 0, 1)
    shown = shown + 0.35 * (shown * shown * (3 - 2 * shown) - shown)
    shown = shown + 0.6 * (shown - cv2.GaussianBlur(shown.astype(np.float32), (0, 0), 5))
    return np.clip(shown, 0, 1)


def grade(frame: np.ndarray) -> np.ndarray:
    """The whole look, 8 bit to 8 bit."""
    graded = look_display(to_display(look_linear(to_linear(frame.astype(np.float32) / 255))))
    return (graded * 255 + 0.5).astype(np.uint8)


def blur(frame: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(frame, (0, 0), 2.0)


def damage(frame: np.ndarray) -> np.ndarray:
    """Blue and green exchanged, each along a curve, and a blur: all of it can be seen from the picture itself.

    The curves see to it that no colour matrix undoes it, which one that is damaged all over could start from.
    """
    blue, green, red = cv2.split(frame.astype(np.float32) / 255)
    swapped = cv2.merge([green**2, np.sqrt(blue), red])
    return (cv2.GaussianBlur(swapped, (0, 0), 1.5) * 255 + 0.5).astype(np.uint8)


def marked(frame: np.ndarray, top: int, left: int) -> np.ndarray:
    """Tracking marks side by side, a ring and a cross of 40 pixels, one of them at `top`, `left`.

    The plate shows through, and the mark is always the same, so they can be taken out again nearly exactly.
    """
    y, x = np.mgrid[:MARK, :MARK] - (MARK - 1) / 2
    radius = np.hypot(x, y)
    ring = np.clip(2.5 - np.abs(radius - 14), 0, 1)
    cross = np.clip(2 - np.minimum(np.abs(x), np.abs(y)), 0, 1) * (radius < 14)
    mark = np.maximum(ring, cross)[..., None].astype(np.float32) * 0.7
    height, width = frame.shape[:2]
    cover = np.tile(mark, (height // MARK + 2, width // MARK + 2, 1))
    cover = np.roll(cover, (top % MARK, left % MARK), (0, 1))[:height, :width]
    return (frame * (1 - cover) + _GREEN * cover + 0.5).astype(np.uint8)


def matte(frame: np.ndarray) -> np.ndarray:
    """A rough matte of the bunny's light fur, 8 bit, three equal channels.

    Smooth grey areas seed GrabCut at half size; of its answer the largest blob stays, with its holes filled and a soft
    edge. Rocks are grey too, so telling them apart takes context.
    """
    half = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(half.astype(np.float32) / 255, cv2.COLOR_BGR2Lab)
    key = _grow(half, _fur_seed(lab), _never(lab))
    closed = cv2.morphologyEx(key, cv2.MORPH_CLOSE, _disc(7))
    outside = np.pad(1 - closed, 1, constant_values=1)
    cv2.floodFill(outside, np.zeros((outside.shape[0] + 2, outside.shape[1] + 2), np.uint8), (0, 0), 2)
    soft = cv2.GaussianBlur((outside[1:-1, 1:-1] != 2).astype(np.float32), (0, 0), 1.2)
    soft = cv2.resize(soft, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_CUBIC)
    soft = np.clip((soft - 0.5) * 1.6 + 0.5, 0, 1)
    return np.repeat((soft * 255 + 0.5).astype(np.uint8)[..., None], 3, 2)


def _disc(size: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


def _largest(mask: np.ndarray) -> np.ndarray:
    count, labels, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 1:
        return mask.astype(np.uint8)
    return (labels == 1 + np.argmax(facts[1:, cv2.CC_STAT_AREA])).astype(np.uint8)


def _boulder(shape: tuple[int, ...]) -> np.ndarray:
    rock = np.zeros(shape, np.uint8)
    cv2.fillPoly(rock, [_BOULDER], (1,))
    return rock


def _never(lab: np.ndarray) -> np.ndarray:
    """Where the bunny cannot be: on the boulder, and wherever it is as yellow as grass and moss."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 2)
    return (_boulder(lab.shape[:2]) > 0) | (smooth[..., 2] > 14)


def _fur_seed(lab: np.ndarray) -> np.ndarray:
    """Smooth, light, greyish areas of the left part."""
    light, a, b = cv2.split(cv2.GaussianBlur(lab, (0, 0), 2))
    fine = lab[..., 0]
    spread = cv2.GaussianBlur(fine**2, (0, 0), 3) - cv2.GaussianBlur(fine, (0, 0), 3) ** 2
    texture = np.sqrt(np.clip(spread, 0, None))
    key = (np.abs(a - 3) < 9) & (b > -20) & (b < 6) & (light > 28) & (light < 88) & (texture < 9)
    key[:, _FUR_UNTIL:] = False
    key &= _boulder(key.shape) == 0
    return _largest(cv2.morphologyEx(key.astype(np.uint8), cv2.MORPH_OPEN, _disc(5)))


def _grow(half: np.ndarray, seed: np.ndarray, never: np.ndarray) -> np.ndarray:
    """GrabCut from a seed."""
    state = np.full(seed.shape, cv2.GC_BGD, np.uint8)
    state[cv2.dilate(seed, _disc(35)) > 0] = cv2.GC_PR_BGD
    state[cv2.dilate(seed, _disc(5)) > 0] = cv2.GC_PR_FGD
    state[cv2.erode(seed, _disc(5)) > 0] = cv2.GC_FGD
    state[never] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(half, state, None, *models, 4, cv2.GC_INIT_WITH_MASK)
    found = ((state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)).astype(np.uint8)
    return _largest(cv2.morphologyEx(found, cv2.MORPH_OPEN, _disc(5)))
