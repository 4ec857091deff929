"""LocalFilter: the inverse of a blur at once, and only where there is one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from patterns import soft

from paircat.engine.learn.local_filter import Crops, LocalFilter, as_cells, inner, is_worth_it, judged

RANDOM = np.random.default_rng(0)


def batch(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels, np.float32)).permute(2, 0, 1)[None]


def blurred_crops(count: int = 6, channels: int = 3) -> Crops:
    """Blurred mosaics, and what is to be added to them to have them sharp again."""
    sharp = [np.kron(RANDOM.random((20, 20, channels)), np.ones((5, 5, 1)))[:96, :96] for _ in range(count)]
    return [(batch(soft(pixels)), batch(pixels - soft(pixels))) for pixels in sharp]


def filter_for(crops: Crops) -> LocalFilter:
    before, wanted = crops[0]
    local = LocalFilter(before.shape[1], wanted.shape[1], 8)
    local.set(local.fitted(crops)[0], crops)
    return local


def helps(crops: Crops) -> bool:
    return is_worth_it(*judged(crops, LocalFilter))


def left(local: LocalFilter, crops: Crops) -> float:
    """The share of what is wanted that the filter does not explain, in square."""
    wanted = torch.cat([inner(as_cells(target)) for _, target in crops])
    given = torch.cat([inner(local(before)) for before, _ in crops])
    return float((wanted - given).square().mean() / (wanted - wanted.mean(dim=0)).square().mean())


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_blur_is_undone_at_once(channels: int) -> None:
    """Most of what was lost comes back on pictures that were not fitted, in any number of channels."""
    assert left(filter_for(blurred_crops(channels=channels)), blurred_crops(2, channels)) < 0.4


def test_every_second_pixel_may_want_another_filter() -> None:
    """Where every pixel was doubled, the first of two wants other neighbours than the second."""
    small = [RANDOM.random((96, 48, 1), np.float32) for _ in range(6)]
    doubled = [np.repeat(pixels, 2, axis=1) for pixels in small]
    smooth = [(pixels + np.roll(pixels, -1, axis=1)) / 2 for pixels in doubled]
    crops = [(batch(seen), batch(wanted - seen)) for seen, wanted in zip(doubled, smooth, strict=True)]
    assert left(filter_for(crops), crops) < 0.01


def test_a_fresh_filter_adds_nothing() -> None:
    """A network with a filter that nobody has fitted is one without."""
    assert not LocalFilter(3, 3, 8)(torch.rand(1, 3, 18, 18)).any()


def test_the_network_sees_the_filtered_values_as_large_as_the_picture() -> None:
    """Detail is faint, and would be learnt last; times the gain it spreads as far as the picture's own values."""
    crops = blurred_crops()
    local = filter_for(crops)
    before = crops[0][0]
    assert float((local.gain * inner(local(before))).std() / inner(as_cells(before)).std()) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("size", [(32, 40), (33, 41), (8, 90)])
def test_the_filter_sees_a_picture_mirrored_at_its_edges(size: tuple[int, int]) -> None:
    """As if the picture went on like that; every cell gets something, the half ones at odd edges too."""
    local, picture = filter_for(blurred_crops()), torch.rand(1, 3, *size)
    mirrored = np.pad(picture.numpy(), ((0, 0), (0, 0), *((6, 6 + edge % 2) for edge in size)), mode="reflect")
    cells = as_cells(torch.from_numpy(mirrored))
    torch.testing.assert_close(local(picture), torch.nn.functional.conv2d(cells, local.weight), rtol=0, atol=1e-6)
    assert local(picture).shape[2:] == tuple(-(-edge // 2) for edge in size)


def test_a_picture_smaller_than_the_filter_is_left_alone() -> None:
    """A thumbnail has no surroundings to know."""
    assert not filter_for(blurred_crops())(torch.rand(1, 3, 6, 60)).any()


def test_half_precision_does_not_reach_the_filter() -> None:
    """Large weights of both signs nearly cancel, and would leave rounding for detail."""
    crops = blurred_crops()
    local, before = filter_for(crops), crops[0][0]
    exact = local(before)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(local(before), exact) and local(before).dtype == torch.float32


def test_a_filter_helps_where_pictures_were_blurred() -> None:
    """It explains more than a quarter of what there is to be added on crops it was not fitted to."""
    assert helps(blurred_crops())


def test_a_filter_does_not_help_where_nothing_is_blurred() -> None:
    """Neither where what is to be added is anything else, nor where nothing is to be added."""
    other = [(before, torch.rand(1, 3, 96, 96)) for before, _ in blurred_crops()]
    mean = [(before, wanted - wanted.mean()) for before, wanted in other]
    nothing = [(before, torch.zeros_like(wanted)) for before, wanted in other]
    assert not helps(mean) and not helps(nothing)


def test_black_pictures_ask_for_no_filter() -> None:
    """There is nothing in their surroundings, wherever the crops that are judged have something."""
    black = [(torch.zeros_like(before), wanted) for before, wanted in blurred_crops()]
    assert not helps(black)
    assert not helps([seen if number % 3 == 0 else black[number] for number, seen in enumerate(blurred_crops())])
    local = filter_for(black)
    assert not local.weight.any()


def test_few_pixels_are_not_asked() -> None:
    """Two small pictures cannot tell six hundred weights."""
    assert not helps([(before[:, :, :32, :32], wanted[:, :, :32, :32]) for before, wanted in blurred_crops(2)])
