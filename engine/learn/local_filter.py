"""LocalFilter: the linear part of what a look makes of a pixel's surroundings: of a blur, a sharpening, a resampling.

Least squares between pairs finds it before the first step: for a blur it is the inverse that is best on the average,
a Wiener filter (N. Wiener, 1949) of 14 x 14 pixels that knows the shot, where a network takes hundreds of steps to get
as far. It is worked out on 2x2 pixels at a time, as the network is, since a picture that was enlarged is not the same
at every second pixel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from paircat.engine.learn.linear_fit import Sums

CELLS = 7
"""Edge of the filter in cells of 2x2 pixels."""
_LEAST_HELP = 0.25
_RIDGE = 1e-5
_SEEN = 1 / 255
_MOST_GAIN = 50.0
_SAMPLES_PER_WEIGHT = 5
_JUDGED = 3  # every third crop is kept out of the fit when it is asked whether a filter helps

Crops = Sequence[tuple[torch.Tensor, torch.Tensor]]
"""Encoded inputs (1, channels_in, H, W), and what is to be explained, (1, channels_out, H, W)."""


class LocalFilter(nn.Module):
    """A picture (N, channels_in, H, W) to what is to be added to its cells, (N, 4 channels_out, H/2, W/2), rounded up.

    It is zero until it is fitted. Attributes:
        weight: float32 (4 channels_out, 4 channels_in, CELLS, CELLS). Not learnt: the network learns what it leaves.
        gain: what makes the filtered values as large as the picture's own, so that the network sees them as well.
        stem: how the network sees them, as features, (N, width, H/2, W/2).
    """

    def __init__(self, channels_in: int, channels_out: int, width: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(4 * channels_out, 4 * channels_in, CELLS, CELLS))
        self.register_buffer("gain", torch.ones(()))
        self.stem = nn.Conv2d(4 * channels_out, width, 3, padding=1, bias=False)
        self.weight: torch.Tensor
        self.gain: torch.Tensor

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Beyond its edges the picture is taken to be mirrored, about the last pixel, which is not repeated.

        Two rows that repeat would be a pattern that the inverse of a blur makes far too much of; a mirrored blur is
        a blur of what is mirrored. A picture that is no larger than the filter's reach gets nothing.
        """
        height, width = picture.shape[2:]
        reach = 2 * (CELLS // 2)
        across, down = reach + width % 2, reach + height % 2
        if down >= height or across >= width:
            nothing = len(picture), len(self.weight), -(-height // 2), -(-width // 2)
            return picture.new_zeros(nothing, dtype=torch.float32)
        with torch.autocast(picture.device.type, enabled=False):  # sums of large numbers with both signs
            mirrored = F.pad(picture.float(), (reach, across, reach, down), mode="reflect")
            return self.added(F.pixel_unshuffle(mirrored, 2))

    def added(self, cells: torch.Tensor) -> torch.Tensor:
        """What is to be added to cells (N, 4 channels_in, h, w) that have all of CELLS around them."""
        return F.conv2d(cells, self.weight)

    def features(self, filtered: torch.Tensor) -> torch.Tensor:
        """What the network sees of what `forward` gave."""
        seen: torch.Tensor = self.stem(self.gain * filtered)
        return seen

    @classmethod
    def fitted(cls, crops: Crops) -> tuple[np.ndarray, np.ndarray]:
        """The best filter: its matrix for `set`, and an offset (4 channels_out,)."""
        sums = Sums()
        for before, wanted in crops:
            sums.add(windows(as_cells(before), CELLS), inner(as_cells(wanted)))
        return sums.solved(filter_pulls(sums.sizes))

    @classmethod
    def filtered(cls, before: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
        """What a matrix that was found adds to the cells of a crop that have all of CELLS around them."""
        return windows(as_cells(before), CELLS) @ matrix.T

    @torch.no_grad()
    def set(self, matrix: np.ndarray, crops: Crops) -> None:
        """Take what was found for the columns of `windows`, (4 channels_out, columns), and the gain for such crops."""
        self.weight.copy_(torch.from_numpy(np.ascontiguousarray(matrix)).reshape(self.weight.shape))
        picture = _spread(torch.cat([inner(as_cells(before)) for before, _ in crops]))
        filtered = _spread(torch.cat([inner(self(before)) for before, _ in crops]))
        self.gain.fill_(min(picture / max(filtered, 1e-9), _MOST_GAIN))


def _spread(values: torch.Tensor) -> float:
    """The standard deviation of each channel of (cells, channels), averaged."""
    return float(values.std(dim=0).mean())


def as_cells(picture: torch.Tensor) -> torch.Tensor:
    """(N, C, H, W) to (N, 4 C, H/2, W/2); an odd row or column is left out."""
    height, width = picture.shape[2:]
    return F.pixel_unshuffle(picture[:, :, : height // 2 * 2, : width // 2 * 2], 2)


def windows(cells: torch.Tensor, edge: int) -> torch.Tensor:
    """The surroundings of each cell that has all of CELLS around it: (cells, channels * edge * edge)."""
    spare = (CELLS - edge) // 2
    height, width = cells.shape[2:]
    return F.unfold(cells[:, :, spare : height - spare, spare : width - spare], edge)[0].T


def inner(cells: torch.Tensor) -> torch.Tensor:
    """Those cells themselves: (cells, channels)."""
    spare = CELLS // 2
    return cells[0, :, spare:-spare, spare:-spare].flatten(1).T


def filter_pulls(sizes: np.ndarray) -> np.ndarray:
    """How strongly to pull each weight towards nothing, from the mean squares of the columns of `windows`."""
    return np.full_like(sizes, _RIDGE * sizes.mean())


def judged(crops: Crops, kind: type[LocalFilter]) -> tuple[float, float]:
    """Mean squares on some of the crops: of what is wanted, and of what a filter fitted to the others leaves of it.

    They are the same where the crops are too few to tell.
    """
    learnt = [crop for number, crop in enumerate(crops) if number % _JUDGED]
    others = [crop for number, crop in enumerate(crops) if not number % _JUDGED]
    samples = sum(_cells_in(before) for before, _ in learnt)
    if not others or samples < _SAMPLES_PER_WEIGHT * 4 * crops[0][0].shape[1] * CELLS**2:
        return 0.0, 0.0
    matrix, offset = (torch.from_numpy(part).float() for part in kind.fitted(learnt))
    without = left = pixels = 0.0
    for before, wanted in others:
        target = inner(as_cells(wanted))
        without += target.square().sum().item()
        left += (target - kind.filtered(before, matrix) - offset).square().sum().item()
        pixels += target.numel()
    return without / pixels, left / pixels


def is_worth_it(without: float, left: float) -> bool:
    """Whether there is anything to be seen, and a filter explains a quarter of its square: as `judged` gives them."""
    return without > _SEEN**2 and left < (1 - _LEAST_HELP) * without


def _cells_in(crop: torch.Tensor) -> int:
    height, width = crop.shape[2:]
    return max(height // 2 - CELLS + 1, 0) * max(width // 2 - CELLS + 1, 0)
