"""Losses: what the trainer makes small, chosen from the ground truth and said in the log."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from paircat.engine.learn.value_facts import ValueFacts


def is_matte(facts: Sequence[ValueFacts]) -> bool:
    """Whether ground truths are coverages: within 0..1, nearly all of them fully in or fully out, and both of it there.

    A picture of pure black and white would count as one too, and trains as well that way.
    """
    whole = ValueFacts.over(facts)
    inside = bool((whole.low >= 0).all() and (whole.high <= 1).all())
    both = bool((whole.low < 0.02).any() and (whole.high > 0.98).any())
    return inside and both and whole.settled > 0.9


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
