"""Teacher: the network that finds people for the Human Matting set, and the refinement of what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import PIL.Image
from scipy import ndimage

from paircat.weights.recipes.sources import Sources

_EDGE = 256  # pixels, what it was trained at
_SURE, _SURE_NOT = 0.9, 0.1
_LEAST_FIGURE = 0.002  # of the region
_FILE = "package/selfie_segmentation.tflite"


@dataclass(frozen=True)
class Box:
    """Rows and columns of a picture, in pixels; ends are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def cut(self, picture: np.ndarray) -> np.ndarray:
        return picture[self.top : self.bottom, self.left : self.right]


class Teacher:
    """Runs the network on a picture or around a person."""

    def __init__(self, sources: Sources) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._network: Any = Interpreter(str(sources.path("selfie") / _FILE), num_threads=1)
        self._network.allocate_tensors()
        self._input, self._output = (
            side[0]["index"] for side in (self._network.get_input_details(), self._network.get_output_details())
        )

    def matte(self, picture: np.ndarray) -> np.ndarray:
        """Of a whole picture, uint8 (height, width, 3): float32 (height, width)."""
        small = PIL.Image.fromarray(picture).resize((_EDGE, _EDGE), PIL.Image.Resampling.BILINEAR)
        self._network.set_tensor(self._input, np.asarray(small, np.float32)[None] / 255)
        self._network.invoke()
        found = self._network.get_tensor(self._output)[0, :, :, 0]
        whole = PIL.Image.fromarray(found).resize(picture.shape[1::-1], PIL.Image.Resampling.BICUBIC)
        return np.asarray(whole).clip(0, 1)

    def person(self, picture: np.ndarray, region: Box) -> tuple[np.ndarray, Box] | None:
        """The largest figure in a region, looked at ever closer: its matte and where that lies; None without one."""
        box = region
        for _ in range(3):
            found = self._largest(self.matte(np.ascontiguousarray(box.cut(picture))))
            if found is None:
                return None
            matte, (rows, columns) = found
            last, box = box, _around(box, rows, columns, region)
        return matte, last

    def _largest(self, matte: np.ndarray) -> tuple[np.ndarray, tuple[slice, slice]] | None:
        parts, count = ndimage.label(matte > 0.4)
        if not count:
            return None
        sizes = ndimage.sum_labels(np.ones_like(matte), parts, range(1, count + 1))
        largest = int(np.argmax(sizes)) + 1
        if sizes[largest - 1] < _LEAST_FIGURE * matte.size:
            return None
        near = ndimage.binary_dilation(parts == largest, iterations=max(4, matte.shape[0] // 40))
        return (matte * near).astype(np.float32), ndimage.find_objects(parts)[largest - 1]


def _around(box: Box, rows: slice, columns: slice, region: Box) -> Box:
    """The figure's box with a margin of a fifth, about square, within the region."""
    middle = box.top + (rows.start + rows.stop) / 2, box.left + (columns.start + columns.stop) / 2
    reach = 0.62 * max(rows.stop - rows.start, columns.stop - columns.start) + 8
    top, left = (max(int(place - reach), low) for place, low in zip(middle, (region.top, region.left), strict=True))
    bottom, right = (
        min(int(place + reach), high) for place, high in zip(middle, (region.bottom, region.right), strict=True)
    )
    return Box(top, left, bottom, right)


def refined(picture: np.ndarray, matte: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matte along the picture's own edges, by closed-form matting, and the figure's colours without the background.

    Args:
        picture: uint8 (height, width, 3). matte: (height, width), roughly right.

    Returns:
        Float32 alpha (height, width) and colours (height, width, 3).
    """
    from pymatting import estimate_alpha_cf, estimate_foreground_ml

    sure = ndimage.grey_erosion(matte, 9) > _SURE
    sure_not = ndimage.grey_dilation(matte, 13) < _SURE_NOT
    trimap = np.where(sure, 1.0, np.where(sure_not, 0.0, 0.5))
    colours = picture.astype(np.float64) / 255
    alpha = estimate_alpha_cf(colours, trimap) if sure.any() and sure_not.any() else matte.astype(np.float64)
    alpha = np.clip((alpha - 0.03) / 0.94, 0, 1)
    figure = estimate_foreground_ml(colours, alpha)
    return alpha.astype(np.float32), np.asarray(figure, np.float32).clip(0, 1)
