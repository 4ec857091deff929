"""Losses: a matte is told from a picture, and a small figure counts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from paircat.engine.learn.losses import change_loss, is_matte, matte_loss, picture_loss
from paircat.engine.learn.value_statistics import ValueStatistics

MATTE = np.zeros((32, 32, 1), np.float32)
MATTE[8:20, 8:20] = 1
SOFT = MATTE.copy()
SOFT[7, 8:20] = 0.5
NIGHT = np.zeros((32, 32, 3), np.float32)
NIGHT[4:8, 4:12] = 0.4, 0.3, 0.2
NIGHT[5, 6] = 1
IDS = np.concatenate([MATTE, np.roll(MATTE, 12, axis=1), np.zeros_like(MATTE)], axis=2)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (MATTE, True),
        (SOFT, True),
        (MATTE * 2, False),
        (np.zeros_like(MATTE), False),
        (np.linspace(0, 1, 1024, dtype=np.float32).reshape(32, 32, 1), False),
        (MATTE - 0.5, False),
        (NIGHT, False),
        (IDS, True),
    ],
)
def test_a_matte_is_distinguished_from_a_picture(pixels: np.ndarray, expected: bool) -> None:
    """Settled at 0 and 1, with soft edges at most; beyond that range, all the same, or lights in the dark, it is a
    picture. A matte in each channel is one too.
    """
    assert is_matte([ValueStatistics.of(pixels)]) is expected


@pytest.mark.parametrize(("names", "expected"), [((), False), (("A",), True), (("roto.alpha",), True), (("Z",), False)])
def test_an_alpha_is_a_matte_however_soft(names: tuple[str, ...], expected: bool) -> None:
    """Of hair and of what is blurred by its motion most is between in and out; a sharpening filter rings a little."""
    soft = np.linspace(-0.02, 1.02, 1024, dtype=np.float32).reshape(32, 32, 1)
    assert is_matte([ValueStatistics.of(soft)], names) is expected
    assert not is_matte([ValueStatistics.of(soft * 2)], names)


def test_a_soft_key_is_a_matte_where_it_is_made_of_colours() -> None:
    """A sixth of it is between in and out, as at wide soft edges; half of it is a depth or another picture."""
    for soft, expected in ((1 / 6, True), (1 / 2, False)):
        ramp = np.clip((np.linspace(0, 1, 1024, dtype=np.float32) - 0.5) / soft + 0.5, 0, 1).reshape(32, 32, 1)
        found = [ValueStatistics.of(ramp)]
        assert is_matte(found, ("Y",), alone=True) is expected and not is_matte(found, ("Y",))


def test_a_soft_matte_is_learnt_as_it_is() -> None:
    """The loss is least at the target itself, not at the nearer end."""
    target = torch.full((1, 1, 8, 8), 0.3)
    costs = [matte_loss(torch.logit(torch.full_like(target, value)), target).item() for value in (0.1, 0.3, 0.5)]
    assert costs[1] == min(costs)


def test_one_empty_frame_among_mattes_is_no_reason_for_a_picture_loss() -> None:
    """The figure may be out of the picture in some of the pairs."""
    assert is_matte([ValueStatistics.of(np.zeros_like(MATTE)), ValueStatistics.of(MATTE)])


def test_missing_a_small_figure_costs_more_than_its_few_pixels() -> None:
    """With the Dice term, calling everything background is expensive, however small the figure."""
    target = torch.zeros(1, 1, 64, 64)
    target[..., :3, :3] = 1
    nothing, right = torch.full_like(target, -8.0), (target - 0.5) * 16
    assert matte_loss(nothing, target) > 0.7
    assert matte_loss(right, target) < 0.1


def cost(difference: float) -> float:
    """The picture loss of a difference that is the same everywhere."""
    return picture_loss(torch.full((2, 3), difference), torch.zeros(2, 3)).item()


def test_small_differences_count_as_they_are_and_larger_ones_by_their_square() -> None:
    """Of a thousandth, as of noise, little more than the difference; up to a twentieth the square comes on top."""
    assert cost(0.001) == pytest.approx(0.001, rel=0.03)
    assert cost(0.05) == pytest.approx(0.05 + 20 * 0.05**2)
    assert cost(0.05) == cost(-0.05)


def test_no_crop_can_throw_the_weights_about() -> None:
    """However far off a pixel is, it pulls at most three times as hard as one that is nearly right."""
    difference = torch.tensor([1e-4, 0.02, 0.05, 0.2, 1.0, 30.0], requires_grad=True)
    picture_loss(difference, torch.zeros(6)).backward()
    assert difference.grad is not None
    pulls = difference.grad * 6
    assert pulls[0].item() == pytest.approx(1, rel=0.01) and (pulls.diff() >= -1e-6).all()
    assert pulls.max().item() == pytest.approx(3)


def test_a_rare_colour_far_off_costs_more_than_the_same_spread_over_all() -> None:
    """A tenth of the pixels wrong by 0.2 weighs more than all of them wrong by 0.02, which is the same in the mean."""
    some = torch.zeros(1, 3, 10, 10)
    some[:, :, 0] = 0.2
    assert picture_loss(some, torch.zeros_like(some)).item() > 1.9 * cost(0.02)


def test_a_small_change_counts_as_much_as_all_that_stays() -> None:
    """An error in the changed pixels weighs half of the loss, however few they are; with many it is the plain mean."""
    before = torch.zeros(1, 3, 32, 32)
    target = before.clone()
    target[:, :, :4, :4] = 1
    assert picture_loss(before, target, before).item() == pytest.approx(cost(1) / 2)
    assert picture_loss(target + 0.1, target, before).item() == pytest.approx(cost(0.1), rel=1e-4)
    whole = torch.ones_like(before)
    alike = picture_loss(before, whole, before).item()
    assert alike == picture_loss(before, whole).item() == pytest.approx(cost(1))


def test_the_weight_of_what_changes_can_be_less() -> None:
    """Down to its share of the pixels, from which on all count alike."""
    before = torch.zeros(1, 3, 32, 32)
    target = before.clone()
    target[:, :, :4, :4] = 1
    assert picture_loss(before, target, before, 0.1).item() == pytest.approx(0.1 * cost(1))
    assert picture_loss(before, target, before, 0.001).item() == pytest.approx(16 / 1024 * cost(1))


def test_nothing_to_change_is_the_plain_mean_or_half_of_it() -> None:
    """A batch of untouched crops still says that they are to stay as they are."""
    before = torch.zeros(1, 3, 32, 32)
    assert 0.4 * cost(0.1) < picture_loss(before + 0.1, before, before).item() <= cost(0.1) * 1.0001


def changed_square(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Before and target: a square changed by a half."""
    before = torch.zeros(1, 3, 64, 64)
    target = before.clone()
    target[:, :, :size, :size] = 0.5
    return before, target


def test_a_masked_network_is_asked_for_the_picture_where_it_changes_only() -> None:
    """What its picture shows elsewhere costs nothing, as long as the mask does not show it."""
    before, target = changed_square(16)
    logits = (target[:, :1] - 0.25) * 80
    wild = torch.where(target > 0, target, torch.full_like(target, 9.0))
    assert change_loss(wild, logits, target, before) == change_loss(target, logits, target, before)
    assert change_loss(before, logits, target, before) > 0.5


def test_a_small_change_costs_a_masked_network_what_a_large_one_does() -> None:
    """A picture that is off by a half costs about a half, whether it is 1/16 of the pixels or a quarter."""
    costs = []
    for size in (16, 32):
        before, target = changed_square(size)
        logits = (target[:, :1] - 0.25) * 80
        right, wrong = (change_loss(side, logits, target, before) for side in (target, before))
        costs.append((wrong - right).item())
    assert costs[0] == pytest.approx(0.5, abs=0.05) and costs[1] == pytest.approx(0.6, abs=0.05)


def test_a_mask_in_the_wrong_place_costs_too() -> None:
    """The picture alone does not make a result."""
    before, target = changed_square(16)
    logits = (target[:, :1] - 0.25) * 80
    assert change_loss(target, -logits, target, before) > change_loss(target, logits, target, before) + 1
