"""Losses: what the trainer makes small, chosen from the ground truth and said in the log."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from paircat.engine.learn.change_mask import CHANGE_THRESHOLD, blend, change_mask
from paircat.engine.learn.process_group import ProcessGroup
from paircat.engine.learn.value_statistics import ValueStatistics
from paircat.engine.picture.channels import canonical

_SMALLEST_SHARE = 1 / 512  # a few stray pixels do not outweigh the picture
_MASK_WEIGHT = 0.3
_SQUARED, _KNEE = 20.0, 0.05  # per unit of difference; difference
_FULL = 0.25  # of what is not fully out; thin hair has that much, a light in the dark does not
_SETTLED, _SETTLED_ALONE = 0.9, 0.75  # fully in or out
_RINGING = 0.05  # beyond 0 and 1
_FEWEST = 100.0  # pixels: one stray pixel in a batch does not weigh as much as a whole fix
_SINGLE_PROCESS = ProcessGroup()


def is_matte(statistics: Sequence[ValueStatistics], names: Sequence[str] = (), alone: bool = False) -> bool:
    """Whether pictures are coverages: within 0..1, of which both is there, and alphas by their names `names`.

    Others have to look like one: nearly all of them fully in or fully out. Of a night or a title's glow next to nothing
    is fully in, of a figure most of what is not out. A picture of pure black and white would count as one too.

    Args:
        alone: it is a single channel, made of other ones; such as that of a soft key, of which less is in or out.
    """
    whole = ValueStatistics.over(statistics)
    inside = is_coverage(statistics)
    both = bool((whole.low < 0.02).any() and (whole.high > 0.98).any())
    if names and all(canonical(name).rpartition(".")[2] == "A" for name in names):
        return inside and both
    covered = whole.full > _FULL * (1 - (whole.settled - whole.full))
    return inside and both and covered and whole.settled > (_SETTLED_ALONE if alone else _SETTLED)


def is_coverage(statistics: Sequence[ValueStatistics]) -> bool:
    """Whether all values lie within 0..1, but for what a filter that sharpens puts beyond."""
    whole = ValueStatistics.over(statistics)
    return bool((whole.low >= -_RINGING).all() and (whole.high <= 1 + _RINGING).all())


def picture_loss(
    output: torch.Tensor,
    target: torch.Tensor,
    before: torch.Tensor | None = None,
    change_weight: float = 0.5,
    group: ProcessGroup = _SINGLE_PROCESS,
) -> torch.Tensor:
    """Mean of the absolute difference e of encoded values, plus 20 e^2, which goes on straight from e = 0.05.

    The first part is robust to noise that no network can explain; the second does not let rare colours be given up.
    Without its end a crop that is far off outweighs all others, and throws the weights about (bench/LOG.md).

    Args:
        output, target: (N, C, H, W). before: the input, where it has the same channels.
        change_weight: of the loss, what the pixels that differ between input and target make up at least, however few
            they are; so a small fix is learnt in about as many steps as one that fills the frame.
        group: the processes whose crops, those of `output` among them, are the batch.
    """
    error = (output - target).abs()
    near = error.clamp(max=_KNEE)
    error = error + _SQUARED * near * (2 * error - near)
    if before is None:
        return error.mean()
    changed = change_mask(before, target)
    share = group.mean(changed.mean()).clamp(min=_SMALLEST_SHARE)
    balanced = changed * (change_weight / share) + (1 - changed) * ((1 - change_weight) / (1 - share))
    weight = torch.where(share < change_weight, balanced, 1.0)
    return (error * weight).mean()


def change_loss(
    picture: torch.Tensor,
    logits: torch.Tensor,
    target: torch.Tensor,
    before: torch.Tensor,
    group: ProcessGroup = _SINGLE_PROCESS,
    threshold: float = CHANGE_THRESHOLD,
) -> torch.Tensor:
    """For a masked network: the changed pixels' mean difference, however few they are; where they are; and the result.

    Args:
        picture, logits: the network's parts. target, before: (N, C, H, W). group: as for `picture_loss`.
        threshold: what differs by more is changed.
    """
    changed = change_mask(before, target, threshold)
    wrong = ((picture - target).abs().mean(dim=1, keepdim=True) * changed).sum()
    wrong, count = group.all_reduce_with_grad(torch.stack([wrong, changed.sum()]))
    result = (blend(before, picture, logits) - target).abs().mean()
    return wrong / count.clamp(min=_FEWEST) + result + _MASK_WEIGHT * matte_loss(logits, changed, group)


def matte_loss(logits: torch.Tensor, target: torch.Tensor, group: ProcessGroup = _SINGLE_PROCESS) -> torch.Tensor:
    """Binary cross entropy plus the soft Dice loss (Milletari et al., 2016, arXiv:1606.04797) over the whole batch.

    Dice counts overlap rather than pixels, so a small figure is not given up for a quiet background. Both are least
    where coverage and target are the same, also where that is between 0 and 1.
    """
    coverage, target = torch.sigmoid(logits), target.clamp(0, 1)
    sums = torch.stack([(coverage * target).sum(), coverage.square().sum() + target.square().sum()])
    overlap, both = group.all_reduce_with_grad(sums)
    dice = 1 - (2 * overlap + 1) / (both + 1)
    return F.binary_cross_entropy_with_logits(logits, target) + dice
