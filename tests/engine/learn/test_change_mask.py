"""Change mask: pairs that are alike but for a few places, and what is not changed in them stays as it is."""

from __future__ import annotations

import pytest
import torch

from paircat.engine.learn.change_mask import blend, change_mask, changed_share, is_sparse

PLATE = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(2))


def painted(size: int) -> torch.Tensor:
    """The plate with a square of it painted over."""
    after = PLATE.clone()
    after[:, 1, 20 : 20 + size, 40 : 40 + size] += 0.2
    return after


def test_a_paint_out_touches_the_cells_that_it_lies_in() -> None:
    """Eight pixels that cross a border of cells in both directions are four of the 24 cells."""
    assert changed_share(change_mask(PLATE, painted(size=8))) == pytest.approx(1 / 24)
    assert changed_share(change_mask(PLATE, painted(size=16))) == pytest.approx(4 / 24)


@pytest.mark.parametrize(("after", "share"), [(PLATE, 0), (PLATE + 1 / 2048, 0), (PLATE * 0.9, 1)])
def test_what_is_no_visible_difference_touches_nothing(after: torch.Tensor, share: float) -> None:
    """The same picture, or one less than a step of ten bits away; a darker one is touched all over."""
    assert changed_share(change_mask(PLATE, after)) == share


@pytest.mark.parametrize(
    ("shares", "sparse"),
    [([0.01, 0.02], True), ([0.0, 0.1], True), ([0.0, 0.0], False), ([0.9, 0.8], False), ([], False)],
)
def test_changes_are_sparse_where_most_of_the_frames_is_unchanged(shares: list[float], sparse: bool) -> None:
    """Also if one of the pairs is a frame without any; but not where nothing changes at all, or nearly everything."""
    assert is_sparse(shares) is sparse


def test_where_the_mask_is_not_every_bit_is_the_plates() -> None:
    """Sure pixels are all one or all the other; where the mask is in doubt, the two are mixed."""
    picture = PLATE + 0.3
    logits = torch.full((1, 1, 64, 96), -4.0)
    logits[..., 10:20, 10:20] = 4
    logits[..., 30, 30] = 0
    result = blend(PLATE, picture, logits)
    inside = logits > 3
    assert torch.equal(result[inside.expand_as(result)], picture[inside.expand_as(result)])
    assert torch.equal(result[(logits < -3).expand_as(result)], PLATE[(logits < -3).expand_as(result)])
    assert result[0, :, 30, 30] == pytest.approx(PLATE[0, :, 30, 30] + 0.15, abs=1e-6)
