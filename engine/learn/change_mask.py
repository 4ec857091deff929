"""Change mask: where input and ground truth differ, and how a network uses it where that is in few places only.

A paint-out changes a corner of the frame and leaves the rest bit for bit. A network that answers with a whole picture
has to copy all the rest as well, and gives it a little noise; and its few changed pixels weigh next to nothing. So such
pairs are learnt by a network that also says where it changes anything: a mask, known from the pairs themselves.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

CHANGE_THRESHOLD = 1 / 1024
"""Encoded values this close count as unchanged: less than a step of 8 or 10 bits."""

ROUNDING_THRESHOLD = 2.0**-16
"""Of a masked network, in encoded values: what is smaller is rounding, of its coding or of tiles that fade."""

UNIFORM_SHARE = 0.2
"""Share of the crops that are drawn uniformly where changes are few; the others show one."""

CELL = 16
_FEW = 0.25  # of the cells of a frame; a deblurring or a grade leaves hardly one untouched
_CUT = 0.1  # of the mask: what is less likely changed is left alone, what is likelier than the rest of one is replaced


def changed_share(changed: torch.Tensor) -> float:
    """How much of a picture has a change in it, 0..1, counted in cells of 16 x 16 pixels.

    Args:
        changed: (1, 1, H, W), as `change_mask` gives it.
    """
    return F.max_pool2d(changed, CELL, ceil_mode=True).mean().item()


def is_sparse(shares: Sequence[float]) -> bool:
    """Whether pairs with these changed shares are alike but for some places. Pairs without any change say nothing."""
    return 0 < sum(shares) / max(1, len(shares)) < _FEW


def change_mask(before: torch.Tensor, target: torch.Tensor, threshold: float = CHANGE_THRESHOLD) -> torch.Tensor:
    """One where encoded values differ by more than so much, else zero: (N, C, H, W) twice to (N, 1, H, W)."""
    return ((target - before).abs().amax(dim=1, keepdim=True) > threshold).to(target.dtype)


def changed_pixels(before: np.ndarray, after: np.ndarray, threshold: float = CHANGE_THRESHOLD) -> np.ndarray:
    """The same of two pictures, float32 (height, width, C), encoded: bool (height, width)."""
    # Channel by channel: over an axis of three values numpy takes eight times as long.
    return functools.reduce(np.logical_or, np.moveaxis(np.abs(after - before) > threshold, 2, 0))


def blend(before: torch.Tensor, picture: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """`picture` where the mask is, `before` itself where it is not, and a mixture on its soft edge.

    Args:
        before, picture: (N, C, H, W), encoded. logits: (N, 1, H, W) of the mask.
    """
    mask = ((torch.sigmoid(logits) - _CUT) / (1 - 2 * _CUT)).clamp(0, 1)
    mixed = torch.where(mask >= 1, picture, before + mask * (picture - before))
    return torch.where(mask <= 0, before, mixed)
