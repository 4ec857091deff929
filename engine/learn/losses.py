"""Losses: what the trainer makes small, chosen from the ground truth and said in the log."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F


def is_matte(targets: Sequence[np.ndarray]) -> bool:
    """Whether ground truths (H, W, C) are coverages: within 0..1 and nearly all of it fully in or fully out.

    A picture of pure black and white would count as one too, and trains as well that way.
    """
    inside = all(float(target.min()) >= 0.0 and float(target.max()) <= 1.0 for target in targets)
    settled = np.mean([np.mean((target < 0.02) | (target > 0.98)) for target in targets])
    both = any((target > 0.98).any() for target in targets) and any((target < 0.02).any() for target in targets)
    return bool(inside and both and settled > 0.9)


def picture_loss(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean absolute difference of encoded values: robust to the pixels that no network can explain."""
    return (output - target).abs().mean()


def matte_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Binary cross entropy plus the soft Dice loss (Milletari et al., 2016, arXiv:1606.04797) over the whole batch.

    Dice counts overlap rather than pixels, so a small figure is not given up for a quiet background.
    """
    coverage = torch.sigmoid(logits)
    overlap = 2 * (coverage * target).sum() + 1
    dice = 1 - overlap / (coverage.square().sum() + target.square().sum() + 1)
    return F.binary_cross_entropy_with_logits(logits, target) + dice
